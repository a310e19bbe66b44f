//! Local generation of a reference string, for development only.

use ark_bn254::{Fr, G1Projective, G2Affine};
use ark_ec::scalar_mul::BatchMulPreprocessing;
use ark_ec::{AffineRepr, CurveGroup, PrimeGroup};
use ark_ff::{One, PrimeField, Zero};
use zeroize::Zeroizing;

use super::{Origin, Srs, power_count};
use crate::error::KzgError;

/// Powers between two progress reports.
const REPORT_EVERY: usize = 1 << 13;

impl Srs {
    /// Generates a reference string of 2^power + 1 powers from the operating system's randomness.
    ///
    /// `progress(done, total)` is called as the powers are made. The secret and its powers are
    /// zeroised and never written, but whoever controls the machine could have kept them: the
    /// origin stays [`Origin::Development`] in everything derived.
    ///
    /// # Errors
    ///
    /// [`KzgError::Size`] if the power is unsupported, [`KzgError::Entropy`] if the operating
    /// system gives no randomness.
    pub fn generate_development(
        power: u32,
        mut progress: impl FnMut(usize, usize),
    ) -> Result<Self, KzgError> {
        let count = power_count(power)?;
        let tau = random_nonzero()?;
        let mut exponents = Zeroizing::new(Vec::with_capacity(count));
        let mut exponent = Zeroizing::new(Fr::one());
        for _ in 0..count {
            exponents.push(*exponent);
            *exponent *= *tau;
        }
        let table = BatchMulPreprocessing::new(G1Projective::generator(), count);
        let mut g1 = Vec::with_capacity(count);
        for chunk in exponents.chunks(REPORT_EVERY) {
            g1.extend(table.batch_mul(chunk));
            progress(g1.len(), count);
        }
        let tau_g2 = (G2Affine::generator() * *tau).into_affine();
        Ok(Self {
            g1,
            tau_g2,
            origin: Origin::Development,
        })
    }
}

/// A uniform non-zero scalar, reduced from 512 bits.
fn random_nonzero() -> Result<Zeroizing<Fr>, KzgError> {
    loop {
        let mut bytes = Zeroizing::new([0; 64]);
        getrandom::fill(bytes.as_mut_slice()).map_err(KzgError::Entropy)?;
        let scalar = Zeroizing::new(Fr::from_le_bytes_mod_order(bytes.as_slice()));
        if !scalar.is_zero() {
            return Ok(scalar);
        }
    }
}
