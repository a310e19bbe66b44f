//! Verifying keys: the schedule, the fixed commitments and the setup they belong to.
//!
//! Source: `docs/spec/schedule.md`, sections 4 and 9.

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::AffineRepr;
use modulus_kzg::encoding::{decode_g2, decode_point, encode_g2, encode_point};
use modulus_transcript::{DigestBuilder, keccak256};

use crate::rejection::{Reason, Rejection};
use crate::schedule::{self, DecodeError, Reader, RowKind, Schedule};

const MAGIC: &[u8; 16] = b"MODULUS.VKEY\0\0\0\0";
const VERSION: u16 = 1;

/// Everything a verifier knows about one model.
#[derive(Debug, Clone)]
pub struct VerifyingKey {
    development: bool,
    setup_hash: [u8; 32],
    system: Vec<u8>,
    schedule_bytes: Vec<u8>,
    schedule: Schedule,
    tau_g2: G2Affine,
    points: Vec<G1Affine>,
    digest: Fr,
}

/// The parts of a key that are not derived.
#[derive(Debug, Clone)]
pub struct KeyParts {
    /// Whether the setup was generated locally, by someone who could forge.
    pub development: bool,
    /// Keccak of the ceremony file; zero for development.
    pub setup_hash: [u8; 32],
    /// The canonical relation system, the weight-free graph.
    pub system: Vec<u8>,
    /// The encoded schedule.
    pub schedule: Vec<u8>,
    /// The setup's secret in the second group.
    pub tau_g2: G2Affine,
    /// Commitments to table and weight rows, in row order.
    pub points: Vec<G1Affine>,
}

impl VerifyingKey {
    /// Assembles a key.
    ///
    /// # Errors
    ///
    /// [`Reason::MalformedKey`] if the schedule is not well formed or the parts disagree.
    pub fn new(parts: KeyParts) -> Result<Self, Rejection> {
        let KeyParts {
            development,
            setup_hash,
            system,
            schedule: bytes,
            tau_g2,
            points,
        } = parts;
        let schedule = schedule::decode(&bytes)?;
        let malformed =
            |place, detail: String| Err(Rejection::new(Reason::MalformedKey, place, detail));
        if !schedule.rows(RowKind::CommittedInput).is_empty() {
            let detail = "transparent proofs do not support committed inputs".to_owned();
            return malformed("schedule", detail);
        }
        let expected = fixed_rows(&schedule);
        if points.len() != expected {
            let detail = format!("{} points for {expected} fixed rows", points.len());
            return malformed("points", detail);
        }
        if points.iter().any(AffineRepr::is_zero) {
            return malformed(
                "points",
                "a fixed commitment is the point at infinity".to_owned(),
            );
        }
        // Attack: with a known secret anything can be opened; 0 and 1 are known to everyone.
        if tau_g2.is_zero() || tau_g2 == G2Affine::generator() {
            return malformed("setup", "the secret of the setup is 0 or 1".to_owned());
        }
        if development && setup_hash != [0; 32] {
            let detail = "a development setup has no ceremony file".to_owned();
            return malformed("setup", detail);
        }
        let digest = digest(&system, &bytes, &schedule, &tau_g2, &points);
        let schedule_bytes = bytes;
        Ok(Self {
            development,
            setup_hash,
            system,
            schedule_bytes,
            schedule,
            tau_g2,
            points,
            digest,
        })
    }

    /// Decodes a key.
    ///
    /// # Errors
    ///
    /// [`Reason::MalformedKey`] if the bytes are not exactly one well-formed key.
    pub fn decode(bytes: &[u8]) -> Result<Self, Rejection> {
        Self::new(read(bytes)?)
    }

