//! Multi-scalar multiplication.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::VariableBaseMSM;

use crate::error::SizeError;

/// Sum of `scalars[i] * bases[i]`.
///
/// # Errors
///
/// [`SizeError::LengthMismatch`] if there are fewer bases than scalars, or more.
pub fn msm(bases: &[G1Affine], scalars: &[Fr]) -> Result<G1Projective, SizeError> {
    check_lengths(bases.len(), scalars.len())?;
    Ok(G1Projective::msm_unchecked(bases, scalars))
}

/// Sum of `values[i] * bases[i]` for small integers.
///
/// # Errors
///
/// [`SizeError::LengthMismatch`] if there are fewer bases than values, or more.
pub fn msm_small(bases: &[G1Affine], values: &[i64]) -> Result<G1Projective, SizeError> {
    check_lengths(bases.len(), values.len())?;
    let scalars: Vec<Fr> = values.iter().map(|value| Fr::from(*value)).collect();
    Ok(G1Projective::msm_unchecked(bases, &scalars))
}

fn check_lengths(bases: usize, scalars: usize) -> Result<(), SizeError> {
    if bases == scalars {
        Ok(())
    } else {
        Err(SizeError::LengthMismatch { bases, scalars })
    }
}
