//! Opening of one value of a committed polynomial.
//!
//! A verifier that knows a polynomial checks a commitment to it without the powers of tau: it
//! evaluates the polynomial itself, at a point that depends on polynomial and commitment.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::AffineRepr;
use ark_ec::pairing::Pairing;
use ark_ff::Zero;

use crate::polynomial::divide_by_linear;

/// Coefficients of `(f(X) - f(point)) / (X - point)`, whose commitment is the opening.
///
/// Shape: `[n]` -> `[n - 1]`, lowest coefficient first.
#[must_use]
pub fn evaluation_quotient(coefficients: &[Fr], point: Fr) -> Vec<Fr> {
    divide_by_linear(coefficients, point)
}

/// Whether the committed polynomial has this value at a point:
/// `e(C - value G1 + point opening, G2) = e(opening, [tau]_2)`.
///
/// Soundness: if the point was drawn after commitment and polynomial were fixed, another polynomial
/// survives with probability `degree / |F|`, in the algebraic group model.
#[must_use]
pub fn verify_evaluation(
    commitment: G1Projective,
    point: Fr,
    value: Fr,
    opening: G1Affine,
    tau_g2: G2Affine,
) -> bool {
    let left = commitment - G1Affine::generator() * value + opening * point;
    let product = Bn254::multi_pairing(
        [G1Affine::from(left), -opening],
        [G2Affine::generator(), tau_g2],
    );
    product.is_zero()
}
