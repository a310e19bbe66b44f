//! Records of contributions and their proofs.
//!
//! ```text
//! kind u8 | label 64 | [delta]_1 64 | [delta]_2 128, after the contribution
//! kind 0: commitment R 64 | response z 32        kind 1: beacon 32 | exponent 32 | zero 32
//! ```
//!
//! Source: `docs/spec/ceremony.md`, section 3.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use modulus_kzg::DecodeError;
use modulus_kzg::encoding::{
    decode_field, decode_g2, decode_point, encode_field, encode_g2, encode_point,
};
use modulus_transcript::{DigestBuilder, keccak256};
use zeroize::Zeroizing;

use super::label::{LABEL_LENGTH, Label};
use crate::groth16::random_secret;

/// Bytes of a record.
pub const RECORD_LENGTH: usize = PROOF + 96;
const DELTA: usize = 1 + LABEL_LENGTH;
const DELTA_G2: usize = DELTA + 64;
const PROOF: usize = DELTA_G2 + 128;
/// Largest binary logarithm of a beacon's iterations: bounds what a hostile record can cost.
pub const MAX_BEACON_EXPONENT: u8 = 20;

const CONTRIBUTION: u8 = 0;
const BEACON: u8 = 1;

/// What shows that delta was multiplied by a known number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A secret, with a proof of its knowledge: `z * [delta before] = R + challenge * [delta]`.
    Contribution {
        /// R.
        commitment: G1Affine,
        /// z.
        response: Fr,
    },
    /// A public value that nobody could foresee.
    Beacon {
        /// The value.
        value: [u8; 32],
        /// Binary logarithm of the number of hashes between the value and the factor.
        exponent: u8,
    },
}

/// One contribution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Who contributed, in their own words, or where the beacon comes from.
    pub label: Label,
    /// Delta after it, in the first group.
    pub delta: G1Affine,
    /// Delta after it, in the second group.
    pub delta_g2: G2Affine,
    /// Its proof.
    pub kind: Kind,
}

impl Record {
    /// Canonical bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; RECORD_LENGTH] {
        let mut parts = Vec::with_capacity(RECORD_LENGTH);
        parts.push(match self.kind {
            Kind::Contribution { .. } => CONTRIBUTION,
            Kind::Beacon { .. } => BEACON,
        });
        parts.extend(self.label.bytes());
        parts.extend(encode_point(&self.delta));
        parts.extend(encode_g2(&self.delta_g2));
        match &self.kind {
            Kind::Contribution {
                commitment,
                response,
            } => {
                parts.extend(encode_point(commitment));
                parts.extend(encode_field(response));
            }
            Kind::Beacon { value, exponent } => {
                parts.extend(value);
                parts.extend(encode_field(&Fr::from(*exponent)));
            }
        }
        parts.resize(RECORD_LENGTH, 0);
        let mut bytes = [0; RECORD_LENGTH];
        bytes.copy_from_slice(&parts);
        bytes
    }

    /// Decodes canonical bytes; `None` if the kind, the label or an exponent is none.
    ///
    /// # Errors
    ///
    /// [`DecodeError`] if a point or a scalar is not canonical.
    pub fn decode(bytes: &[u8; RECORD_LENGTH]) -> Result<Option<Self>, DecodeError> {
        let Some(label) = Label::decode(part(bytes, 1)) else {
            return Ok(None);
        };
        let delta = decode_point(&part(bytes, DELTA))?;
        let delta_g2 = decode_g2(&part(bytes, DELTA_G2))?;
        let kind = match bytes[0] {
            CONTRIBUTION => Kind::Contribution {
                commitment: decode_point(&part(bytes, PROOF))?,
                response: decode_field(&part(bytes, PROOF + 64))?,
            },
            BEACON => Kind::Beacon {
                value: part(bytes, PROOF),
                exponent: bytes[PROOF + 63],
            },
            _ => return Ok(None),
        };
        let record = Self {
            label,
            delta,
            delta_g2,
            kind,
        };
        // Bytes that decode to the same record are not all its encoding.
        let is_valid = record.encode() == *bytes && record.exponent() <= MAX_BEACON_EXPONENT;
        Ok(is_valid.then_some(record))
    }

    fn exponent(&self) -> u8 {
        match self.kind {
            Kind::Contribution { .. } => 0,
            Kind::Beacon { exponent, .. } => exponent,
        }
    }

    /// The chain's hash after this record.
    #[must_use]
    pub fn hash(&self, previous: [u8; 32]) -> [u8; 32] {
        DigestBuilder::new("modulus.ceremony.record")
            .word(previous)
            .word(keccak256(&self.encode()))
            .finish()
    }

    /// A contribution of `secret` to `before`.
    pub(super) fn contribution(
        previous: [u8; 32],
        before: (G1Affine, G2Affine),
        label: Label,
        secret: &Fr,
    ) -> Result<Self, getrandom::Error> {
        let delta = (before.0 * secret).into_affine();
        let nonce = nonce(&*random_secret()?, secret, previous, &label);
        let commitment = (before.0 * *nonce).into_affine();
        let challenge = challenge(previous, &label, before.0, delta, commitment);
        Ok(Self {
            label,
            delta,
            delta_g2: (before.1 * secret).into_affine(),
            kind: Kind::Contribution {
                commitment,
                response: *nonce + challenge * secret,
            },
        })
    }

    /// A beacon's contribution to `before`, and its factor.
    pub(super) fn beacon(
        before: (G1Affine, G2Affine),
        label: Label,
        value: [u8; 32],
        exponent: u8,
    ) -> (Self, Fr) {
        let factor = beacon_factor(value, exponent);
        let record = Self {
            label,
            delta: (before.0 * factor).into_affine(),
            delta_g2: (before.1 * factor).into_affine(),
            kind: Kind::Beacon { value, exponent },
        };
        (record, factor)
    }

    /// Whether the record proves that somebody, or the beacon, knows delta / `before`.
    pub(super) fn is_proven(&self, previous: [u8; 32], before: (G1Affine, G2Affine)) -> bool {
        match &self.kind {
            Kind::Contribution {
                commitment,
                response,
            } => {
                let challenge = challenge(previous, &self.label, before.0, self.delta, *commitment);
                before.0 * response == *commitment + self.delta * challenge
            }
            Kind::Beacon { value, exponent } => {
                Self::beacon(before, self.label, *value, *exponent).0 == *self
            }
        }
    }
}

