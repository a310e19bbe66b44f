//! Opening of a multilinear evaluation with three group elements and one pairing equation.
//!
//! Rows `C_b` commit to polynomials whose coefficients are the rows. The claim is that the
//! combined row `f = sum_b rho^b f_b`, read as a multilinear polynomial, has value `v` at `u`.
//!
//! ```text
//! S    from  f(X) E(1/X) + f(1/X) E(X) = 2v + X S(X) + S(1/X) / X      commit, draw zeta
//! a, s       the values of f and S at zeta and 1/zeta                  check, draw bb
//! F  = f + bb S,  I the line through its values at the two points
//! W  = (F - I) / ((X - zeta)(X - 1/zeta))                              commit, draw zz
//! W' = (F - I(zz) - (zz - zeta)(zz - 1/zeta) W) / (X - zz)             commit
//! ```
//!
//! Nothing here draws a challenge: the caller's transcript must bind everything above it.

use ark_bn254::{Bn254, Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::pairing::Pairing;
use ark_ec::{AffineRepr, CurveGroup, VariableBaseMSM};
use ark_ff::{Field, One, Zero};
use rayon::prelude::*;
use zeroize::Zeroizing;

use crate::error::OpeningError;
use crate::polynomial::{divide_by_linear, e_eval, evaluate};

/// The four values that travel with an opening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Openings {
    /// `f(zeta)`.
    pub a1: Fr,
    /// `f(1/zeta)`.
    pub a2: Fr,
    /// `S(zeta)`.
    pub s1: Fr,
    /// `S(1/zeta)`.
    pub s2: Fr,
}

/// The pair of points `zeta`, `1/zeta` and the inverse of their difference.
#[derive(Debug, Clone, Copy)]
struct Points {
    zeta: Fr,
    inverse: Fr,
    difference_inverse: Fr,
}

impl Points {
    /// One inversion `t0 = 1/(zeta (zeta^2 - 1))` gives both.
    fn new(zeta: Fr) -> Result<Self, OpeningError> {
        let square_minus_one = zeta.square() - Fr::one();
        let t0 = (zeta * square_minus_one)
            .inverse()
            .ok_or(OpeningError::DegenerateChallenge)?;
        Ok(Self {
            zeta,
            inverse: t0 * square_minus_one,
            difference_inverse: t0 * zeta.square(),
        })
    }

    /// The line through the combined values, as value at 0 and slope.
    fn line(&self, openings: &Openings, bb: Fr) -> (Fr, Fr) {
        let at_zeta = openings.a1 + bb * openings.s1;
        let at_inverse = openings.a2 + bb * openings.s2;
        let slope = (at_zeta - at_inverse) * self.difference_inverse;
        (at_zeta - slope * self.zeta, slope)
    }

    fn vanishing(&self, x: Fr) -> Fr {
        (x - self.zeta) * (x - self.inverse)
    }
}

/// Evaluates `f` and `S` at both points.
///
/// # Errors
///
/// [`OpeningError::DegenerateChallenge`] if `zeta` is 0, 1 or -1.
pub fn open(f: &[Fr], s: &[Fr], zeta: Fr) -> Result<Openings, OpeningError> {
    let Points { inverse, .. } = Points::new(zeta)?;
    Ok(Openings {
        a1: evaluate(f, zeta),
        a2: evaluate(f, inverse),
        s1: evaluate(s, zeta),
        s2: evaluate(s, inverse),
    })
}

/// Checks that the four values say `v` at `u`.
///
/// # Errors
///
/// [`OpeningError::DegenerateChallenge`] if `zeta` is 0, 1 or -1;
/// [`OpeningError::IdentityMismatch`] if the identity does not hold.
///
/// Soundness: a false `v` survives for at most 2 (degree + 1) values of `zeta`.
pub fn check_identity(u: &[Fr], v: Fr, zeta: Fr, openings: &Openings) -> Result<(), OpeningError> {
    let Points { inverse, .. } = Points::new(zeta)?;
    let left = openings.a1 * e_eval(u, inverse) + openings.a2 * e_eval(u, zeta);
    let right = v + v + zeta * openings.s1 + inverse * openings.s2;
    if left == right {
        Ok(())
    } else {
        Err(OpeningError::IdentityMismatch)
    }
}

/// The prover's two quotients. Secret; erased when dropped.
pub struct Quotients {
    combined: Zeroizing<Vec<Fr>>,
    constant: Fr,
    slope: Fr,
    points: Points,
    w: Zeroizing<Vec<Fr>>,
}

