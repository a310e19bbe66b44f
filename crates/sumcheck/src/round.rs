//! Round polynomials in coefficient form: a message carries c_0, c_2 .. c_d.
//!
//! The linear coefficient follows from the running claim, so a round needs no check of its own.

use ark_ff::PrimeField;

use crate::arithmetic::Arithmetic;

/// Value at `challenge` of the polynomial with coefficients `message` = c_0, c_2 .. c_d whose
/// values at 0 and 1 add up to `claim`.
pub fn next_claim<A: Arithmetic>(
    arithmetic: &mut A,
    claim: &A::Value,
    message: &[A::Value],
    challenge: &A::Value,
) -> A::Value {
    let Some((constant, higher)) = message.split_first() else {
        return arithmetic.mul(claim, challenge);
    };
    let twice = arithmetic.add(constant, constant);
    let mut linear = arithmetic.sub(claim, &twice);
    for coefficient in higher {
        linear = arithmetic.sub(&linear, coefficient);
    }
    let mut value = arithmetic.zero();
    for coefficient in higher.iter().rev() {
        value = arithmetic.add(&value, coefficient);
        value = arithmetic.mul(&value, challenge);
    }
    value = arithmetic.add(&value, &linear);
    value = arithmetic.mul(&value, challenge);
    arithmetic.add(&value, constant)
}

/// Coefficients of the polynomial with the given values at 0, 1, 2, ...
#[must_use]
pub fn interpolate<F: PrimeField>(values: &[F]) -> Vec<F> {
    // Newton's form: forward differences over falling factorials, then expanded.
    let mut differences = values.to_vec();
    for order in 1..values.len() {
        for index in (order..values.len()).rev() {
            differences[index] = differences[index] - differences[index - 1];
        }
    }
    let mut factorial = F::one();
    for (order, difference) in differences.iter_mut().enumerate().skip(1) {
        factorial *= F::from(order as u64);
        // Factorials of round degrees are far below the modulus, so they are invertible.
        *difference *= factorial.inverse().unwrap_or_default();
    }
    let mut coefficients = vec![F::zero(); values.len()];
    for (order, difference) in differences.iter().enumerate().rev() {
        // coefficients := coefficients * (X - order) + difference
        let shift = F::from(order as u64);
        for index in (0..coefficients.len()).rev() {
            let lower = if index == 0 {
                *difference
            } else {
                coefficients[index - 1]
            };
            coefficients[index] = lower - shift * coefficients[index];
        }
    }
    coefficients
}

/// The message of a round from all coefficients of its polynomial, padded to `degree`.
#[must_use]
pub fn message<F: PrimeField>(coefficients: &[F], degree: usize) -> Vec<F> {
    let mut message = Vec::with_capacity(degree);
    message.push(coefficients.first().copied().unwrap_or_default());
    message.extend((2..=degree).map(|index| coefficients.get(index).copied().unwrap_or_default()));
    message
}
