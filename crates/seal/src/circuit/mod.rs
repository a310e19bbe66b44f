//! The circuit: the step logic of the protocol over linear combinations of wires.
//!
//! Wires are, in order: the constant 1; the public inputs P, r and `u_pub`; the messages of the
//! transcript in order of absorption; everything that follows from these. Structure and
//! assignment cannot disagree, because the constraints are the program that assigns.

mod columns;
mod error;
mod hash;
mod linear;
mod machine;
mod messages;
mod pool;
mod solve;
mod sponge;
mod synthesis;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use ark_bn254::Fr;
use modulus_protocol::Check;

pub use error::{AssignmentError, SynthesisError};
use linear::Wire;
use pool::{Pool, Row};
pub use solve::Assignment;

/// Public inputs: P, r, `u_pub`.
pub const PUBLIC_INPUTS: usize = 3;
/// Wire of P, the last squeeze.
const SEAL: Wire = 1;
/// Wire of r, the challenge that combines the contract's copies.
const COMBINER: Wire = 2;
/// Wire of `u_pub`, the combination.
const COMBINATION: Wire = 3;
/// Wire of the first message.
const FIRST_MESSAGE: Wire = 4;

/// What a prover puts into the circuit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Every absorbed element in order of absorption: h1, salt, h2, rounds and claims of each
    /// stage, e, rounds of the reduction, row values, h3, the four openings.
    pub messages: Vec<Fr>,
    /// r, which depends on P and therefore on all of them.
    pub r: Fr,
}

/// Part of a circuit, for reports and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Poseidon2 permutations.
    Transcript,
    /// Rounds and identities of the zero-check.
    ZeroCheck,
    /// Rounds, kernels and factors of the step with this index.
    Step(usize),
    /// Rounds and weights of the claim reduction.
    Reduction,
    /// The opening's identity.
    Opening,
    /// The public inputs.
    Public,
}

impl From<Check> for Part {
    fn from(check: Check) -> Self {
        match check {
            Check::ZeroCheck => Self::ZeroCheck,
            Check::Step(index) => Self::Step(index),
            Check::Reduction => Self::Reduction,
            Check::Points | Check::OpeningIdentity => Self::Opening,
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Transcript => formatter.write_str("transcript"),
            Self::ZeroCheck => formatter.write_str("zero-check"),
            Self::Step(index) => write!(formatter, "step {index}"),
            Self::Reduction => formatter.write_str("reduction"),
            Self::Opening => formatter.write_str("opening"),
            Self::Public => formatter.write_str("public inputs"),
        }
    }
}

/// What a constraint says about wires that no earlier one fixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Definition {
    /// This wire is the product; it stands alone on the right.
    Product(Wire),
    /// This wire is the inverse of the first operand; it stands alone as the second.
    Inverse(Wire),
    /// None: the product is zero.
    Assertion,
}

/// `<a, z> * <b, z> = <c, z>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Constraint {
    a: Row,
    b: Row,
    c: Row,
    definition: Definition,
    part: Part,
}

/// A rank-1 constraint system that a transcript satisfies if and only if it verifies.
#[derive(Debug, Clone)]
pub struct Circuit {
    pool: Pool,
    constraints: Vec<Constraint>,
    wires: usize,
    messages: usize,
}

/// One of the three matrices of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matrix {
    /// Left factors.
    A,
    /// Right factors.
    B,
    /// Products.
    C,
}

impl Circuit {
    /// Number of constraints.
    #[must_use]
    pub fn constraint_count(&self) -> usize {
        self.constraints.len()
    }

    /// Number of wires, the constant included.
    #[must_use]
    pub fn wire_count(&self) -> usize {
        self.wires
    }

    /// Number of messages of a transcript.
    #[must_use]
    pub fn message_count(&self) -> usize {
        self.messages
    }

    /// Non-zero entries of the three matrices.
    #[must_use]
    pub fn entry_count(&self) -> usize {
        self.constraints
            .iter()
            .flat_map(|constraint| [constraint.a, constraint.b, constraint.c])
            .map(|row| self.pool.terms(row).len())
            .sum()
    }

    /// Constraints of each part.
    #[must_use]
    pub fn breakdown(&self) -> BTreeMap<Part, usize> {
        let mut counts = BTreeMap::new();
        for constraint in &self.constraints {
            *counts.entry(constraint.part).or_default() += 1;
        }
        counts
    }

    /// One row of a matrix: (wire, coefficient) by ascending wire; empty beyond the last row.
    pub fn row(&self, matrix: Matrix, index: usize) -> impl Iterator<Item = (usize, &Fr)> {
        self.constraints
            .get(index)
            .into_iter()
            .flat_map(move |constraint| self.pool.terms(constraint.row(matrix)))
            .map(|(wire, coefficient)| (wire as usize, coefficient))
    }
}
