//! Sumcheck rounds over sums of products of dense tables.

use ark_ff::PrimeField;
use rayon::prelude::*;

use crate::round::interpolate;
use crate::table::{PARALLEL_THRESHOLD, bind_high};

/// Largest degree of a round polynomial.
pub const DEGREE_LIMIT: usize = 16;

/// A polynomial in the values of several tables at one point.
pub trait Combination<F>: Sync + Send {
    /// Total degree.
    fn degree(&self) -> usize;

    /// Its value, given one value per table.
    fn evaluate(&self, values: &[F]) -> F;

    /// Tables that make the combination vanish where all of them are zero, if there are any.
    fn guards(&self) -> &[usize];
}

/// Plain product of all tables.
#[derive(Debug, Clone)]
pub struct Product(pub usize);

impl<F: PrimeField> Combination<F> for Product {
    fn degree(&self) -> usize {
        self.0
    }

    fn evaluate(&self, values: &[F]) -> F {
        values.iter().product()
    }

    fn guards(&self) -> &[usize] {
        if self.0 == 0 { &[] } else { &[0] }
    }
}

/// A table that starts as integers where it can: a quarter of the memory of field elements.
pub enum Table<F> {
    /// Integer entries, until the first variable is bound.
    Integers(Vec<i64>),
    /// Field elements.
    Elements(Vec<F>),
}

impl<F: PrimeField> Table<F> {
    #[inline]
    fn is_zero(&self, index: usize) -> bool {
        match self {
            Self::Integers(values) => values[index] == 0,
            Self::Elements(values) => values[index].is_zero(),
        }
    }

    /// Value at the low index, and the difference to the high one.
    #[inline]
    fn line(&self, low: usize, high: usize) -> (F, F) {
        match self {
            Self::Integers(values) => {
                let (low, high) = (values[low], values[high]);
                // A difference of two 63-bit magnitudes may need 65 bits.
                let slope = match high.checked_sub(low) {
                    Some(slope) => F::from(slope),
                    None => F::from(i128::from(high) - i128::from(low)),
                };
                (F::from(low), slope)
            }
            Self::Elements(values) => (values[low], values[high] - values[low]),
        }
    }

    fn bind(&mut self, challenge: F) {
        match self {
            Self::Elements(values) => bind_high(values, challenge),
            Self::Integers(values) => {
                let half = values.len() / 2;
                let bound = (0..half)
                    .into_par_iter()
                    .with_min_len(PARALLEL_THRESHOLD)
                    .map(|index| {
                        let (low, slope) = self.line(index, index + half);
                        if slope.is_zero() {
                            low
                        } else {
                            low + slope * challenge
                        }
                    })
                    .collect();
                *self = Self::Elements(bound);
            }
        }
    }
}

/// One combination of tables, summed over the hypercube of its own variables.
pub struct Summand<F> {
    tables: Vec<Table<F>>,
    combination: Box<dyn Combination<F>>,
    variables: usize,
    /// Sum over the remaining hypercube, known from the second round on.
    claim: Option<F>,
}

impl<F: PrimeField> Summand<F> {
    /// A combination of tables of 2^variables entries each.
    #[must_use]
    pub fn new(
        variables: usize,
        tables: Vec<Table<F>>,
        combination: Box<dyn Combination<F>>,
    ) -> Self {
        Self {
            tables,
            combination,
            variables,
            claim: None,
        }
    }

    /// Variables that are not bound yet.
    #[must_use]
    pub fn variables(&self) -> usize {
        self.variables
    }

