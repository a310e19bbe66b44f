//! The identity of a circuit.

use modulus_transcript::{DigestBuilder, encode_field};
use sha3::{Digest, Keccak256};

use super::Circuit;

impl Circuit {
    /// Keccak digest of the canonical bytes, which any implementation can recompute.
    ///
    /// Source: `docs/spec/seal.md`, section 1.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let mut hasher = Keccak256::new();
        hasher.update(length(self.constraints.len()));
        hasher.update(length(self.wires));
        let encoded: Vec<[u8; 32]> = self.pool.coefficients().iter().map(encode_field).collect();
        for constraint in &self.constraints {
            for row in [constraint.a, constraint.b, constraint.c] {
                let terms = self.pool.numbered_terms(row);
                hasher.update(length(terms.len()));
                for (wire, coefficient) in terms {
                    hasher.update(wire.to_le_bytes());
                    hasher.update(encoded[*coefficient as usize]);
                }
            }
        }
        DigestBuilder::new("modulus.circuit.1")
            .word(hasher.finalize().into())
            .finish()
    }
}

/// Counts are below 2^32 by the limits of synthesis.
fn length(count: usize) -> [u8; 4] {
    u32::try_from(count).unwrap_or(u32::MAX).to_le_bytes()
}
