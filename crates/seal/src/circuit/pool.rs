//! Linear combinations as they stand in constraints, each stored once.

use std::collections::HashMap;

use ark_bn254::Fr;
use ark_ff::{One, Zero};

use super::linear::{Linear, Wire};

/// Number of a row in the pool.
pub(super) type Row = u32;

/// The empty row.
pub(super) const ZERO: Row = 0;

const COEFFICIENT_ONE: u32 = 0;
const COEFFICIENT_MINUS_ONE: u32 = 1;

/// One term: wire and number of its coefficient.
type Term = (Wire, u32);

/// Distinct rows over distinct coefficients.
///
/// A row of a partial round of Poseidon2 stands in three places and its coefficients recur in
/// every permutation, so this is several times smaller than three sparse matrices.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    coefficients: Vec<Fr>,
    /// Row i is `terms[starts[i]..starts[i + 1]]`, wires ascending.
    starts: Vec<u32>,
    terms: Vec<Term>,
}

impl Pool {
    pub(super) fn terms(&self, row: Row) -> impl ExactSizeIterator<Item = (Wire, &Fr)> {
        self.numbered_terms(row)
            .iter()
            .map(|(wire, coefficient)| (*wire, &self.coefficients[*coefficient as usize]))
    }

    pub(super) fn row_count(&self) -> usize {
        self.starts.len() - 1
    }

    /// Distinct coefficients, by their number.
    pub(super) fn coefficients(&self) -> &[Fr] {
        &self.coefficients
    }

    /// Terms of a row as (wire, number of the coefficient).
    pub(super) fn numbered_terms(&self, row: Row) -> &[Term] {
        let row = row as usize;
        &self.terms[self.starts[row] as usize..self.starts[row + 1] as usize]
    }

    /// Value of a row on an assignment.
    pub(super) fn evaluate(&self, row: Row, assignment: &[Fr]) -> Fr {
        let mut sum = Fr::zero();
        for &(wire, coefficient) in self.numbered_terms(row) {
            let value = assignment[wire as usize];
            match coefficient {
                COEFFICIENT_ONE => sum += value,
                COEFFICIENT_MINUS_ONE => sum -= value,
                _ => sum += value * self.coefficients[coefficient as usize],
            }
        }
        sum
    }
}

/// A pool under construction.
#[derive(Debug)]
pub(super) struct PoolBuilder {
    pool: Pool,
    rows: HashMap<Vec<Term>, Row>,
    coefficients: HashMap<Fr, u32>,
}

impl PoolBuilder {
    pub(super) fn new() -> Self {
        let mut builder = Self {
            pool: Pool {
                coefficients: Vec::new(),
                starts: vec![0, 0],
                terms: Vec::new(),
            },
            rows: HashMap::from([(Vec::new(), ZERO)]),
            coefficients: HashMap::new(),
        };
        builder.coefficient(Fr::one());
        builder.coefficient(-Fr::one());
        builder
    }

    fn coefficient(&mut self, value: Fr) -> u32 {
        let known = &mut self.pool.coefficients;
        *self.coefficients.entry(value).or_insert_with(|| {
            known.push(value);
            index(known.len() - 1)
        })
    }

    /// The row of a linear combination; equal combinations share one.
    pub(super) fn row(&mut self, linear: &Linear) -> Row {
        let mut terms = Vec::with_capacity(linear.terms().len() + 1);
        if !linear.constant_part().is_zero() {
            terms.push((0, self.coefficient(linear.constant_part())));
        }
        for (wire, value) in linear.terms() {
            terms.push((*wire, self.coefficient(*value)));
        }
        if let Some(row) = self.rows.get(&terms) {
            return *row;
        }
        let row = index(self.pool.row_count());
        self.pool.terms.extend(&terms);
        self.pool.starts.push(index(self.pool.terms.len()));
        self.rows.insert(terms, row);
        row
    }

    pub(super) fn term_count(&self) -> usize {
        self.pool.terms.len()
    }

    pub(super) fn finish(self) -> Pool {
        self.pool
    }
}

/// Counts stay far below 2^32: synthesis stops at its limit of terms.
fn index(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}
