//! The evaluation domain of a circuit.

use ark_bn254::Fr;
use ark_ff::{FftField, Field, Zero};
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::circuit::PUBLIC_INPUTS;

/// Rows of the domain beyond the constraints: one for the constant and each public input.
///
/// They stand in A alone and say `input * 0 = 0`. With them the columns of the public inputs are
/// independent of all others, so that a proof can be re-randomised but not turned into one for
/// other inputs.
///
/// Source: Baghery, Kohlweiss, Siim and Volkhov (ePrint 2020/811), theorem 1.
pub(super) const INPUT_ROWS: usize = PUBLIC_INPUTS + 1;

/// The domain for a number of constraints, or none if the field has no such subgroup.
pub(crate) fn domain(constraints: usize) -> Option<Radix2EvaluationDomain<Fr>> {
    Radix2EvaluationDomain::new(constraints.checked_add(INPUT_ROWS)?)
}

/// Coefficients of `(a b - c) / Z` for the polynomials with these values on the domain, which
/// are padded with zeros. One less than the domain's size: the highest coefficient is zero.
pub(super) fn quotient(
    domain: &Radix2EvaluationDomain<Fr>,
    [a, b, c]: [Zeroizing<Vec<Fr>>; 3],
) -> Zeroizing<Vec<Fr>> {
    let shift = Fr::GENERATOR;
    // The generator of the multiplicative group lies in no proper subgroup, so this is a coset.
    let coset = domain.get_coset(shift).unwrap_or(*domain);
    let [mut a, b, c] = [a, b, c].map(|mut values| {
        domain.ifft_in_place(&mut values);
        coset.fft_in_place(&mut values);
        values
    });
    // Z is constant on the coset.
    let vanishing = domain.evaluate_vanishing_polynomial(shift);
    let inverse = vanishing.inverse().unwrap_or_else(Fr::zero);
    a.par_iter_mut()
        .zip(b.par_iter().zip(c.par_iter()))
        .with_min_len(1 << 10)
        .for_each(|(a, (b, c))| *a = (*a * b - c) * inverse);
    coset.ifft_in_place(&mut a);
    a.pop();
    a
}
