//! A ceremony that is under way.

use ark_bn254::{Fr, G1Affine, G1Projective, G2Affine};
use ark_ec::CurveGroup;
use ark_ff::{Field, Zero};
use modulus_protocol::Progress;
use rayon::prelude::*;
use zeroize::Zeroizing;

use super::error::CeremonyError;
use super::initial::{domain_of, initial_key};
use super::label::Label;
use super::powers::Powers;
use super::record::{Kind, MAX_BEACON_EXPONENT, RECORD_LENGTH, Record, contributor_secret};
use super::verify::{Chain, MAX_RECORDS, start_hash, verify_chain};
use crate::circuit::Circuit;
use crate::groth16::{ProvingKey, random_secret};

const MAGIC: &[u8; 16] = b"MODULUS.CEREMONY";
const VERSION: u32 = 1;
/// Points between two reports of progress.
const CHUNK: usize = 1 << 12;

/// A key and the records of all contributions to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceremony {
    schedule: Vec<u8>,
    records: Vec<Record>,
    key: ProvingKey,
}

/// Binary logarithm of the number of powers of tau that a circuit needs.
///
/// # Errors
///
/// [`CeremonyError::Setup`] if there is no domain for the circuit.
pub fn domain_power(circuit: &Circuit) -> Result<u32, CeremonyError> {
    Ok(domain_of(circuit)?.log_size_of_group)
}

impl Ceremony {
    /// Begins with the initial key.
    ///
    /// `schedule` travels with the ceremony, so that others can synthesise the circuit.
    ///
    /// # Errors
    ///
    /// [`CeremonyError`] if the powers are not powers, or too few, or the caller stopped.
    pub fn begin(
        schedule: Vec<u8>,
        circuit: &Circuit,
        powers: &Powers,
        progress: &dyn Progress,
    ) -> Result<Self, CeremonyError> {
        powers.check(progress)?;
        Ok(Self {
            schedule,
            records: Vec::new(),
            key: initial_key(circuit, powers, progress)?,
        })
    }

    /// The key so far. Before the first contribution anybody can forge for it.
    #[must_use]
    pub fn key(&self) -> &ProvingKey {
        &self.key
    }

    /// `[tau]_2` of the powers that it began with.
    pub fn tau_g2(&self) -> G2Affine {
        self.key.evidence.tau_g2
    }

    /// The records of all contributions.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Hash that the chain of records starts from: of the circuit and the powers.
    #[must_use]
    pub fn start(&self) -> [u8; 32] {
        start_hash(&self.key.circuit_hash, &self.key.points, self.tau_g2())
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
        self.records.iter().fold(self.start(), hash)
    }

    /// Multiplies delta by a secret of the operating system, mixed with `entropy`.
    ///
    /// The secret is erased; nothing derived from it but the new key is kept. Call
    /// [`verify_state`](super::verify_state) first: a contribution to other points gives forgers
    /// what it should keep from them.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Ended`] after a beacon, [`CeremonyError::Entropy`] without randomness,
    /// [`CeremonyError::Interrupted`] if the caller stopped: the ceremony is then as before.
    pub fn contribute(
        &mut self,
        label: Label,
        entropy: &[u8],
        progress: &dyn Progress,
    ) -> Result<&Record, CeremonyError> {
        let system = random_secret().map_err(CeremonyError::Entropy)?;
        let secret = contributor_secret(&system, entropy);
        let before = (self.key.delta, self.key.points.delta);
        let record = Record::contribution(self.hash(), before, label, &secret)
            .map_err(CeremonyError::Entropy)?;
        self.apply(record, &secret, progress)
    }

    /// Ends the ceremony with a public value, hashed 2^exponent times.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::NoContribution`] if nobody contributed before: the beacon is public and
    /// hides nothing. [`CeremonyError::Ended`] after a beacon; [`CeremonyError::Malformed`] if the
    /// exponent is too large; [`CeremonyError::Interrupted`] if the caller stopped.
    pub fn finish_with_beacon(
        &mut self,
        source: Label,
        value: [u8; 32],
        exponent: u8,
        progress: &dyn Progress,
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
        let (record, factor) = Record::beacon(before, source, value, exponent);
        self.apply(record, &factor, progress)
    }

    /// Says at once what [`Self::contribute`] would say after minutes of work.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Ended`] after a beacon.
    pub fn refuse_if_ended(&self) -> Result<(), CeremonyError> {
        match self.records.last().map(|record| &record.kind) {
            Some(Kind::Beacon { .. }) => Err(CeremonyError::Ended),
            _ => Ok(()),
        }
    }

