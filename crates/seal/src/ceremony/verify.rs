//! What convinces others that a ceremony was held.

use ark_bn254::{G1Affine, G2Affine};
use ark_ec::AffineRepr;
use modulus_kzg::encoding::encode_g2;
use modulus_kzg::msm;
use modulus_transcript::{DigestBuilder, keccak256};

use super::error::CeremonyError;
use super::initial::{initial_key, input_points};
use super::powers::{Powers, is_equal, random_weights};
use super::record::{Kind, RECORD_LENGTH, Record, first_delta};
use crate::circuit::Circuit;
use crate::groth16::{KeyPoints, ProvingKey};

/// A verified chain of contributions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The records.
    pub records: Vec<Record>,
    /// Delta after the last one, in both groups.
    pub delta: (G1Affine, G2Affine),
    /// Hash after the last one.
    pub hash: [u8; 32],
}

/// Hash of what the initial key follows from.
pub(super) fn start_hash(
    circuit_hash: &[u8; 32],
    points: &KeyPoints,
    tau_g2: G2Affine,
) -> [u8; 32] {
    let initial = KeyPoints {
        delta: G2Affine::generator(),
        ..points.clone()
    };
    DigestBuilder::new("modulus.ceremony.start")
        .word(*circuit_hash)
        .word(keccak256(&initial.encode()))
        .word(keccak256(&encode_g2(&tau_g2)))
        .finish()
}

/// Verifies the records of a setup transcript.
///
/// # Errors
///
/// [`CeremonyError`] with the number of the first record that proves nothing, or that follows a
/// beacon.
pub fn verify_chain(start: [u8; 32], transcript: &[u8]) -> Result<Chain, CeremonyError> {
    let (encoded, rest) = transcript.as_chunks::<RECORD_LENGTH>();
    if !rest.is_empty() {
        return Err(CeremonyError::Malformed {
            what: "length of the setup transcript",
        });
    }
    let mut chain = Chain {
        records: Vec::with_capacity(encoded.len()),
        delta: first_delta(),
        hash: start,
    };
    for (index, bytes) in encoded.iter().enumerate() {
        let fail = |what| CeremonyError::Contribution { index, what };
        let record = Record::decode(bytes)
            .map_err(|source| CeremonyError::Record { index, source })?
            .ok_or(fail("not a record"))?;
        let follows_beacon = chain
            .records
            .last()
            .is_some_and(|record: &Record| matches!(record.kind, Kind::Beacon { .. }));
        if follows_beacon {
            return Err(CeremonyError::Ended);
        }
        if !record.is_proven(chain.hash, chain.delta) {
            return Err(fail("its proof of knowledge fails"));
        }
        let delta = record.delta.into_group();
        let generator = -G1Affine::generator().into_group();
        if !is_equal(&[(delta, G2Affine::generator()), (generator, record.delta_g2)]) {
            return Err(fail("delta differs between the groups"));
        }
        chain.delta = (record.delta, record.delta_g2);
        chain.hash = record.hash(chain.hash);
        chain.records.push(record);
    }
    Ok(chain)
}

/// Verifies that a verifying key's points follow from powers of tau, circuit and contributions.
///
/// Takes seconds: alpha, beta and the points of the public inputs are recomputed, the rest of
/// the proving key is not needed.
///
/// # Errors
///
/// [`CeremonyError`] if a point differs, a record proves nothing, or nobody contributed.
pub fn verify_points(
    circuit: &Circuit,
    powers: &Powers,
    transcript: &[u8],
    points: &KeyPoints,
) -> Result<Chain, CeremonyError> {
    powers.check()?;
    let initial = KeyPoints {
        alpha: powers.alpha[0],
        beta: powers.beta_g2,
        delta: G2Affine::generator(),
        inputs: input_points(circuit, powers)?,
    };
    let start = start_hash(&circuit.hash(), &initial, powers.tau_g2[1]);
    let chain = verify_chain(start, transcript)?;
    if chain.records.is_empty() || points.delta == G2Affine::generator() {
        return Err(CeremonyError::NoContribution);
    }
    let expected = KeyPoints {
        delta: chain.delta.1,
        ..initial
    };
    if expected != *points {
        return Err(CeremonyError::WrongKey {
            what: "alpha, beta, delta or a public input's point",
        });
    }
    Ok(chain)
}

/// Verifies a whole proving key against powers of tau, circuit and contributions.
///
/// Recomputes the initial key, which takes minutes for large circuits.
///
/// # Errors
///
/// As [`verify_points`], or if another point of the key differs.
pub fn verify_key(
    circuit: &Circuit,
    powers: &Powers,
    transcript: &[u8],
    key: &ProvingKey,
) -> Result<Chain, CeremonyError> {
    let fail = |what| Err(CeremonyError::WrongKey { what });
    let chain = verify_points(circuit, powers, transcript, &key.points)?;
    let initial = initial_key(circuit, powers)?;
    if key.delta != chain.delta.0 {
        return fail("delta in the first group");
    }
    let is_unchanged = key.circuit_hash == initial.circuit_hash
        && key.constraints == initial.constraints
        && key.evidence == initial.evidence
        && key.support == initial.support
        && key.beta == initial.beta
        && key.a == initial.a
        && key.b == initial.b
        && key.b_g2 == initial.b_g2;
    if !is_unchanged {
        return fail("points that no contribution changes");
    }
    for (points, before, what) in [
        (
            &key.private,
            &initial.private,
            "points of the private wires",
        ),
        (&key.quotient, &initial.quotient, "points of the quotient"),
    ] {
        if points.len() != before.len() {
            return fail(what);
        }
        let weights = random_weights(points.len())?;
        let after = msm(points, &weights)?;
        let before = msm(before, &weights)?;
        if !is_equal(&[(after, chain.delta.1), (-before, G2Affine::generator())]) {
            return fail(what);
        }
    }
    Ok(chain)
}
