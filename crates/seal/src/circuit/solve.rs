//! The assignment of a transcript.

use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use zeroize::{Zeroize, Zeroizing};

use super::error::AssignmentError;
use super::{COMBINER, Circuit, Definition, FIRST_MESSAGE, PUBLIC_INPUTS, Transcript};

/// Values of all wires and of all constraints' sides. Secret; erased when dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// Values of the wires.
    pub wires: Vec<Fr>,
    /// `A z`.
    pub a: Vec<Fr>,
    /// `B z`.
    pub b: Vec<Fr>,
    /// `C z`.
    pub c: Vec<Fr>,
}

impl Assignment {
    /// P, r, `u_pub`.
    #[must_use]
    pub fn public_inputs(&self) -> [Fr; PUBLIC_INPUTS] {
        std::array::from_fn(|index| self.wires.get(index + 1).copied().unwrap_or_default())
    }
}

impl Drop for Assignment {
    fn drop(&mut self) {
        for values in [&mut self.wires, &mut self.a, &mut self.b, &mut self.c] {
            values.zeroize();
        }
    }
}

impl Circuit {
    /// Assigns all wires from a transcript, in one pass over the constraints.
    ///
    /// # Errors
    ///
    /// [`AssignmentError`] if the number of messages is another, or the transcript does not
    /// verify.
    pub fn assign(&self, transcript: &Transcript) -> Result<Assignment, AssignmentError> {
        if transcript.messages.len() != self.messages {
            return Err(AssignmentError::Messages {
                expected: self.messages,
                found: transcript.messages.len(),
            });
        }
        let count = self.constraints.len();
        let mut assignment = Assignment {
            wires: vec![Fr::zero(); self.wires],
            a: Vec::with_capacity(count),
            b: Vec::with_capacity(count),
            c: Vec::with_capacity(count),
        };
        let wires = &mut assignment.wires;
        wires[0] = Fr::one();
        wires[COMBINER as usize] = transcript.r;
        let first = FIRST_MESSAGE as usize;
        wires[first..first + self.messages].copy_from_slice(&transcript.messages);

        // A row of a Poseidon2 round stands in three places; it is computed at the first.
        let mut values = Zeroizing::new(vec![Fr::zero(); self.pool.row_count()]);
        let mut is_known = vec![false; self.pool.row_count()];
        for (index, constraint) in self.constraints.iter().enumerate() {
            let mut value = |row, wires: &[Fr]| {
                let number = row as usize;
                if !is_known[number] {
                    is_known[number] = true;
                    values[number] = self.pool.evaluate(row, wires);
                }
                values[number]
            };
            let a = value(constraint.a, wires);
            let (b, c) = match constraint.definition {
                Definition::Product(wire) => {
                    let b = value(constraint.b, wires);
                    wires[wire as usize] = a * b;
                    (b, a * b)
                }
                Definition::Inverse(wire) => {
                    let inverse = a.inverse().ok_or(AssignmentError::Unsatisfied {
                        constraint: index,
                        part: constraint.part,
                    })?;
                    wires[wire as usize] = inverse;
                    (inverse, Fr::one())
                }
                Definition::Assertion => {
                    if !a.is_zero() {
                        return Err(AssignmentError::Unsatisfied {
                            constraint: index,
                            part: constraint.part,
                        });
                    }
                    (Fr::one(), Fr::zero())
                }
            };
            assignment.a.push(a);
            assignment.b.push(b);
            assignment.c.push(c);
        }
        Ok(assignment)
    }

    /// Number of the first constraint that values of all wires do not satisfy.
    ///
    /// Unlike [`Circuit::assign`] it takes nothing for granted.
    #[must_use]
    pub fn first_violation(&self, wires: &[Fr]) -> Option<usize> {
        if wires.len() != self.wires || wires.first() != Some(&Fr::one()) {
            return Some(0);
        }
        self.constraints.iter().position(|constraint| {
            let [a, b, c] = [constraint.a, constraint.b, constraint.c]
                .map(|row| self.pool.evaluate(row, wires));
            a * b != c
        })
    }
}