/// Schnorr's challenge; it binds the whole chain and the name, so a record cannot be moved, nor a
/// contribution claimed by somebody else.
fn challenge(
    previous: [u8; 32],
    label: &Label,
    before: G1Affine,
    after: G1Affine,
    commitment: G1Affine,
) -> Fr {
    DigestBuilder::new("modulus.ceremony.proof")
        .word(previous)
        .word(keccak256(label.bytes()))
        .point(before)
        .point(after)
        .point(commitment)
        .finish_truncated()
}

/// The beacon's value hashed 2^exponent times, then expanded to 512 bits.
fn beacon_factor(value: [u8; 32], exponent: u8) -> Fr {
    let mut hash = DigestBuilder::new("modulus.ceremony.beacon")
        .word(value)
        .finish();
    for _ in 0..1_u64 << exponent.min(MAX_BEACON_EXPONENT) {
        hash = keccak256(&hash);
    }
    expand(hash)
}

/// A contributor's factor: from the operating system, and from whatever they typed or threw.
///
/// `system` is what the operating system gave. Adding keeps all of its entropy, whatever the hash does.
pub(super) fn contributor_secret(system: &Fr, entropy: &[u8]) -> Zeroizing<Fr> {
    let seed = Zeroizing::new(
        DigestBuilder::new("modulus.ceremony.secret")
            .word(*Zeroizing::new(encode_field(system)))
            .word(*Zeroizing::new(keccak256(entropy)))
            .finish(),
    );
    Zeroizing::new(*system + expand(*seed))
}

/// Schnorr's nonce.
///
/// Attack: who could foresee the operating system's randomness would compute the secret from the
/// response, whatever the contributor typed; so the nonce depends on the secret too.
pub(super) fn nonce(system: &Fr, secret: &Fr, previous: [u8; 32], label: &Label) -> Zeroizing<Fr> {
    let seed = Zeroizing::new(
        DigestBuilder::new("modulus.ceremony.nonce")
            .word(*Zeroizing::new(encode_field(system)))
            .word(*Zeroizing::new(encode_field(secret)))
            .word(previous)
            .word(keccak256(label.bytes()))
            .finish(),
    );
    Zeroizing::new(*system + expand(*seed))
}

fn expand(seed: [u8; 32]) -> Fr {
    let half = |index: u8| {
        let mut word = [0; 32];
        word[31] = index;
        let builder = DigestBuilder::new("modulus.ceremony.expand").word(seed);
        Zeroizing::new(builder.word(word).finish())
    };
    let mut bytes = Zeroizing::new([0; 64]);
    bytes[..32].copy_from_slice(&*half(0));
    bytes[32..].copy_from_slice(&*half(1));
    Fr::from_be_bytes_mod_order(bytes.as_slice())
}

/// `LENGTH` bytes from `start`, which lie inside the record.
fn part<const LENGTH: usize>(bytes: &[u8; RECORD_LENGTH], start: usize) -> [u8; LENGTH] {
    let mut taken = [0; LENGTH];
    for (target, byte) in taken.iter_mut().zip(bytes.iter().skip(start)) {
        *target = *byte;
    }
    taken
}

/// Delta of the initial key.
pub(super) fn first_delta() -> (G1Affine, G2Affine) {
    (G1Affine::generator(), G2Affine::generator())
}