    fn apply(
        &mut self,
        record: Record,
        factor: &Fr,
        progress: &dyn Progress,
    ) -> Result<&Record, CeremonyError> {
        self.refuse_if_ended()?;
        if self.records.len() == MAX_RECORDS {
            return Err(CeremonyError::Malformed {
                what: "there are too many contributions",
            });
        }
        let inverse = Zeroizing::new(factor.inverse().unwrap_or_else(Fr::zero));
        if inverse.is_zero() {
            return Err(CeremonyError::Malformed {
                what: "the factor is 0",
            });
        }
        let private = multiplied(&self.key.private, &inverse, progress)?;
        self.key.quotient = multiplied(&self.key.quotient, &inverse, progress)?;
        self.key.private = private;
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

    /// The ceremony as bytes: `docs/spec/ceremony.md`, section 4.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        // Schedules that were decoded, and at most MAX_RECORDS records, are counted in 32 bits.
        bytes.extend(
            u32::try_from(self.schedule.len())
                .unwrap_or(u32::MAX)
                .to_le_bytes(),
        );
        bytes.extend(&self.schedule);
        bytes.extend(
            u32::try_from(self.records.len())
                .unwrap_or(u32::MAX)
                .to_le_bytes(),
        );
        bytes.extend(self.transcript());
        bytes.extend(self.key.encode());
        bytes
    }

    /// The schedule in the bytes of a ceremony, which says what circuit to decode them with.
    ///
    /// # Errors
    ///
    /// [`CeremonyError::Malformed`] if the bytes are not those of a ceremony.
    pub fn schedule_of(bytes: &[u8]) -> Result<&[u8], CeremonyError> {
        Ok(split_schedule(bytes)?.0)
    }

    /// Reads a ceremony and verifies its chain of records, but not that the key follows from the
    /// circuit: see [`verify_setup`](super::verify_setup) and [`verify_key`](super::verify_key).
    ///
    /// # Errors
    ///
    /// [`CeremonyError`] if the bytes are damaged or a record proves nothing.
    pub fn decode(bytes: &[u8], circuit: &Circuit) -> Result<Self, CeremonyError> {
        let length = || CeremonyError::Malformed { what: "length" };
        let (schedule, rest) = split_schedule(bytes)?;
        let (count, rest) = rest.split_first_chunk().ok_or_else(length)?;
        let (records, rest) = (u32::from_le_bytes(*count) as usize)
            .checked_mul(RECORD_LENGTH)
            .and_then(|length| rest.split_at_checked(length))
            .ok_or_else(length)?;
        let key = ProvingKey::read(rest, circuit)?;
        let start = start_hash(&key.circuit_hash, &key.points, key.evidence.tau_g2);
        let Chain { records, delta, .. } = verify_chain(start, records)?;
        if (key.delta, key.points.delta) != delta {
            return Err(CeremonyError::WrongKey { what: "delta" });
        }
        Ok(Self {
            schedule: schedule.to_vec(),
            records,
            key,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
impl Ceremony {
    /// What an attacker who begins a ceremony may do.
    pub(super) fn choose_input_point(&mut self, input: usize, point: G1Affine) {
        self.key.points.inputs[input] = point;
    }

    /// What an attacker may do who hands the ceremony on.
    pub(super) fn choose_private_points(&mut self, points: &[G1Affine]) {
        self.key.private[..points.len()].copy_from_slice(points);
    }

    /// A key and a transcript as if the ceremony had begun from another tau.
    pub(super) fn restarted_with(&self, tau_g2: G2Affine) -> (ProvingKey, Vec<u8>) {
        let mut key = self.key.clone();
        let start = start_hash(&key.circuit_hash, &key.points, tau_g2);
        let secret = Fr::from(5_u64);
        let before = super::record::first_delta();
        let record = Record::contribution(start, before, self.records[0].label, &secret).unwrap();
        key.points.delta = record.delta_g2;
        (key, record.encode().to_vec())
    }
}

fn split_schedule(bytes: &[u8]) -> Result<(&[u8], &[u8]), CeremonyError> {
    let malformed = |what| CeremonyError::Malformed { what };
    let rest = bytes.strip_prefix(MAGIC).ok_or(malformed("magic"))?;
    let rest = rest
        .strip_prefix(&VERSION.to_le_bytes())
        .ok_or(malformed("version"))?;
    let (length, rest) = rest.split_first_chunk().ok_or(malformed("length"))?;
    rest.split_at_checked(u32::from_le_bytes(*length) as usize)
        .ok_or(malformed("length"))
}

fn multiplied(
    points: &[G1Affine],
    factor: &Fr,
    progress: &dyn Progress,
) -> Result<Vec<G1Affine>, CeremonyError> {
    let mut products = Vec::with_capacity(points.len());
    for chunk in points.chunks(CHUNK) {
        #[expect(clippy::cast_precision_loss, reason = "a fraction for display")]
        let fraction = products.len() as f64 / points.len() as f64;
        progress.stage("multiplying the key", fraction)?;
        let multiples: Vec<G1Projective> = chunk.par_iter().map(|point| *point * factor).collect();
        products.extend(G1Projective::normalize_batch(&multiples));
    }
    Ok(products)
}
