//! Proofs.

use ark_bn254::{G1Affine, G2Affine};
use modulus_kzg::encoding::{encode_g2, encode_point};

/// Three points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// A.
    pub a: G1Affine,
    /// B.
    pub b: G2Affine,
    /// C.
    pub c: G1Affine,
}

impl Proof {
    /// A, B, C as the contract reads them: 64, 128 and 64 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; 256] {
        let mut bytes = [0; 256];
        bytes[..64].copy_from_slice(&encode_point(&self.a));
        bytes[64..192].copy_from_slice(&encode_g2(&self.b));
        bytes[192..].copy_from_slice(&encode_point(&self.c));
        bytes
    }
}