    /// Encodes the key; the inverse of [`VerifyingKey::decode`].
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.push(self.development.into());
        bytes.extend(self.setup_hash);
        for part in [&self.system, &self.schedule_bytes] {
            bytes.extend(count(part.len()));
            bytes.extend(part);
        }
        bytes.extend(encode_g2(&self.tau_g2));
        bytes.extend(count(self.points.len()));
        for point in &self.points {
            bytes.extend(encode_point(point));
        }
        bytes
    }

    /// Whether the setup was generated locally.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.development
    }

    /// Keccak of the ceremony file; zero for development.
    #[must_use]
    pub fn setup_hash(&self) -> [u8; 32] {
        self.setup_hash
    }

    /// The canonical relation system.
    #[must_use]
    pub fn system(&self) -> &[u8] {
        &self.system
    }

    /// The encoded schedule.
    #[must_use]
    pub fn schedule_bytes(&self) -> &[u8] {
        &self.schedule_bytes
    }

    /// The schedule.
    #[must_use]
    pub fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// The setup's secret in the second group.
    pub fn tau_g2(&self) -> G2Affine {
        self.tau_g2
    }

    /// Commitments to table and weight rows.
    pub fn points(&self) -> &[G1Affine] {
        &self.points
    }

    /// VKD: the identity of the model, 248 bits.
    #[must_use]
    pub fn digest(&self) -> Fr {
        self.digest
    }
}

fn fixed_rows(schedule: &Schedule) -> usize {
    schedule.rows(RowKind::Table).len() + schedule.rows(RowKind::Weight).len()
}

fn read(bytes: &[u8]) -> Result<KeyParts, DecodeError> {
    let mut reader = Reader::new(bytes);
    if reader.array::<16>()? != *MAGIC {
        return Err(reader.error("not a verifying key"));
    }
    if reader.u16()? != VERSION {
        return Err(reader.error("unknown key version"));
    }
    let development = match reader.u8()? {
        0 => false,
        1 => true,
        _ => return Err(reader.error("not a truth value")),
    };
    let setup_hash = reader.array()?;
    let length = reader.u32()?;
    let system = reader.take(length)?.to_vec();
    let length = reader.u32()?;
    let schedule = reader.take(length)?.to_vec();
    let encoded = reader.array::<128>()?;
    let tau_g2 = decode_g2(&encoded).map_err(|error| DecodeError {
        problem: format!("setup: {error}").into(),
        ..reader.error("")
    })?;
    let points = reader.list(64, |reader| {
        let encoded = reader.array::<64>()?;
        decode_point(&encoded).map_err(|error| DecodeError {
            problem: format!("commitment: {error}").into(),
            ..reader.error("")
        })
    })?;
    reader.finish()?;
    Ok(KeyParts {
        development,
        setup_hash,
        system,
        schedule,
        tau_g2,
        points,
    })
}

fn count(length: usize) -> [u8; 4] {
    // Decoded parts were counted in 32 bits; assembled ones of 4 GiB do not fit a key anyway.
    u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes()
}

fn digest(
    system: &[u8],
    schedule_bytes: &[u8],
    schedule: &Schedule,
    tau_g2: &G2Affine,
    points: &[G1Affine],
) -> Fr {
    let kinds: Vec<u8> = schedule.row_kinds.iter().map(|kind| *kind as u8).collect();
    let builder = DigestBuilder::new("modulus.vk.1")
        .word(keccak256(system))
        .word(keccak256(schedule_bytes))
        .field(Fr::from(schedule.row_size() as u64))
        .field(Fr::from(schedule.row_kinds.len() as u64))
        .word(keccak256(&kinds))
        .word(setup_id(tau_g2))
        .word([0; 32])
        .word([0; 32]);
    points
        .iter()
        .fold(builder, |builder, point| builder.point(*point))
        .finish_truncated()
}

/// Identity of a setup: the digest of its secret in the second group.
fn setup_id(tau_g2: &G2Affine) -> [u8; 32] {
    let encoded = encode_g2(tau_g2);
    let (words, _) = encoded.as_chunks::<32>();
    words
        .iter()
        .fold(DigestBuilder::new("modulus.srs.1"), |builder, word| {
            builder.word(*word)
        })
        .finish()
}
