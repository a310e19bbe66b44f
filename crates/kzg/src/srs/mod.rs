//! The structured reference string: powers of one secret in the exponent.

mod development;
mod file;
mod import;

use ark_bn254::{G1Affine, G2Affine};
use modulus_transcript::DigestBuilder;

use crate::encoding::encode_g2;
use crate::error::SizeError;

/// Largest supported power: 2^28 is the size of the largest public ceremony for this curve.
pub const MAX_POWER: u32 = 28;

/// Where a reference string comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Generated on one machine, whose owner could forge. Never for production.
    Development,
    /// Imported from a ceremony transcript.
    Ceremony {
        /// Keccak-256 of the imported file.
        file_hash: [u8; 32],
    },
}

/// Powers `[tau^i]_1` for `i = 0..=2^power`, and `[tau]_2`.
///
/// There is one more power than a row has slots: the last one carries the blinding.
#[derive(Debug, Clone)]
pub struct Srs {
    g1: Vec<G1Affine>,
    tau_g2: G2Affine,
    origin: Origin,
}

impl Srs {
    /// The powers, lowest first; the first is the generator.
    pub fn g1(&self) -> &[G1Affine] {
        &self.g1
    }

    /// `[tau]_2`.
    pub fn tau_g2(&self) -> G2Affine {
        self.tau_g2
    }

    /// Where the secret came from.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Largest m such that rows of 2^m slots and their blinding fit.
    #[must_use]
    pub fn power(&self) -> u32 {
        self.g1.len().saturating_sub(1).max(1).ilog2()
    }

    /// Identity of the secret, whatever number of powers is at hand.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        let encoded = encode_g2(&self.tau_g2);
        let (words, _) = encoded.as_chunks::<32>();
        words
            .iter()
            .fold(DigestBuilder::new("modulus.srs.1"), |builder, word| {
                builder.word(*word)
            })
            .finish()
    }
}

/// Number of powers of a reference string of this size.
fn power_count(power: u32) -> Result<usize, SizeError> {
    if (1..=MAX_POWER).contains(&power) {
        Ok((1 << power) + 1)
    } else {
        Err(SizeError::UnsupportedPower {
            power,
            maximum: MAX_POWER,
        })
    }
}
