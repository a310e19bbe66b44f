//! Keys from powers of tau: contributions, their records, and what convinces others.

#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use ark_bn254::{Fq, Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::PrimeField;
use modulus_protocol::Silent;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

use super::{
    Ceremony, CeremonyError, Kind, MAX_BEACON_EXPONENT, Powers, RECORD_LENGTH, input_points,
    verify_chain, verify_key, verify_points,
};
use crate::circuit::{Circuit, Transcript};
use crate::groth16::{Evidence, KeyPoints, ProvingKey, prove, verify};

static CIRCUIT: LazyLock<Circuit> = LazyLock::new(|| Circuit::tiny().unwrap());
// One size more than needed: a ceremony file serves all smaller circuits.
static POWERS: LazyLock<Powers> = LazyLock::new(|| Powers::generate_development(6).unwrap());
static BEGUN: LazyLock<Ceremony> = LazyLock::new(|| Ceremony::begin(&CIRCUIT, &POWERS).unwrap());
static HELD: LazyLock<Ceremony> = LazyLock::new(|| {
    let mut ceremony = BEGUN.clone();
    ceremony.contribute(b"dice").unwrap();
    ceremony.contribute(b"").unwrap();
    ceremony.finish_with_beacon([3; 32], 4).unwrap();
    ceremony
});

#[test]
fn keys_of_a_ceremony_prove() {
    let key = HELD.clone().into_key().unwrap();
    let transcript = Transcript {
        messages: [3_u64, 5, 15].map(Fr::from).to_vec(),
        r: Fr::from(77_u64),
    };
    let assignment = CIRCUIT.assign(&transcript).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    let proof = prove(&key, &assignment, &mut rng, &Silent).unwrap();
    let inputs = assignment.public_inputs();
    assert_eq!(verify(key.points(), &inputs, &proof), Ok(()));
    assert!(verify(BEGUN.key().points(), &inputs, &proof).is_err());
    assert_eq!(ProvingKey::decode(&key.encode(), &CIRCUIT).unwrap(), key);
}

#[test]
fn keys_of_a_ceremony_belong_to_their_circuit() {
    let key = HELD.key();
    assert!(key.evidence().proves(&CIRCUIT, key.points()));
    assert_eq!(key.evidence().tau_g2, POWERS.tau_g2[1]);
    let decoded = Evidence::decode(&key.evidence().encode()).unwrap();
    assert_eq!(&decoded, key.evidence());
    let mut points = key.points().clone();
    points.inputs.swap(1, 2);
    assert!(!key.evidence().proves(&CIRCUIT, &points));
}

#[test]
fn what_was_contributed_convinces_others() {
    let transcript = HELD.transcript();
    let points = HELD.key().points();
    let chain = verify_points(&CIRCUIT, &POWERS, &transcript, points).unwrap();
    assert_eq!(chain.hash, HELD.hash());
    assert_eq!(chain.records.len(), 3);
    assert!(matches!(chain.records[2].kind, Kind::Beacon { .. }));
    verify_key(&CIRCUIT, &POWERS, &transcript, HELD.key()).unwrap();
    assert_eq!(
        input_points(&CIRCUIT, &POWERS).unwrap(),
        BEGUN.key().points().inputs
    );
}

#[test]
fn changed_records_are_refused() {
    let transcript = HELD.transcript();
    for position in (0..transcript.len()).step_by(23) {
        let mut changed = transcript.clone();
        changed[position] ^= 1;
        assert!(verify_chain(HELD.start(), &changed).is_err(), "{position}");
    }
    assert!(verify_chain([1; 32], &transcript).is_err());
    assert!(verify_chain(HELD.start(), &transcript[1..]).is_err());
    // Left out, swapped, or after the beacon.
    assert!(verify_chain(HELD.start(), &transcript[RECORD_LENGTH..]).is_err());
    let mut swapped = transcript[RECORD_LENGTH..2 * RECORD_LENGTH].to_vec();
    swapped.extend(&transcript[..RECORD_LENGTH]);
    assert!(verify_chain(HELD.start(), &swapped).is_err());
    let mut longer = transcript.clone();
    longer.extend(&transcript[..RECORD_LENGTH]);
    assert!(verify_chain(HELD.start(), &longer).is_err());
}

#[test]
fn other_points_are_refused() {
    let transcript = HELD.transcript();
    let points = HELD.key().points();
    let moved = (points.alpha + G1Affine::generator()).into_affine();
    let mut inputs = points.inputs;
    inputs[2] = moved;
    let other_delta = BEGUN.key().points().delta;
    for changed in [
        KeyPoints {
            alpha: moved,
            ..points.clone()
        },
        KeyPoints {
            inputs,
            ..points.clone()
        },
        KeyPoints {
            delta: (points.delta + points.delta).into_affine(),
            ..points.clone()
        },
        KeyPoints {
            delta: other_delta,
            ..points.clone()
        },
    ] {
        assert!(verify_points(&CIRCUIT, &POWERS, &transcript, &changed).is_err());
    }
    let none = verify_points(&CIRCUIT, &POWERS, &[], BEGUN.key().points());
    assert!(matches!(none, Err(CeremonyError::NoContribution)));
    // The right delta with the points of another key.
    let mut other = BEGUN.clone();
    other.contribute(b"").unwrap();
    assert!(verify_key(&CIRCUIT, &POWERS, &transcript, other.key()).is_err());
}

