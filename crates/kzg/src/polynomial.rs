//! Polynomial arithmetic of the opening: evaluation, division and the Laurent product.

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::error::SizeError;

/// Coefficients one task handles; below it splitting costs more than it saves.
const TASK_LENGTH: usize = 1 << 12;

/// Value of a polynomial, lowest coefficient first, at a point.
#[must_use]
pub fn evaluate(coefficients: &[Fr], point: Fr) -> Fr {
    let horner = |part: &[Fr]| part.iter().rev().fold(Fr::zero(), |sum, c| sum * point + c);
    if coefficients.len() <= TASK_LENGTH {
        return horner(coefficients);
    }
    let parts: Vec<Fr> = coefficients.par_chunks(TASK_LENGTH).map(horner).collect();
    let stride = (0..TASK_LENGTH.ilog2()).fold(point, |power, _| power * power);
    parts
        .iter()
        .rev()
        .fold(Fr::zero(), |sum, part| sum * stride + part)
}

/// Value at `x` of `E(X) = prod_k (1 - u_k + u_k X^(2^k))`, the polynomial whose coefficients are
/// the multilinear equality vector of `u`.
#[must_use]
pub fn e_eval(u: &[Fr], x: Fr) -> Fr {
    let mut power = x;
    let mut product = Fr::one();
    for coordinate in u {
        product *= Fr::one() + *coordinate * (power - Fr::one());
        power *= power;
    }
    product
}

/// Coefficients of `S` in `f(X) E(1/X) + f(1/X) E(X) = 2v + X S(X) + S(1/X) / X`.
///
/// `v` is then the multilinear extension of the first 2^m coefficients of `f` at `u`: a
/// coefficient at index 2^m meets no coefficient of `E` and cannot reach the constant term.
///
/// `E(1/X)` is a product of m binomials, so `f` is multiplied by one after the other. That is
/// about (m + 2) 2^m field multiplications, a third of what transforms of length 2^(m+1) need.
///
/// Shape: `f`: `[2^m]` or `[2^m + 1]`, `u`: `[m]` -> `[2^m]`.
///
/// # Errors
///
/// [`SizeError::RowLength`] if the shapes do not fit.
pub fn laurent_quotient(f: &[Fr], u: &[Fr]) -> Result<Vec<Fr>, SizeError> {
    let fits = |slots: usize| f.len() == slots || f.len() == slots + 1;
    let slots = u32::try_from(u.len())
        .ok()
        .and_then(|variables| 1_usize.checked_shl(variables))
        .filter(|slots| fits(*slots))
        .ok_or(SizeError::RowLength {
            coefficients: f.len(),
            variables: u.len(),
        })?;

    // Index i holds the coefficient of X^(i - slots).
    let mut product = Zeroizing::new(vec![Fr::zero(); 2 * slots + 1]);
    product[slots..slots + f.len()].copy_from_slice(f);
    let mut next = product.clone();
    let mut lowest = slots;
    for (k, coordinate) in u.iter().enumerate() {
        let shift = 1 << k;
        lowest -= shift;
        multiply_by_binomial(&product, &mut next, lowest, shift, *coordinate);
        std::mem::swap(&mut product, &mut next);
    }
    let (negative, positive) = product.split_at(slots);
    Ok(positive[1..]
        .iter()
        .zip(negative.iter().rev())
        .map(|(up, down)| *up + down)
        .collect())
}

/// Writes `source * (1 - u + u X^(-shift))` to `target`, from index `lowest` on.
fn multiply_by_binomial(source: &[Fr], target: &mut [Fr], lowest: usize, shift: usize, u: Fr) {
    let chunks = target[lowest..].par_chunks_mut(TASK_LENGTH).enumerate();
    chunks.for_each(|(chunk, values)| {
        let start = lowest + chunk * TASK_LENGTH;
        for (index, value) in (start..).zip(values) {
            let here = source[index];
            let above = source.get(index + shift).copied().unwrap_or_default();
            *value = here + u * (above - here);
        }
    });
}

/// Quotient of a division by `X - point`; the remainder is dropped.
///
/// Shape: `[n]` -> `[n - 1]`, lowest coefficient first.
pub(crate) fn divide_by_linear(coefficients: &[Fr], point: Fr) -> Vec<Fr> {
    let mut quotient = vec![Fr::zero(); coefficients.len().saturating_sub(1)];
    let mut carry = Fr::zero();
    for (target, coefficient) in quotient
        .iter_mut()
        .rev()
        .zip(coefficients.iter().skip(1).rev())
    {
        carry = *coefficient + carry * point;
        *target = carry;
    }
    quotient
}
