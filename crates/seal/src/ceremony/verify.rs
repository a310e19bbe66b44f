//! What convinces others that a ceremony was held.

use ark_bn254::{Fr, G1Affine, G2Affine, G2Projective};
use ark_ec::{AffineRepr, VariableBaseMSM};
use ark_ff::Zero;
use ark_poly::{EvaluationDomain, Radix2EvaluationDomain};
use modulus_kzg::encoding::encode_g2;
use modulus_kzg::msm;
use modulus_protocol::Progress;
use modulus_transcript::{DigestBuilder, keccak256};

use super::error::CeremonyError;
use super::initial::domain_of;
use super::powers::{Powers, is_equal, random_weights};
use super::record::{Kind, RECORD_LENGTH, Record, first_delta};
use crate::circuit::{Circuit, Matrix, PUBLIC_INPUTS};
use crate::groth16::{Evidence, KeyPoints, ProvingKey, Support};

/// Most records of a ceremony: bounds what a hostile transcript can cost.
pub const MAX_RECORDS: usize = 1 << 10;

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
#[must_use]
pub fn start_hash(circuit_hash: &[u8; 32], points: &KeyPoints, tau_g2: G2Affine) -> [u8; 32] {
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

/// Verifies encoded records.
///
/// # Errors
///
/// [`CeremonyError`] with the number of the first record that proves nothing, or that follows a
/// beacon.
pub fn verify_chain(start: [u8; 32], records: &[u8]) -> Result<Chain, CeremonyError> {
    let (encoded, rest) = records.as_chunks::<RECORD_LENGTH>();
    if !rest.is_empty() || encoded.len() > MAX_RECORDS {
        return Err(CeremonyError::Malformed {
            what: "length of the records",
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

/// Verifies that all points of a verifying key follow from `[tau]_2`, alpha, beta, the circuit and
/// contributions.
///
/// Whether tau, alpha and beta are secret is for a list of known ceremonies to say.
///
/// # Errors
///
/// [`CeremonyError`] if a point differs, a record proves nothing, or nobody contributed.
pub fn verify_setup(
    circuit: &Circuit,
    tau_g2: G2Affine,
    points: &KeyPoints,
    evidence: &Evidence,
    transcript: &[u8],
) -> Result<Chain, CeremonyError> {
    let chain = verify_points(circuit, tau_g2, points, evidence, transcript)?;
    // Attack: a beacon is public, and so is what it makes of the generator.
    let is_secret = chain
        .records
        .iter()
        .any(|record| matches!(record.kind, Kind::Contribution { .. }));
    if !is_secret || points.delta == G2Affine::generator() {
        return Err(CeremonyError::NoContribution);
    }
    Ok(chain)
}

/// As [`verify_setup`], for a ceremony that may lack contributions.
fn verify_points(
    circuit: &Circuit,
    tau_g2: G2Affine,
    points: &KeyPoints,
    evidence: &Evidence,
    transcript: &[u8],
) -> Result<Chain, CeremonyError> {
    let start = start_hash(&circuit.hash(), points, tau_g2);
    let chain = verify_chain(start, transcript)?;
    if points.delta != chain.delta.1 {
        return Err(CeremonyError::WrongKey { what: "delta" });
    }
    // Attack: with points of public inputs of one's choice a proof needs no witness, and with a tau
    // of one's choice the evidence can be made for them.
    if evidence.tau_g2 != tau_g2 || !evidence.proves(circuit, points) {
        return Err(CeremonyError::WrongInputs);
    }
    Ok(chain)
}

/// Verifies a whole proving key against powers of tau, circuit and contributions.
///
/// Powers are to be checked before. Points are compared by random combinations, which is far less
/// work than to make the key again.
///
/// # Errors
///
/// As [`verify_setup`], or if another point of the key differs.
pub fn verify_key(
    circuit: &Circuit,
    powers: &Powers,
    transcript: &[u8],
    key: &ProvingKey,
    progress: &dyn Progress,
) -> Result<Chain, CeremonyError> {
    let (points, evidence) = (&key.points, &key.evidence);
    verify_setup(circuit, powers.tau_g2[1], points, evidence, transcript)?;
    verify_state(circuit, powers, transcript, key, progress)
}

/// Verifies what a contributor is handed: as [`verify_key`], but nobody needs to have contributed.
///
/// Attack: whoever hands on a key with points of their choice in the place of the private wires'
/// gets them back divided by the contributor's secret. With `[IC_i]_1` there, they can prove any
/// public inputs without a witness, and neither chain nor verifying key shows it.
///
/// # Errors
///
/// [`CeremonyError`] if a record proves nothing, or a point differs.
pub fn verify_state(
    circuit: &Circuit,
    powers: &Powers,
    transcript: &[u8],
    key: &ProvingKey,
    progress: &dyn Progress,
) -> Result<Chain, CeremonyError> {
    let fail = |what| Err(CeremonyError::WrongKey { what });
    progress.stage("comparing the key", 0.0)?;
    let (points, evidence) = (&key.points, &key.evidence);
    let chain = verify_points(circuit, powers.tau_g2[1], points, evidence, transcript)?;
    let domain = domain_of(circuit)?;
    let size = domain.size();
    if size > powers.tau_g2.len() {
        return Err(CeremonyError::TooFewPowers {
            required: domain.log_size_of_group,
            available: powers.power(),
        });
    }
    let belongs = key.circuit_hash == circuit.hash()
        && key.constraints == circuit.constraint_count()
        && key.support == Support::of(circuit)
        && key.points.alpha == powers.alpha[0]
        && key.points.beta == powers.beta_g2
        && key.beta == powers.beta[0]
        && key.delta == chain.delta.0;
    if !belongs {
        return fail("alpha, beta, delta or the circuit");
    }
    let weights = random_weights(circuit.wire_count())?;
    let [a, b, _] = combined(circuit, domain, &weights);
    let picked = |wires: &[usize]| -> Vec<Fr> { wires.iter().map(|wire| weights[*wire]).collect() };
    let weights_b = picked(&key.support.b);
    let tau = &powers.tau[..size];
    let same = msm(&key.a, &picked(&key.support.a))? == msm(tau, &a)?
        && msm(&key.b, &weights_b)? == msm(tau, &b)?
        && G2Projective::msm_unchecked(&key.b_g2, &weights_b)
            == G2Projective::msm_unchecked(&powers.tau_g2[..size], &b);
    if !same {
        return fail("points of A or B");
    }
    progress.stage("comparing the key", 0.5)?;
    let mut private = weights;
    private[..=PUBLIC_INPUTS].fill(Fr::zero());
    let [a, b, c] = combined(circuit, domain, &private);
    let before = msm(&powers.beta[..size], &a)? + msm(&powers.alpha[..size], &b)? + msm(tau, &c)?;
    let after = msm(&key.private, &private[PUBLIC_INPUTS + 1..])?;
    if !is_equal(&[(after, chain.delta.1), (-before, G2Affine::generator())]) {
        return fail("points of the private wires");
    }
    let weights = random_weights(size - 1)?;
    let higher = msm(&powers.tau[size..2 * size - 1], &weights)?;
    let before = higher - msm(&tau[..size - 1], &weights)?;
    let after = msm(&key.quotient, &weights)?;
    if !is_equal(&[(after, chain.delta.1), (-before, G2Affine::generator())]) {
        return fail("points of the quotient");
    }
    Ok(chain)
}

/// Coefficients of the three columns that a combination of all wires has.
fn combined(circuit: &Circuit, domain: Radix2EvaluationDomain<Fr>, weights: &[Fr]) -> [Vec<Fr>; 3] {
    [Matrix::A, Matrix::B, Matrix::C].map(|matrix| {
        let mut column = circuit.products(matrix, weights);
        if matrix == Matrix::A {
            // The rows `input * 0 = 0`.
            column.extend(&weights[..=PUBLIC_INPUTS]);
        }
        domain.ifft_in_place(&mut column);
        column
    })
}