impl Quotients {
    /// Computes `W` for `F = f + bb S`.
    ///
    /// Shape: `f`: `[n]`, `s`: at most `[n]` -> `w`: `[n - 2]`.
    ///
    /// # Errors
    ///
    /// [`OpeningError::DegenerateChallenge`] if `zeta` is 0, 1 or -1.
    pub fn new(
        f: &[Fr],
        s: &[Fr],
        zeta: Fr,
        openings: &Openings,
        bb: Fr,
    ) -> Result<Self, OpeningError> {
        let points = Points::new(zeta)?;
        let (constant, slope) = points.line(openings, bb);
        let length = f.len().max(s.len()).max(2);
        // Allocated at once: growing would leave a copy behind.
        let mut combined = Zeroizing::new(Vec::with_capacity(length));
        combined.extend_from_slice(f);
        combined.resize(length, Fr::zero());
        combined
            .par_iter_mut()
            .zip(s)
            .for_each(|(sum, term)| *sum += bb * term);
        // Subtracting the line changes the remainder of the division and nothing else.
        let first = Zeroizing::new(divide_by_linear(&combined, zeta));
        let w = Zeroizing::new(divide_by_linear(&first, points.inverse));
        Ok(Self {
            combined,
            constant,
            slope,
            points,
            w,
        })
    }

    /// Coefficients of `W`, to be committed before `zz` is drawn.
    #[must_use]
    pub fn w(&self) -> &[Fr] {
        &self.w
    }

    /// Coefficients of `W'`.
    ///
    /// Shape: `[n - 1]`.
    #[must_use]
    pub fn w_prime(mut self, zz: Fr) -> Vec<Fr> {
        let vanishing = self.points.vanishing(zz);
        self.combined
            .par_iter_mut()
            .zip(self.w.par_iter())
            .for_each(|(sum, term)| *sum -= vanishing * term);
        self.combined[0] -= self.constant + self.slope * zz;
        divide_by_linear(&self.combined, zz)
    }
}

/// What the verifier of an opening is given.
#[derive(Debug, Clone, Copy)]
pub struct OpeningClaim<'a> {
    /// Commitments to the rows.
    pub rows: &'a [G1Affine],
    /// Challenge that combines the rows; exponent 0 belongs to the first.
    pub rho: Fr,
    /// Commitment to `S`.
    pub s: G1Affine,
    /// Challenge at which `f` and `S` are opened.
    pub zeta: Fr,
    /// The opened values.
    pub openings: Openings,
    /// Challenge that combines `f` and `S`.
    pub bb: Fr,
    /// Commitment to `W`.
    pub w: G1Affine,
    /// Challenge at which `W'` is taken.
    pub zz: Fr,
    /// Commitment to `W'`.
    pub w_prime: G1Affine,
}

/// Checks that the opened values are those of the committed polynomials:
///
/// ```text
/// e(sum rho^b C_b + bb S - I(zz) G1 - (zz - zeta)(zz - 1/zeta) W + zz W', G2) e(-W', [tau]_2) = 1
/// ```
///
/// The caller must also [`check_identity`] and must have drawn the challenges in order.
///
/// # Errors
///
/// [`OpeningError::DegenerateChallenge`] if `zeta` is 0, 1 or -1;
/// [`OpeningError::PairingMismatch`] if the equation does not hold.
pub fn verify_opening(claim: &OpeningClaim<'_>, tau_g2: G2Affine) -> Result<(), OpeningError> {
    let points = Points::new(claim.zeta)?;
    let (constant, slope) = points.line(&claim.openings, claim.bb);

    let mut bases = claim.rows.to_vec();
    let mut scalars: Vec<Fr> =
        std::iter::successors(Some(Fr::one()), |power| Some(*power * claim.rho))
            .take(claim.rows.len())
            .collect();
    bases.extend([claim.s, G1Affine::generator(), claim.w, claim.w_prime]);
    scalars.extend([
        claim.bb,
        -(constant + slope * claim.zz),
        -points.vanishing(claim.zz),
        claim.zz,
    ]);
    let left = G1Projective::msm_unchecked(&bases, &scalars).into_affine();

    let product = Bn254::multi_pairing([left, -claim.w_prime], [G2Affine::generator(), tau_g2]);
    if product.is_zero() {
        Ok(())
    } else {
        Err(OpeningError::PairingMismatch)
    }
}