#[test]
fn a_ceremony_ends_as_it_should() {
    assert!(matches!(
        BEGUN.clone().into_key(),
        Err(CeremonyError::NoContribution)
    ));
    assert!(matches!(
        BEGUN.clone().finish_with_beacon([1; 32], 0),
        Err(CeremonyError::NoContribution)
    ));
    let mut held = HELD.clone();
    assert!(matches!(held.contribute(b""), Err(CeremonyError::Ended)));
    assert!(matches!(
        held.finish_with_beacon([1; 32], 0),
        Err(CeremonyError::Ended)
    ));
    assert!(matches!(
        held.finish_with_beacon([1; 32], MAX_BEACON_EXPONENT + 1),
        Err(CeremonyError::Malformed { .. })
    ));
    assert_eq!(held, *HELD);
}

#[test]
fn ceremonies_survive_encoding() {
    for ceremony in [&*BEGUN, &*HELD] {
        let bytes = ceremony.encode();
        assert_eq!(Ceremony::decode(&bytes, &CIRCUIT).unwrap(), *ceremony);
        for length in [0, 10, 30, 60, 300, bytes.len() - 1] {
            assert!(Ceremony::decode(&bytes[..length], &CIRCUIT).is_err());
        }
    }
    // Records of one ceremony before the key of another.
    let mut spliced = HELD.encode();
    let key = BEGUN.key().encode();
    spliced.truncate(spliced.len() - key.len());
    spliced.extend(key);
    assert!(matches!(
        Ceremony::decode(&spliced, &CIRCUIT),
        Err(CeremonyError::WrongKey { .. })
    ));
    // The initial key is not a proving key.
    assert!(ProvingKey::decode(&BEGUN.key().encode(), &CIRCUIT).is_err());
}

#[test]
fn wrong_powers_are_refused() {
    type Change = fn(&mut Powers);
    let good = Powers::generate_development(3).unwrap();
    good.check().unwrap();
    let cases: [(&str, Change); 6] = [
        ("tau", |p| p.tau[9] = p.tau[8]),
        ("alpha", |p| p.alpha[2] = p.alpha[1]),
        ("beta", |p| p.beta[7] = p.beta[6]),
        ("first", |p| p.tau[0] = p.tau[1]),
        ("tau_g2", |p| p.tau_g2[5] = p.tau_g2[4]),
        ("beta_g2", |p| p.beta_g2 = G2Affine::generator()),
    ];
    for (name, change) in cases {
        let mut changed = good.clone();
        change(&mut changed);
        assert!(
            matches!(changed.check(), Err(CeremonyError::NotPowers { .. })),
            "{name}"
        );
    }
    assert!(matches!(
        Ceremony::begin(&CIRCUIT, &good),
        Err(CeremonyError::TooFewPowers { .. })
    ));
}

/// The file that snarkjs would write.
fn ptau(powers: &Powers) -> Vec<u8> {
    let limbs = |x: Fq| x.0.0.map(u64::to_le_bytes).as_flattened().to_vec();
    let first = |points: &[G1Affine]| -> Vec<u8> {
        points
            .iter()
            .flat_map(|p| [limbs(p.x), limbs(p.y)].concat())
            .collect()
    };
    let second = |points: &[G2Affine]| -> Vec<u8> {
        points
            .iter()
            .flat_map(|p| [p.x.c0, p.x.c1, p.y.c0, p.y.c1].map(limbs).concat())
            .collect()
    };
    let mut header = 32_u32.to_le_bytes().to_vec();
    header.extend(Fq::MODULUS.0.map(u64::to_le_bytes).as_flattened());
    header.extend([powers.power().to_le_bytes(), powers.power().to_le_bytes()].concat());
    let sections = [
        header,
        first(&powers.tau),
        second(&powers.tau_g2),
        first(&powers.alpha),
        first(&powers.beta),
        second(&[powers.beta_g2]),
    ];
    let mut bytes = b"ptau".to_vec();
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(6_u32.to_le_bytes());
    for (kind, content) in (1_u32..).zip(sections) {
        bytes.extend(kind.to_le_bytes());
        bytes.extend((content.len() as u64).to_le_bytes());
        bytes.extend(content);
    }
    bytes
}

#[test]
fn powers_are_imported() {
    let powers = Powers::generate_development(4).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("powers.ptau");
    let bytes = ptau(&powers);
    std::fs::write(&path, &bytes).unwrap();
    assert_eq!(Powers::import_ptau(&path, 4).unwrap(), powers);
    let smaller = Powers::import_ptau(&path, 3).unwrap();
    assert_eq!(smaller.tau, powers.tau[..15]);
    assert!(Powers::import_ptau(&path, 5).is_err());
    assert!(Powers::import_ptau(&path, 0).is_err());
    for position in (0..bytes.len()).step_by(101).chain([0, 4, 9]) {
        let mut changed = bytes.clone();
        changed[position] ^= 0x40;
        // The header's power is not read: the lengths of the sections say as much.
        if !(60..68).contains(&position) {
            std::fs::write(&path, &changed).unwrap();
            assert!(Powers::import_ptau(&path, 4).is_err(), "{position}");
        }
    }
    for length in [0, 11, 40, bytes.len() - 1] {
        std::fs::write(&path, &bytes[..length]).unwrap();
        assert!(Powers::import_ptau(&path, 4).is_err());
    }
}
