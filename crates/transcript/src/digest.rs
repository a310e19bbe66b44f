//! Keccak digests: a tag, then 32-byte words and 64-byte points.

use ark_bn254::{Fr, G1Affine};
use ark_ff::PrimeField;
use sha3::{Digest, Keccak256};

use crate::encoding::{encode_field, encode_point};

/// Length of the tag that opens every digest.
pub const TAG_LENGTH: usize = 32;

/// Builds one tagged keccak digest.
///
/// The order and number of words are fixed by the caller's specification. Parts of variable
/// length enter by their own [`keccak256`], or two contents could share one preimage.
#[derive(Clone)]
#[must_use]
pub struct DigestBuilder {
    hasher: Keccak256,
}

impl DigestBuilder {
    /// Starts a digest with `tag`, zero-padded to 32 bytes.
    ///
    /// # Panics
    ///
    /// If the tag is not ASCII or is longer than 32 bytes: tags are constants of the protocol.
    pub fn new(tag: &str) -> Self {
        assert!(
            tag.is_ascii() && tag.len() <= TAG_LENGTH,
            "not a digest tag: {tag:?}"
        );
        let mut padded = [0; TAG_LENGTH];
        padded[..tag.len()].copy_from_slice(tag.as_bytes());
        Self {
            hasher: Keccak256::new(),
        }
        .word(padded)
    }

    /// Appends one word.
    pub fn word(mut self, word: [u8; 32]) -> Self {
        self.hasher.update(word);
        self
    }

    /// Appends one scalar as a word.
    pub fn field(self, element: Fr) -> Self {
        self.word(encode_field(&element))
    }

    /// Appends one point as two words.
    pub fn point(mut self, point: G1Affine) -> Self {
        self.hasher.update(encode_point(&point));
        self
    }

    /// The full digest.
    #[must_use]
    pub fn finish(self) -> [u8; 32] {
        self.hasher.finalize().into()
    }

    /// The digest modulo 2^248, as a scalar.
    #[must_use]
    pub fn finish_truncated(self) -> Fr {
        truncate(self.finish())
    }
}

/// Keccak-256 of a byte string, as the EVM computes it.
#[must_use]
pub fn keccak256(bytes: &[u8]) -> [u8; 32] {
    Keccak256::digest(bytes).into()
}

/// The big-endian value of a digest modulo 2^248, which is below the scalar modulus.
#[must_use]
pub fn truncate(mut digest: [u8; 32]) -> Fr {
    digest[0] = 0;
    Fr::from_be_bytes_mod_order(&digest)
}
