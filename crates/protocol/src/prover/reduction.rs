//! The claim reduction: one sumcheck over the slots of all rows.

use std::sync::Arc;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_sumcheck::table::{bind_high, eq_table};
use modulus_sumcheck::wide::Wide;
use rayon::prelude::*;
use zeroize::Zeroize;

use super::weights::Weight;

/// Pairs of slots per task.
const CHUNK: usize = 1 << 13;

/// Slots of a row: integers, or field elements for helpers. Erased when dropped.
pub(super) enum Slots {
    Integers(Vec<i64>),
    Elements(Vec<Fr>),
}

impl Drop for Slots {
    fn drop(&mut self) {
        match self {
            Self::Integers(values) => values.zeroize(),
            Self::Elements(values) => values.zeroize(),
        }
    }
}

/// All rows of a proof.
pub(super) struct Rows(pub(super) Vec<Slots>);

impl Rows {
    /// Combination of some rows of `size` slots.
    fn combine(&self, size: usize, list: &[(usize, Fr)]) -> Vec<Fr> {
        // Room for the blinding: growing would leave a copy behind.
        let mut sum = Vec::with_capacity(size + 1);
        sum.resize(size, Fr::zero());
        sum.par_chunks_mut(CHUNK)
            .enumerate()
            .for_each(|(chunk, entries)| {
                let start = chunk * CHUNK;
                let mut wide = vec![Wide::default(); entries.len()];
                for (row, coefficient) in list {
                    match &self.0[*row] {
                        Slots::Integers(values) => {
                            for (sum, value) in wide.iter_mut().zip(&values[start..]) {
                                if *value != 0 {
                                    sum.add_product(*value, coefficient);
                                }
                            }
                        }
                        Slots::Elements(values) => {
                            for (sum, value) in entries.iter_mut().zip(&values[start..]) {
                                if !value.is_zero() {
                                    *sum += *value * coefficient;
                                }
                            }
                        }
                    }
                }
                for (entry, sum) in entries.iter_mut().zip(wide) {
                    *entry += sum.reduce::<Fr>();
                }
            });
        sum
    }

    /// `sum rho^b f_b` with these blinding coefficients.
    pub(super) fn batch(&self, size: usize, rho: Fr, blinds: &[Fr]) -> Vec<Fr> {
        let powers = std::iter::successors(Some(Fr::one()), |power| Some(*power * rho));
        let list: Vec<(usize, Fr)> = (0..self.0.len()).zip(powers).collect();
        let mut sum = self.combine(size, &list);
        sum.push(
            list.iter()
                .zip(blinds)
                .map(|((_, power), blind)| *power * blind)
                .sum(),
        );
        sum
    }

    /// Values of all rows at a point.
    pub(super) fn evaluate(&self, point: &[Fr]) -> Vec<Fr> {
        let weights = eq_table(point, Fr::one());
        self.0
            .par_iter()
            .map(|row| match row {
                Slots::Integers(values) => {
                    let mut sum = Wide::default();
                    for (value, weight) in values.iter().zip(&weights) {
                        if *value != 0 {
                            sum.add_product(*value, weight);
                        }
                    }
                    sum.reduce()
                }
                Slots::Elements(values) => values
                    .iter()
                    .zip(&weights)
                    .filter(|(value, _)| !value.is_zero())
                    .map(|(value, weight)| *value * weight)
                    .sum(),
            })
            .collect()
    }
}

/// State of the sumcheck `sum over x, b of f_b(x) wt_b(x)`.
pub(super) struct Reduction {
    rows: Arc<Rows>,
    terms: Vec<Term>,
}

/// One product of values and weights.
struct Term {
    values: Values,
    weights: Vec<Fr>,
}

enum Values {
    /// A row as it is, until the first variable is bound.
    Row(usize),
    /// A combination of rows, or what is left of a row.
    Elements(Vec<Fr>),
}

impl Reduction {
    pub(super) fn new(rows: Arc<Rows>, weights: Vec<Weight>) -> Self {
        let terms = weights
            .into_iter()
            .map(|weight| Term {
                values: match weight.rows.as_slice() {
                    [(row, coefficient)] if coefficient.is_one() => Values::Row(*row),
                    list => Values::Elements(rows.combine(weight.table.len(), list)),
                },
                weights: weight.table,
            })
            .collect();
        Self { rows, terms }
    }

