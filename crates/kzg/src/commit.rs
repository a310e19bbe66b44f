//! The seam between protocol and commitment scheme.

use ark_bn254::{Fr, G1Affine};
use ark_ec::CurveGroup;

use crate::error::SizeError;
use crate::msm::{msm, msm_small};
use crate::srs::Srs;

/// Commits to vectors, linearly.
///
/// Kernels and schedule know commitments through this trait only, so that another scheme can
/// take this one's place.
pub trait CommitmentScheme {
    /// Element of a committed vector.
    type Scalar;
    /// A commitment.
    type Commitment;
    /// Why a vector cannot be committed.
    type Error;

    /// Commits to a vector of scalars.
    ///
    /// # Errors
    ///
    /// If the vector is longer than the scheme supports.
    fn commit(&self, values: &[Self::Scalar]) -> Result<Self::Commitment, Self::Error>;

    /// Commits to a vector of small integers plus scalars at some further indices.
    ///
    /// # Errors
    ///
    /// If an index is beyond what the scheme supports.
    fn commit_small(
        &self,
        values: &[i64],
        extra: &[(usize, Self::Scalar)],
    ) -> Result<Self::Commitment, Self::Error>;
}

impl CommitmentScheme for Srs {
    type Scalar = Fr;
    type Commitment = G1Affine;
    type Error = SizeError;

    fn commit(&self, values: &[Fr]) -> Result<G1Affine, SizeError> {
        let bases = self.prefix(values.len())?;
        Ok(msm(bases, values)?.into_affine())
    }

    fn commit_small(&self, values: &[i64], extra: &[(usize, Fr)]) -> Result<G1Affine, SizeError> {
        let mut sum = msm_small(self.prefix(values.len())?, values)?;
        for (index, scalar) in extra {
            let bases = self.prefix(index.saturating_add(1))?;
            sum += bases[*index] * scalar;
        }
        Ok(sum.into_affine())
    }
}

impl Srs {
    /// The first `required` powers.
    fn prefix(&self, required: usize) -> Result<&[G1Affine], SizeError> {
        self.g1().get(..required).ok_or(SizeError::NotEnoughPowers {
            required,
            available: self.g1().len(),
        })
    }
}
