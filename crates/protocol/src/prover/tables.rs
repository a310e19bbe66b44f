//! Forms of the schedule as tables over the variables of a stage.

use std::collections::BTreeMap;

use ark_bn254::Fr;
use ark_ff::{Field, One, Zero};
use modulus_sumcheck::kernel::{self, Coordinate as Bound, Part};
use modulus_sumcheck::product::Table;
use modulus_sumcheck::table::{selector, source_indices, spread};

use super::witness::Witness;
use crate::schedule::{Atom, Coordinate, Form, Kernel, Schedule, Term};

/// Tensors folded at the fixed coordinates of a claim, and the variables they are left with.
pub(super) type Folded = BTreeMap<usize, (Vec<Fr>, Vec<usize>)>;

/// Builds tables of one stage.
pub(super) struct Tables<'a> {
    pub(super) schedule: &'a Schedule,
    pub(super) witness: &'a Witness<'a>,
    /// Challenges of earlier stages.
    pub(super) stages: &'a [Vec<Fr>],
    /// Values of the claims of earlier stages.
    pub(super) claims: &'a [Fr],
}

impl Tables<'_> {
    fn stage(&self) -> usize {
        self.stages.len()
    }

    /// A coordinate as the stage sees it: fixed, or one of its variables.
    pub(super) fn bound(&self, coordinate: Coordinate) -> Bound<Fr> {
        Bound::Fixed(match coordinate {
            Coordinate::Zero => Fr::zero(),
            Coordinate::One => Fr::one(),
            Coordinate::Half => half(),
            Coordinate::Challenge { stage, variable } if stage == self.stage() => {
                return Bound::Variable(variable);
            }
            Coordinate::Challenge { stage, variable } => self.stages[stage][variable],
        })
    }

    pub(super) fn bounds(&self, coordinates: &[Coordinate]) -> Vec<Bound<Fr>> {
        coordinates
            .iter()
            .map(|coordinate| self.bound(*coordinate))
            .collect()
    }

    /// The tensor of a claim of this stage, folded; kept for the claim's value.
    pub(super) fn fold<'f>(
        &self,
        claim: usize,
        folded: &'f mut Folded,
    ) -> &'f (Vec<Fr>, Vec<usize>) {
        folded.entry(claim).or_insert_with(|| {
            if let Some(value) = self.claims.get(claim) {
                return (vec![*value], Vec::new());
            }
            let declared = &self.schedule.claims[claim];
            self.witness
                .fold(declared.tensor, &self.bounds(&declared.point))
        })
    }

    /// A form over the first `variables` variables of the stage.
    pub(super) fn form(&self, form: &Form, variables: usize, folded: &mut Folded) -> Vec<Fr> {
        let mut sum: Option<Vec<Fr>> = None;
        for term in form {
            let table = self.term(term, variables, folded);
            sum = Some(match sum {
                None => table,
                Some(mut sum) => {
                    sum.iter_mut()
                        .zip(table)
                        .for_each(|(sum, value)| *sum += value);
                    sum
                }
            });
        }
        sum.unwrap_or_else(|| vec![Fr::zero(); 1 << variables])
    }

    fn term(&self, term: &Term, variables: usize, folded: &mut Folded) -> Vec<Fr> {
        let coefficient = Fr::from(term.coefficient);
        let mut table = match &term.atom {
            Atom::One => vec![coefficient; 1 << variables],
            Atom::Claim(claim) => {
                let (source, order) = self.fold(*claim, folded);
                let mut table = spread(source, order, variables);
                if !coefficient.is_one() {
                    for value in &mut table {
                        *value *= coefficient;
                    }
                }
                table
            }
            Atom::Counter(coordinates) => {
                let (mut base, mut steps) = (Fr::zero(), vec![Fr::zero(); variables]);
                let mut weight = coefficient;
                for coordinate in self.bounds(coordinates) {
                    match coordinate {
                        Bound::Fixed(value) => base += weight * value,
                        Bound::Variable(variable) => steps[variable] += weight,
                    }
                    weight += weight;
                }
                sums(base, &steps)
            }
        };
        for item in &term.selectors {
            let factor = selector(item.extent, &self.bounds(&item.coordinates), variables);
            table
                .iter_mut()
                .zip(factor)
                .for_each(|(value, factor)| *value *= factor);
        }
        for item in &term.kernels {
            let factor = self.kernel(item, variables);
            table
                .iter_mut()
                .zip(factor)
                .for_each(|(value, factor)| *value *= factor);
        }
        table
    }

    /// A kernel over the first `variables` variables of the stage.
    pub(super) fn kernel(&self, kernel: &Kernel, variables: usize) -> Vec<Fr> {
        let parts: Vec<Part<Bound<Fr>>> = kernel
            .parts
            .iter()
            .map(|part| Part {
                coefficient: part.coefficient,
                extent: part.extent as u64,
                coordinates: self.bounds(&part.coordinates),
            })
            .collect();
        kernel::dense(&parts, kernel.constant, variables)
    }

    /// A form of the zero-check, as integers where they fit 63 bits.
    pub(super) fn table(&self, form: &Form, variables: usize) -> Table<Fr> {
        match self.integers(form, variables) {
            Some(values) => Table::Integers(values),
            None => Table::Elements(self.form(form, variables, &mut Folded::new())),
        }
    }

    /// A form as integers, if its coordinates are bits and everything fits 63 bits.
    pub(super) fn integers(&self, form: &Form, variables: usize) -> Option<Vec<i64>> {
        let mut sum: Option<Vec<i64>> = None;
        for term in form {
            let table = self.integer_term(term, variables)?;
            sum = Some(match sum {
                None => table,
                Some(mut sum) => {
                    for (sum, value) in sum.iter_mut().zip(table) {
                        *sum = sum.checked_add(value).filter(|sum| *sum > i64::MIN)?;
                    }
                    sum
                }
            });
        }
        Some(sum.unwrap_or_else(|| vec![0; 1 << variables]))
    }

    fn integer_term(&self, term: &Term, variables: usize) -> Option<Vec<i64>> {
        if !term.kernels.is_empty() {
            return None;
        }
        let mut table = match &term.atom {
            Atom::One => vec![1; 1 << variables],
            Atom::Counter(coordinates) => self
                .indices(coordinates, variables)?
                .into_iter()
                .map(|index| i64::try_from(index).ok())
                .collect::<Option<_>>()?,
            Atom::Claim(claim) => {
                let claim = &self.schedule.claims[*claim];
                let Table::Integers(block) = self.witness.block(claim.tensor) else {
                    return None;
                };
                let is_whole =
                    claim.point.len() == variables
                        && claim.point.iter().enumerate().all(|(bit, coordinate)| {
                            coordinate.variable_of(self.stage()) == Some(bit)
                        });
                if is_whole {
                    block
                } else {
                    let indices = self.indices(&claim.point, variables)?;
                    indices.into_iter().map(|index| block[index]).collect()
                }
            }
        };
        if term.coefficient != 1 {
            for value in &mut table {
                *value = value
                    .checked_mul(term.coefficient)
                    .filter(|value| *value > i64::MIN)?;
            }
        }
        for item in &term.selectors {
            let indices = self.indices(&item.coordinates, variables)?;
            for (value, index) in table.iter_mut().zip(indices) {
                if index >= item.extent {
                    *value = 0;
                }
            }
        }
        Some(table)
    }

    /// The index that the coordinates spell at every point of the hypercube, if all are bits.
    fn indices(&self, coordinates: &[Coordinate], variables: usize) -> Option<Vec<usize>> {
        let (mut base, mut steps) = (0, vec![0; variables]);
        for (bit, coordinate) in coordinates.iter().enumerate() {
            match *coordinate {
                Coordinate::Zero => {}
                Coordinate::One => base |= 1 << bit,
                Coordinate::Challenge { stage, variable } if stage == self.stage() => {
                    steps[variable] |= 1 << bit;
                }
                Coordinate::Half | Coordinate::Challenge { .. } => return None,
            }
        }
        Some(source_indices(base, &steps))
    }
}

/// `base + sum of steps[k]` over the set bits k of i, for every i.
fn sums(base: Fr, steps: &[Fr]) -> Vec<Fr> {
    let mut table = Vec::with_capacity(1 << steps.len());
    table.push(base);
    for step in steps {
        for position in 0..table.len() {
            table.push(table[position] + step);
        }
    }
    table
}

fn half() -> Fr {
    // 2 is invertible in every field of odd order.
    Fr::from(2_u64).inverse().unwrap_or_default()
}
