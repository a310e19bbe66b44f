//! A ceremony that is under way.

use ark_bn254::{Fr, G1Affine, G1Projective};
use ark_ec::CurveGroup;
use ark_ff::{Field, Zero};
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::error::CeremonyError;
use super::initial::initial_key;
use super::powers::Powers;
use super::record::{Kind, MAX_BEACON_EXPONENT, RECORD_LENGTH, Record, contributor_secret};
use super::verify::{Chain, start_hash, verify_chain};
use crate::circuit::Circuit;
use crate::groth16::ProvingKey;

const MAGIC: &[u8; 16] = b"MODULUS.CEREMONY";
const VERSION: u32 = 1;

/// A key and the records of all contributions to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    key: ProvingKey,
    start: [u8; 32],
    records: Vec<Record>,
}

impl Ceremony {
    /// Begins with the initial key, which takes minutes for large circuits.
    ///
    /// # Errors
    ///
    /// [`CeremonyError`] if the powers are not powers, or too few.
    pub fn begin(circuit: &Circuit, powers: &Powers) -> Result<Self, CeremonyError> {
        powers.check()?;
        let key = initial_key(circuit, powers)?;
        Ok(Self {
            start: start_hash(&key.circuit_hash, &key.points, powers.tau_g2[1]),
            key,
            records: Vec::new(),
        })
    }

    /// The key so far. Before the first contribution anybody can forge for it.
    #[must_use]
    pub fn key(&self) -> &ProvingKey {
        &self.key
    }

    /// Hash that the chain of records starts from: of the circuit and the powers.
    #[must_use]
    pub fn start(&self) -> [u8; 32] {
        self.start
    }

    /// The setup transcript that goes into a verifying key.
    #[must_use]
    pub fn transcript(&self) -> Vec<u8> {
        self.records.iter().flat_map(Record::encode).collect()
    }

    /// The chain's hash, which each contributor publishes.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        let hash = |previous, record: &Record| record.hash(previous);
        self.records.iter().fold(self.start, hash)
    }

    /// Multiplies delta by a secret of the operating system, mixed with `entropy`.
    ///
    /// The secret is erased; nothing derived from it but the new key is kept.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Ended`] after a beacon, [`CeremonyError::Entropy`] without randomness.
    pub fn contribute(&mut self, entropy: &[u8]) -> Result<&Record, CeremonyError> {
        let secret = contributor_secret(entropy).map_err(CeremonyError::Entropy)?;
        let before = (self.key.delta, self.key.points.delta);
        let record =
            Record::contribution(self.hash(), before, &secret).map_err(CeremonyError::Entropy)?;
        self.apply(record, &secret)
    }

    /// Ends the ceremony with a public value, hashed 2^exponent times.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::NoContribution`] if nobody contributed before: the beacon is public and
    /// hides nothing. [`CeremonyError::Ended`] after a beacon; [`CeremonyError::Malformed`] if the
    /// exponent is too large.
    pub fn finish_with_beacon(
        &mut self,
        value: [u8; 32],
        exponent: u8,
    ) -> Result<&Record, CeremonyError> {
        if exponent > MAX_BEACON_EXPONENT {
            return Err(CeremonyError::Malformed {
                what: "the beacon's exponent is too large",
            });
        }
        if self.records.is_empty() {
            return Err(CeremonyError::NoContribution);
        }
        let before = (self.key.delta, self.key.points.delta);
        let (record, factor) = Record::beacon(before, value, exponent);
        self.apply(record, &factor)
    }

    fn apply(&mut self, record: Record, factor: &Fr) -> Result<&Record, CeremonyError> {
        let has_ended = self
            .records
            .last()
            .is_some_and(|record| matches!(record.kind, Kind::Beacon { .. }));
        if has_ended {
            return Err(CeremonyError::Ended);
        }
        let inverse = Zeroizing::new(factor.inverse().unwrap_or_else(Fr::zero));
        if inverse.is_zero() {
            return Err(CeremonyError::Malformed {
                what: "the factor is 0",
            });
        }
        self.key.private = multiplied(&self.key.private, &inverse);
        self.key.quotient = multiplied(&self.key.quotient, &inverse);
        self.key.delta = record.delta;
        self.key.points.delta = record.delta_g2;
        self.records.push(record);
        self.records.last().ok_or(CeremonyError::NoContribution)
    }

    /// The key for provers, after at least one contribution.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::NoContribution`] if there was none.
    pub fn into_key(self) -> Result<ProvingKey, CeremonyError> {
        if self.records.is_empty() {
            return Err(CeremonyError::NoContribution);
        }
        Ok(self.key.checked()?)
    }

    /// The ceremony as bytes: magic, version, start, u32 number of records, records, key.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(self.start);
        // A ceremony of 2^32 contributions would take centuries.
        let count = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        bytes.extend(count.to_le_bytes());
        bytes.extend(self.transcript());
        bytes.extend(self.key.encode());
        bytes
    }

    /// Reads a ceremony and verifies its chain of records, but not the key: see
    /// [`verify_key`](super::verify_key).
    ///
    /// # Errors
    ///
    /// [`CeremonyError`] if the bytes are damaged or a record proves nothing.
    pub fn decode(bytes: &[u8], circuit: &Circuit) -> Result<Self, CeremonyError> {
        let malformed = |what| CeremonyError::Malformed { what };
        let rest = bytes.strip_prefix(MAGIC).ok_or(malformed("magic"))?;
        let rest = rest
            .strip_prefix(&VERSION.to_le_bytes())
            .ok_or(malformed("version"))?;
        let (start, rest) = rest.split_first_chunk().ok_or(malformed("length"))?;
        let (count, rest) = rest.split_first_chunk().ok_or(malformed("length"))?;
        let length = (u32::from_le_bytes(*count) as usize)
            .checked_mul(RECORD_LENGTH)
            .ok_or(malformed("length"))?;
        let (transcript, rest) = rest.split_at_checked(length).ok_or(malformed("length"))?;
        let key = ProvingKey::read(rest, circuit)?;
        let Chain { records, .. } = verify_chain(*start, transcript)?;
        let ceremony = Self {
            key,
            start: *start,
            records,
        };
        let (delta, delta_g2) = ceremony
            .records
            .last()
            .map_or_else(super::record::first_delta, |record| {
                (record.delta, record.delta_g2)
            });
        if (ceremony.key.delta, ceremony.key.points.delta) != (delta, delta_g2) {
            return Err(CeremonyError::WrongKey { what: "delta" });
        }
        Ok(ceremony)
    }
}

fn multiplied(points: &[G1Affine], factor: &Fr) -> Vec<G1Affine> {
    let products: Vec<G1Projective> = points.par_iter().map(|point| *point * factor).collect();
    G1Projective::normalize_batch(&products)
}
