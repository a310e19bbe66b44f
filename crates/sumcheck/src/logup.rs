//! LogUp: helper columns, and the combinations whose vanishing ties them to the lookups.

use ark_ff::{PrimeField, batch_inversion};
use rayon::prelude::*;
use thiserror::Error;

use crate::product::Combination;
use crate::table::PARALLEL_THRESHOLD;

/// The challenge alpha equals a looked-up tuple; of negligible probability for honest challenges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the lookup challenge hits a table row")]
pub struct ZeroDenominator;

/// Helper of a group: the sum of the inverses of its denominators, entry by entry.
///
/// # Errors
///
/// If a denominator is zero.
pub fn lookup_helper<F: PrimeField>(denominators: &[Vec<F>]) -> Result<Vec<F>, ZeroDenominator> {
    let length = denominators.first().map_or(0, Vec::len);
    let mut helper = vec![F::zero(); length];
    for column in denominators {
        if column
            .par_iter()
            .with_min_len(PARALLEL_THRESHOLD)
            .any(F::is_zero)
        {
            return Err(ZeroDenominator);
        }
        let mut inverses = column.clone();
        batch_inversion(&mut inverses);
        helper
            .iter_mut()
            .zip(&inverses)
            .for_each(|(sum, inverse)| *sum += inverse);
    }
    Ok(helper)
}

/// Helper of a table: `-multiplicity / denominator`, computed only where something is looked up.
///
/// # Errors
///
/// If a denominator that is used is zero.
pub fn table_helper<F: PrimeField>(
    multiplicities: &[F],
    denominators: &[F],
) -> Result<Vec<F>, ZeroDenominator> {
    let used: Vec<usize> = multiplicities
        .iter()
        .enumerate()
        .filter(|(_, multiplicity)| !multiplicity.is_zero())
        .map(|(index, _)| index)
        .collect();
    let mut inverses: Vec<F> = used.iter().map(|index| denominators[*index]).collect();
    if inverses.iter().any(F::is_zero) {
        return Err(ZeroDenominator);
    }
    batch_inversion(&mut inverses);
    let mut helper = vec![F::zero(); multiplicities.len()];
    for (index, inverse) in used.into_iter().zip(inverses) {
        helper[index] = -(multiplicities[index] * inverse);
    }
    Ok(helper)
}

/// `w (h prod d_j - sum_j prod_{l != j} d_l)` of tables w, h, d_0, d_1, ..
#[derive(Debug, Clone)]
pub struct LookupIdentity {
    /// Lookups of the group.
    pub lookups: usize,
}

impl<F: PrimeField> Combination<F> for LookupIdentity {
    fn degree(&self) -> usize {
        self.lookups + 2
    }

    fn evaluate(&self, values: &[F]) -> F {
        // (product, sum of products with one left out), one denominator at a time.
        let (mut product, mut sum) = (F::one(), F::zero());
        for (position, denominator) in values[2..].iter().enumerate() {
            if position == 0 {
                (product, sum) = (*denominator, F::one());
            } else {
                sum = sum * denominator + product;
                product *= denominator;
            }
        }
        values[0] * (values[1] * product - sum)
    }

    fn guards(&self) -> &[usize] {
        &[0]
    }
}

/// `w (h d + m)` of tables w, h, d, m.
#[derive(Debug, Clone)]
pub struct TableIdentity;

impl<F: PrimeField> Combination<F> for TableIdentity {
    fn degree(&self) -> usize {
        3
    }

    fn evaluate(&self, values: &[F]) -> F {
        values[0] * (values[1] * values[2] + values[3])
    }

    fn guards(&self) -> &[usize] {
        &[1, 3]
    }
}
