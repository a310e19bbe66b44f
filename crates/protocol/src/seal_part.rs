//! The part of a verifying key that sealed proofs need.
//!
//! Source: `docs/spec/seal.md`, section 2.

use ark_bn254::G2Affine;
use ark_ec::AffineRepr;
use modulus_kzg::encoding::{decode_g2, decode_point};

use crate::schedule::{DecodeError, Reader};
use crate::verifying_key::count;

/// Bytes of alpha, beta, delta and `IC_0` .. `IC_3`.
pub const GROTH16_KEY_LENGTH: usize = 64 + 2 * 128 + 4 * 64;

/// Bytes of what shows that the Groth16 key belongs to the circuit.
pub const EVIDENCE_LENGTH: usize = 2 * 128 + 4 * 64;

/// Circuit and Groth16 key of a model's architecture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealPart {
    /// Hash of the circuit.
    pub circuit_hash: [u8; 32],
    /// alpha (64 bytes), beta, delta (128 each), `IC_0` .. `IC_3` (64 each).
    pub groth16: [u8; GROTH16_KEY_LENGTH],
    /// Shows that alpha, beta and the points of the public inputs belong to the circuit.
    pub evidence: [u8; EVIDENCE_LENGTH],
    /// Transcript of the setup's contributions; empty for a local setup.
    pub setup: Vec<u8>,
}

impl SealPart {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let circuit_hash = reader.array()?;
        let groth16 = reader.array()?;
        let evidence = reader.array()?;
        let length = reader.u32()?;
        let setup = reader.take(length)?.to_vec();
        Ok(Self {
            circuit_hash,
            groth16,
            evidence,
            setup,
        })
    }

    pub(crate) fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.circuit_hash);
        bytes.extend(self.groth16);
        bytes.extend(self.evidence);
        bytes.extend(count(self.setup.len()));
        bytes.extend(&self.setup);
    }

    /// What is wrong with the points, if anything.
    pub(crate) fn problem(&self) -> Option<String> {
        let (first, rest) = self.groth16.split_first_chunk::<64>()?;
        let (twists, inputs) = rest.split_at_checked(256)?;
        let inputs = inputs.as_chunks::<64>().0;
        for point in std::iter::once(first).chain(inputs) {
            if let Err(error) = decode_point(point) {
                return Some(error.to_string());
            }
        }
        let mut delta = G2Affine::zero();
        for point in twists.as_chunks::<128>().0 {
            match decode_g2(point) {
                Ok(point) => delta = point,
                Err(error) => return Some(error.to_string()),
            }
        }
        // Attack: with delta = gamma a private wire can stand in for a public input.
        (delta == G2Affine::generator()).then(|| "delta is the generator".to_owned())
    }
}