    /// Coefficients c_0, (c_1 left 0), c_2 of the next round.
    pub(super) fn round(&self) -> Vec<Fr> {
        let half = self.terms.first().map_or(0, |term| term.weights.len() / 2);
        let tasks: Vec<(&Term, usize)> = self
            .terms
            .iter()
            .flat_map(|term| (0..half).step_by(CHUNK).map(move |start| (term, start)))
            .collect();
        let (constant, square) = tasks
            .into_par_iter()
            .map(|(term, start)| {
                let end = (start + CHUNK).min(half);
                let weights = pair(&term.weights, start, end);
                match &term.values {
                    Values::Elements(values) => element_round(&pair(values, start, end), &weights),
                    Values::Row(row) => match &self.rows.0[*row] {
                        Slots::Integers(values) => {
                            integer_round(&pair(values, start, end), &weights)
                        }
                        Slots::Elements(values) => {
                            element_round(&pair(values, start, end), &weights)
                        }
                    },
                }
            })
            .reduce(
                || (Fr::zero(), Fr::zero()),
                |left, right| (left.0 + right.0, left.1 + right.1),
            );
        vec![constant, Fr::zero(), square]
    }

    pub(super) fn bind(&mut self, challenge: Fr) {
        let rows = &self.rows;
        self.terms.par_iter_mut().for_each(|term| {
            bind_high(&mut term.weights, challenge);
            match &mut term.values {
                Values::Elements(values) => bind_high(values, challenge),
                Values::Row(row) => {
                    term.values = Values::Elements(match &rows.0[*row] {
                        Slots::Integers(values) => bind_integers(values, challenge),
                        Slots::Elements(values) => bind_elements(values, challenge),
                    });
                }
            }
        });
    }
}

/// Entries whose highest variable is 0, and those where it is 1.
type Pair<'a, T> = (&'a [T], &'a [T]);

fn pair<T>(entries: &[T], start: usize, end: usize) -> Pair<'_, T> {
    let (low, high) = entries.split_at(entries.len() / 2);
    (&low[start..end], &high[start..end])
}

fn integer_round((first, second): &Pair<'_, i64>, (low, high): &Pair<'_, Fr>) -> (Fr, Fr) {
    let (mut constant, mut square) = (Wide::default(), Wide::default());
    let mut rest = Fr::zero();
    for (((first, second), low), high) in first.iter().zip(*second).zip(*low).zip(*high) {
        if *first == 0 && *second == 0 {
            continue;
        }
        constant.add_product(*first, low);
        let weight = *high - low;
        match second.checked_sub(*first) {
            Some(slope) => square.add_product(slope, &weight),
            None => rest += Fr::from(i128::from(*second) - i128::from(*first)) * weight,
        }
    }
    (constant.reduce(), rest + square.reduce::<Fr>())
}

fn element_round((first, second): &Pair<'_, Fr>, (low, high): &Pair<'_, Fr>) -> (Fr, Fr) {
    let (mut constant, mut square) = (Fr::zero(), Fr::zero());
    for (((first, second), low), high) in first.iter().zip(*second).zip(*low).zip(*high) {
        if first.is_zero() && second.is_zero() {
            continue;
        }
        constant += *first * low;
        square += (*second - first) * (*high - low);
    }
    (constant, square)
}

fn bind_elements(entries: &[Fr], challenge: Fr) -> Vec<Fr> {
    let (low, high) = entries.split_at(entries.len() / 2);
    low.iter()
        .zip(high)
        .map(|(low, high)| {
            if low == high {
                *low
            } else {
                *low + (*high - low) * challenge
            }
        })
        .collect()
}

fn bind_integers(entries: &[i64], challenge: Fr) -> Vec<Fr> {
    let (low, high) = entries.split_at(entries.len() / 2);
    let weight = Fr::one() - challenge;
    low.iter()
        .zip(high)
        .map(|(low, high)| {
            if *low == 0 && *high == 0 {
                return Fr::zero();
            }
            let mut sum = Wide::default();
            sum.add_product(*low, &weight);
            sum.add_product(*high, &challenge);
            sum.reduce()
        })
        .collect()
}
