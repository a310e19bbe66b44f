//! Proofs of the seal: what is accepted, what is refused, what is malleable.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::LazyLock;

use ark_bn254::{Fr, G1Affine, G2Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{Field, One};
use common::{CIRCUIT, KEY, honest};
use modulus_protocol::Silent;
use modulus_seal::circuit::{Assignment, Circuit};
use modulus_seal::groth16::{
    KEY_LENGTH, KeyError, KeyFileError, KeyPoints, Proof, ProveError, ProvingKey, VerifyError,
    prove, setup_development, verify,
};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

static PROVING_KEY: LazyLock<ProvingKey> =
    LazyLock::new(|| setup_development(&CIRCUIT, &Silent).unwrap());
static ASSIGNMENT: LazyLock<Assignment> = LazyLock::new(|| {
    let transcript = honest([3, -5, 7], Fr::from(77_u64)).transcript;
    CIRCUIT.assign(&transcript).unwrap()
});

fn proof(seed: u64) -> Proof {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    prove(&PROVING_KEY, &ASSIGNMENT, &mut rng, &Silent).unwrap()
}

fn check(inputs: &[Fr; 3], proof: &Proof) -> Result<(), VerifyError> {
    verify(PROVING_KEY.points(), inputs, proof)
}

#[test]
fn honest_proofs_are_accepted_and_differ() {
    let inputs = ASSIGNMENT.public_inputs();
    let (first, second) = (proof(1), proof(2));
    assert_eq!(check(&inputs, &first), Ok(()));
    assert_eq!(check(&inputs, &second), Ok(()));
    assert!(first.a != second.a && first.b != second.b && first.c != second.c);
}

#[test]
fn every_public_input_is_constrained() {
    let proof = proof(1);
    for position in 0..3 {
        assert!(!PROVING_KEY.points().inputs[position + 1].is_zero());
        let mut inputs = ASSIGNMENT.public_inputs();
        inputs[position] += Fr::one();
        assert_eq!(check(&inputs, &proof), Err(VerifyError::Pairing));
    }
}

#[test]
fn changed_points_are_refused() {
    let inputs = ASSIGNMENT.public_inputs();
    let honest = proof(1);
    let first = |point: G1Affine| (point + G1Affine::generator()).into_affine();
    let second = |point: G2Affine| (point + G2Affine::generator()).into_affine();
    for changed in [
        Proof {
            a: first(honest.a),
            ..honest
        },
        Proof {
            b: second(honest.b),
            ..honest
        },
        Proof {
            c: first(honest.c),
            ..honest
        },
        Proof {
            a: -honest.a,
            ..honest
        },
    ] {
        assert_eq!(check(&inputs, &changed), Err(VerifyError::Pairing));
    }
}

#[test]
fn a_wrong_witness_proves_nothing() {
    let inputs = ASSIGNMENT.public_inputs();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for wire in [4, 100, CIRCUIT.wire_count() - 1] {
        let mut wrong = ASSIGNMENT.clone();
        wrong.wires[wire] += Fr::one();
        let proof = prove(&PROVING_KEY, &wrong, &mut rng, &Silent).unwrap();
        assert_eq!(check(&inputs, &proof), Err(VerifyError::Pairing));
    }
    for side in 0..3 {
        let mut wrong = ASSIGNMENT.clone();
        let sides = [&mut wrong.a, &mut wrong.b, &mut wrong.c];
        sides.into_iter().nth(side).unwrap()[10] += Fr::one();
        let proof = prove(&PROVING_KEY, &wrong, &mut rng, &Silent).unwrap();
        assert_eq!(check(&inputs, &proof), Err(VerifyError::Pairing));
    }
}

#[test]
fn an_assignment_of_another_circuit_is_refused() {
    let mut other = ASSIGNMENT.clone();
    other.wires.pop();
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    assert!(matches!(
        prove(&PROVING_KEY, &other, &mut rng, &Silent),
        Err(ProveError::Wires { .. })
    ));
}

/// Known and documented: proof bytes are no identifier.
#[test]
fn anyone_can_rerandomise_a_proof() {
    let inputs = ASSIGNMENT.public_inputs();
    let honest = proof(1);
    let factor = Fr::from(12_345_u64);
    let scaled = Proof {
        a: (honest.a * factor).into_affine(),
        b: (honest.b * factor.inverse().unwrap()).into_affine(),
        ..honest
    };
    assert_eq!(check(&inputs, &scaled), Ok(()));
    let shifted = Proof {
        b: (honest.b + PROVING_KEY.points().delta * factor).into_affine(),
        c: (honest.c + honest.a * factor).into_affine(),
        ..honest
    };
    assert_eq!(check(&inputs, &shifted), Ok(()));
}

#[test]
fn setups_differ() {
    let other = setup_development(&CIRCUIT, &Silent).unwrap();
    assert_ne!(other.points(), PROVING_KEY.points());
    assert_ne!(other.points().delta, G2Affine::generator());
    assert!(verify(other.points(), &ASSIGNMENT.public_inputs(), &proof(1)).is_err());
}

#[test]
fn keys_survive_encoding() {
    let bytes = PROVING_KEY.encode();
    assert_eq!(ProvingKey::decode(&bytes, &CIRCUIT).unwrap(), *PROVING_KEY);
    let points = PROVING_KEY.points();
    assert_eq!(KeyPoints::decode(&points.encode()).as_ref(), Ok(points));
}

#[test]
fn damaged_keys_are_refused() {
    let bytes = PROVING_KEY.encode();
    for length in [0, 15, 16, 40, 600, bytes.len() / 2, bytes.len() - 1] {
        assert!(ProvingKey::decode(&bytes[..length], &CIRCUIT).is_err());
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(matches!(
        ProvingKey::decode(&longer, &CIRCUIT),
        Err(KeyFileError::Length { .. })
    ));
    for (position, expected) in [
        (0, "not a proving key"),
        (16, "version"),
        (20, "another circuit"),
        (60, "checksum"),
        (bytes.len() / 2, "checksum"),
        (bytes.len() - 1, "checksum"),
    ] {
        let mut changed = bytes.clone();
        changed[position] ^= 1;
        let error = ProvingKey::decode(&changed, &CIRCUIT).unwrap_err();
        assert!(error.to_string().contains(expected), "{position}: {error}");
    }
}

#[test]
fn a_key_of_another_circuit_is_refused() {
    let mut schedule = KEY.schedule().clone();
    schedule.row_bits += 1;
    let other = Circuit::synthesise(&schedule).unwrap();
    assert!(matches!(
        ProvingKey::decode(&PROVING_KEY.encode(), &other),
        Err(KeyFileError::Circuit)
    ));
}

#[test]
fn infinite_and_trivial_key_points_are_refused() {
    let points = PROVING_KEY.points();
    let starts = [0, 64, 192, 320, 384, 448, 512];
    for (index, start) in starts.into_iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(KEY_LENGTH);
        let mut bytes = points.encode();
        bytes[start..end].fill(0);
        assert!(matches!(
            KeyPoints::decode(&bytes),
            Err(KeyError::Point { .. })
        ));
    }
    let trivial = KeyPoints {
        delta: G2Affine::generator(),
        ..points.clone()
    };
    assert_eq!(
        KeyPoints::decode(&trivial.encode()),
        Err(KeyError::NoContribution)
    );
}