    /// Coefficients of the polynomial in the highest variable, summed over the others.
    pub fn round(&mut self) -> Vec<F> {
        let degree = self.combination.degree();
        let points: Vec<usize> = (0..=degree)
            .filter(|point| *point != 1 || self.claim.is_none())
            .collect();
        let half = 1_usize << (self.variables - 1);
        let sums = if half < PARALLEL_THRESHOLD / 4 {
            self.evaluate_range(0..half, &points)
        } else {
            let pieces = 4 * rayon::current_num_threads();
            let length = half.div_ceil(pieces);
            (0..pieces)
                .into_par_iter()
                .map(|piece| {
                    let start = (piece * length).min(half);
                    self.evaluate_range(start..(start + length).min(half), &points)
                })
                .reduce(
                    || vec![F::zero(); points.len()],
                    |mut left, right| {
                        left.iter_mut()
                            .zip(right)
                            .for_each(|(sum, other)| *sum += other);
                        left
                    },
                )
        };
        let mut values = sums;
        if let (Some(claim), true) = (self.claim, degree >= 1) {
            values.insert(1, claim - values[0]);
        }
        interpolate(&values)
    }

    /// Sums of the combination at the given integer points of the highest variable.
    fn evaluate_range(&self, range: std::ops::Range<usize>, points: &[usize]) -> Vec<F> {
        let half = 1 << (self.variables - 1);
        let guards = self.combination.guards();
        let mut sums = vec![F::zero(); points.len()];
        let mut values = vec![F::zero(); self.tables.len()];
        let mut slopes = vec![F::zero(); self.tables.len()];
        for index in range {
            let vanishes = !guards.is_empty()
                && guards.iter().all(|guard| {
                    let table = &self.tables[*guard];
                    table.is_zero(index) && table.is_zero(index + half)
                });
            if vanishes {
                continue;
            }
            for ((value, slope), table) in values.iter_mut().zip(&mut slopes).zip(&self.tables) {
                (*value, *slope) = table.line(index, index + half);
            }
            let mut at = 0;
            for (sum, point) in sums.iter_mut().zip(points) {
                while at < *point {
                    values
                        .iter_mut()
                        .zip(&slopes)
                        .for_each(|(value, slope)| *value += slope);
                    at += 1;
                }
                *sum += self.combination.evaluate(&values);
            }
        }
        sums
    }

    /// Fixes the highest variable; `coefficients` are those of its round.
    pub fn bind(&mut self, coefficients: &[F], challenge: F) {
        self.claim = Some(
            coefficients
                .iter()
                .rev()
                .fold(F::zero(), |value, coefficient| {
                    value * challenge + coefficient
                }),
        );
        for table in &mut self.tables {
            table.bind(challenge);
        }
        self.variables -= 1;
    }
}

/// A batch of scaled summands of different numbers of variables, bound together.
///
/// A summand of k < n variables carries the factor `X_(n-1)·..·X_k`. Before its own variables
/// are reached it contributes to the linear coefficient only, which no message carries.
pub struct Batch<F> {
    summands: Vec<(F, Summand<F>)>,
    rounds: Vec<Vec<F>>,
    remaining: usize,
}

impl<F: PrimeField> Batch<F> {
    /// A batch over `variables` variables.
    #[must_use]
    pub fn new(variables: usize, summands: Vec<(F, Summand<F>)>) -> Self {
        let rounds = vec![Vec::new(); summands.len()];
        Self {
            summands,
            rounds,
            remaining: variables,
        }
    }

    /// Coefficients of the round of the highest unbound variable, without joint contributions to
    /// the linear one.
    pub fn round(&mut self) -> Vec<F> {
        let mut total: Vec<F> = Vec::new();
        for ((scale, summand), round) in self.summands.iter_mut().zip(&mut self.rounds) {
            if summand.variables() != self.remaining {
                continue;
            }
            *round = summand.round();
            total.resize(total.len().max(round.len()), F::zero());
            for (sum, coefficient) in total.iter_mut().zip(round.iter()) {
                *sum += *coefficient * *scale;
            }
        }
        total
    }

    /// Fixes the highest unbound variable.
    pub fn bind(&mut self, challenge: F) {
        for ((scale, summand), round) in self.summands.iter_mut().zip(&self.rounds) {
            if summand.variables() == self.remaining {
                summand.bind(round, challenge);
            } else {
                *scale *= challenge;
            }
        }
        self.remaining -= 1;
    }
}
