//! Sealed proofs are accepted when honest, and nothing else is.

#![allow(clippy::unwrap_used)]

mod common;

use std::sync::{Arc, LazyLock};

use ark_bn254::{Fr, G1Affine};
use ark_ec::{AffineRepr, CurveGroup};
use ark_ff::{One, UniformRand};
use common::model::{CONTEXT, SRS, execute, parts_of, schedule, tensor};
use modulus_protocol::attacks::{Attack, prove_falsely};
use modulus_protocol::schedule::{RowKind, Schedule, TensorKind, encode};
use modulus_protocol::{
    Blinds, Check, KeyParts, ProveError, Reason, Rejection, SealPart, Silent, VerifyingKey,
    WitnessError, commit_fixed, commit_port, draw_blinds, draw_port_blinds,
};
use modulus_seal::circuit::{Circuit, Matrix};
use modulus_seal::groth16::{EVIDENCE_LENGTH, KEY_LENGTH};
use modulus_seal::sealed::{Layout, SealedError, SealedProof, Sealer, check_seal, prove, verify};
use modulus_transcript::keccak256;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;

const INPUT: [i64; 3] = [3, -5, 7];

/// A key with all that proving for it takes.
struct Subject {
    key: VerifyingKey,
    sealer: Sealer,
    blinds: Blinds,
}

impl Subject {
    fn new(schedule: &Schedule, blinds: Blinds) -> Self {
        let tensors = execute(INPUT);
        let circuit = Circuit::synthesise(schedule).unwrap();
        let sealer = Sealer::development(Arc::new(circuit), &Silent).unwrap();
        let key = VerifyingKey::new(KeyParts {
            schedule: encode(schedule),
            points: commit_fixed(schedule, &SRS, &tensors, &blinds, &Silent).unwrap(),
            seal: Some(sealer.part(Vec::new())),
            ..parts_of(&common::model::schedule(), &tensors)
        })
        .unwrap();
        Self {
            key,
            sealer,
            blinds,
        }
    }

    fn prove(&self, x: [i64; 3]) -> Result<Vec<u8>, SealedError> {
        prove(
            &self.sealer,
            &self.key,
            &SRS,
            &execute(x),
            &self.blinds,
            CONTEXT,
            &Silent,
        )
    }

    fn decoded(&self) -> SealedProof {
        let proof = self.prove(INPUT).unwrap();
        SealedProof::decode(&proof, self.key.schedule(), self.key.digest())
            .unwrap()
            .0
    }

    fn reason(&self, proof: &SealedProof) -> Option<Reason> {
        verify(
            &self.key,
            &proof.encode(self.key.schedule(), self.key.digest()),
            CONTEXT,
        )
        .err()
        .map(|rejection| rejection.reason)
    }
}

static PRIVATE: LazyLock<Subject> = LazyLock::new(|| {
    let blinds = draw_blinds(&schedule(), &execute(INPUT)).unwrap();
    Subject::new(&schedule(), blinds)
});

/// The model with x as a committed input, in a row of its own.
static COMMITTED: LazyLock<Subject> = LazyLock::new(|| {
    let mut schedule = schedule();
    let row = schedule.rows(RowKind::Weight).end;
    schedule.row_kinds.insert(row, RowKind::Port);
    for tensor in &mut schedule.tensors {
        if tensor.kind != TensorKind::Virtual && tensor.row >= row {
            tensor.row += 1;
        }
    }
    let x = &mut schedule.tensors[tensor::X];
    (x.kind, x.row, x.offset) = (TensorKind::Port, row, 0);
    schedule.public.remove(0);
    let mut blinds = draw_blinds(&schedule, &execute(INPUT)).unwrap();
    blinds.ports = vec![Fr::from(1_234_567_u64)];
    Subject::new(&schedule, blinds)
});

#[test]
fn honest_proofs_are_accepted() {
    for subject in [&*PRIVATE, &*COMMITTED] {
        for x in [[0, 0, 0], INPUT, [-8, 7, -8]] {
            let proof = subject.prove(x).unwrap();
            assert!(proof.len() <= Layout::new(subject.key.schedule()).max_length());
            let public = verify(&subject.key, &proof, CONTEXT).unwrap();
            let output: Vec<u8> = execute(x)[&5]
                .iter()
                .flat_map(|value| value.to_be_bytes()[6..].to_vec())
                .collect();
            assert!(public.ends_with(&output));
        }
    }
}

#[test]
fn a_committed_input_is_the_same_in_every_proof() {
    let (first, second) = (COMMITTED.decoded(), COMMITTED.decoded());
    assert_eq!(first.committed, second.committed);
    let mut other = first.clone();
    other.committed = vec![G1Affine::generator()];
    assert_eq!(COMMITTED.reason(&other), Some(Reason::PairingFailed));
}

/// Its owner makes it without knowing the model, and the length of its rows.
#[test]
fn a_port_is_committed_to_alone() {
    let proof = COMMITTED.decoded();
    let made = commit_port(&SRS, &[3], &INPUT, &COMMITTED.blinds.ports).unwrap();
    assert_eq!(proof.committed, made);
    let other = commit_port(&SRS, &[3], &[3, -5, 8], &COMMITTED.blinds.ports).unwrap();
    assert_ne!(proof.committed, other);
    let drawn = draw_port_blinds(&INPUT, 1).unwrap();
    assert_ne!(commit_port(&SRS, &[3], &INPUT, &drawn).unwrap(), made);
    assert_ne!(draw_port_blinds(&INPUT, 1).unwrap(), drawn);
}

#[test]
fn ports_that_do_not_fit_are_refused() {
    let one = [Fr::one()];
    for (shape, values, blinds) in [
        (vec![3], &INPUT[..2], &one[..]),
        (vec![3], &INPUT[..], &[]),
        (vec![3], &INPUT[..], &[Fr::one(); 3]),
        (vec![3], &INPUT[..], &[Fr::one(); 8]),
    ] {
        assert!(commit_port(&SRS, &shape, values, blinds).is_err());
    }
    let rows = commit_port(&SRS, &[2, 2], &[1, 2, 3, 4], &[Fr::one(); 2]).unwrap();
    let second = commit_port(&SRS, &[2], &[3, 4], &one).unwrap();
    assert_eq!(rows[1..], second);
}

#[test]
fn two_proofs_share_nothing() {
    let (first, second) = (PRIVATE.decoded(), PRIVATE.decoded());
    let points = |proof: &SealedProof| {
        let mut points = proof.trace.clone();
        points.extend(&proof.helpers);
        points.extend([proof.s, proof.w, proof.w_prime, proof.seal.a, proof.seal.c]);
        points
    };
    let scalars = |proof: &SealedProof| {
        let mut scalars = vec![proof.rho, proof.zeta, proof.t0, proof.pin];
        scalars.extend(proof.openings);
        scalars
    };
    assert!(
        points(&first)
            .iter()
            .all(|point| !points(&second).contains(point))
    );
    assert!(
        scalars(&first)
            .iter()
            .all(|scalar| !scalars(&second).contains(scalar))
    );
    assert_ne!(first.seal.b, second.seal.b);
    assert_eq!(first.public, second.public);
}

#[test]
fn every_changed_byte_is_rejected() {
    let honest = PRIVATE.prove(INPUT).unwrap();
    for position in (0..64).chain((64..honest.len()).step_by(7)) {
        let mut changed = honest.clone();
        changed[position] ^= 1;
        assert!(
            verify(&PRIVATE.key, &changed, CONTEXT).is_err(),
            "byte {position}"
        );
    }
}

#[test]
fn every_other_length_is_rejected() {
    let mut honest = PRIVATE.prove(INPUT).unwrap();
    for length in (0..honest.len()).step_by(19) {
        let rejection = verify(&PRIVATE.key, &honest[..length], CONTEXT).unwrap_err();
        assert_eq!(rejection.reason, Reason::MalformedProof);
    }
    honest.push(0);
    let rejection = verify(&PRIVATE.key, &honest, CONTEXT).unwrap_err();
    assert_eq!(rejection.reason, Reason::MalformedProof);
}

type Change = fn(&mut SealedProof);

#[test]
fn every_field_is_bound() {
    const FIELDS: [(&str, Change, Reason); 17] = [
        ("public", |p| p.public[0] ^= 1, Reason::PairingFailed),
        (
            "range",
            |p| p.public[0] = 0x70,
            Reason::PublicValueOutOfRange,
        ),
        ("trace", |p| p.trace[0] = other(), Reason::PairingFailed),
        ("helper", |p| p.helpers[0] = other(), Reason::PairingFailed),
        ("S", |p| p.s = other(), Reason::PairingFailed),
        ("W", |p| p.w = other(), Reason::PairingFailed),
        ("W'", |p| p.w_prime = other(), Reason::PairingFailed),
        ("rho", |p| p.rho += Fr::one(), Reason::PairingFailed),
        ("zeta", |p| p.zeta += Fr::one(), Reason::DegenerateChallenge),
        ("t0", |p| p.t0 += Fr::one(), Reason::DegenerateChallenge),
        ("a1", |p| p.openings[0] += Fr::one(), Reason::PairingFailed),
        ("a2", |p| p.openings[1] += Fr::one(), Reason::PairingFailed),
        ("s1", |p| p.openings[2] += Fr::one(), Reason::PairingFailed),
        ("s2", |p| p.openings[3] += Fr::one(), Reason::PairingFailed),
        ("P", |p| p.pin += Fr::one(), Reason::PairingFailed),
        ("A", |p| p.seal.a = other(), Reason::PairingFailed),
        ("C", |p| p.seal.c = other(), Reason::PairingFailed),
    ];
    let honest = PRIVATE.decoded();
    assert_eq!(PRIVATE.reason(&honest), None);
    for (name, change, reason) in FIELDS {
        let mut changed = honest.clone();
        change(&mut changed);
        assert_eq!(PRIVATE.reason(&changed), Some(reason), "{name}");
    }
    let mut changed = honest.clone();
    changed.seal.b = (changed.seal.b + changed.seal.b).into_affine();
    assert_eq!(PRIVATE.reason(&changed), Some(Reason::PairingFailed));
}

fn other() -> G1Affine {
    (G1Affine::generator() * Fr::from(7_u64)).into_affine()
}

/// Anybody can do this: a proof's bytes never identify it.
#[test]
fn re_randomised_proofs_prove_the_same() {
    let honest = PRIVATE.decoded();
    let key = PRIVATE.key.seal().unwrap();
    let points = modulus_seal::groth16::KeyPoints::decode(&key.groth16).unwrap();
    let mut rng = ChaCha20Rng::seed_from_u64(3);
    let (x, y) = (Fr::rand(&mut rng), Fr::rand(&mut rng));
    let inverse = ark_ff::Field::inverse(&x).unwrap();
    let mut other = honest.clone();
    other.seal.a = (honest.seal.a * inverse).into_affine();
    other.seal.b = (honest.seal.b * x + points.delta * (x * y)).into_affine();
    other.seal.c = (honest.seal.c + honest.seal.a * y).into_affine();
    assert_eq!(PRIVATE.reason(&other), None);
    assert_ne!(other, honest);
}

#[test]
fn proofs_are_bound_to_context_and_key() {
    let proof = PRIVATE.prove(INPUT).unwrap();
    let reason = |result: Result<Vec<u8>, Rejection>| result.unwrap_err().reason;
    assert_eq!(
        reason(verify(&PRIVATE.key, &proof, [8; 32])),
        Reason::PairingFailed
    );
    assert_eq!(
        reason(verify(&common::KEY, &proof, CONTEXT)),
        Reason::MalformedProof,
        "a key without a seal"
    );
    let other = Subject::new(&schedule(), Blinds::default());
    assert_eq!(
        reason(verify(&other.key, &proof, CONTEXT)),
        Reason::WrongVerifyingKey
    );
}

#[test]
fn wrong_keys_and_witnesses_are_refused() {
    let other = Subject::new(&schedule(), PRIVATE.blinds.clone());
    let tensors = execute(INPUT);
    let make = |sealer, key: &VerifyingKey, tensors| {
        prove(
            sealer,
            key,
            &SRS,
            tensors,
            &PRIVATE.blinds,
            CONTEXT,
            &Silent,
        )
        .unwrap_err()
    };
    let error = make(&other.sealer, &PRIVATE.key, &tensors);
    assert!(matches!(error, SealedError::OtherKey));
    let error = make(&PRIVATE.sealer, &common::KEY, &tensors);
    assert!(matches!(error, SealedError::NoSeal));
    let mut wrong = tensors.clone();
    wrong.get_mut(&4).unwrap()[1] = 4;
    let error = make(&PRIVATE.sealer, &PRIVATE.key, &wrong);
    assert!(matches!(
        error,
        SealedError::Prove(ProveError::Witness(WitnessError::OutOfRange { .. }))
    ));
}

#[test]
fn transparent_proofs_of_committed_inputs_are_refused() {
    let key = &COMMITTED.key;
    let tensors = execute(INPUT);
    let error = modulus_protocol::prove(key, &SRS, &tensors, CONTEXT, &Silent).unwrap_err();
    assert!(matches!(error, ProveError::TransparentRefused));
    let rejection = modulus_protocol::verify(key, &[0; 100], CONTEXT).unwrap_err();
    assert_eq!(rejection.reason, Reason::MalformedProof);
}

#[test]
fn seals_survive_encoding() {
    let bytes = PRIVATE.key.encode();
    let decoded = VerifyingKey::decode(&bytes).unwrap();
    assert_eq!(decoded.encode(), bytes);
    assert_eq!(decoded.digest(), PRIVATE.key.digest());
    assert_eq!(decoded.seal(), PRIVATE.key.seal());
    for length in bytes.len() - 1132..bytes.len() {
        assert!(VerifyingKey::decode(&bytes[..length]).is_err());
    }
    let sealer = Sealer::decode(&PRIVATE.sealer.encode(), PRIVATE.sealer.circuit().clone());
    assert_eq!(Some(&sealer.unwrap().part(Vec::new())), PRIVATE.key.seal());
}

/// Places of points in a seal's key: one of each section.
fn places(circuit: &Circuit) -> [(&'static str, usize, usize); 7] {
    let used = |matrix| {
        let rows = 0..circuit.constraint_count();
        let wires = rows.flat_map(|index| circuit.row(matrix, index).map(|(wire, _)| wire));
        wires.collect::<std::collections::BTreeSet<usize>>()
    };
    let mut in_a = used(Matrix::A);
    in_a.extend(0..4);
    let in_b = used(Matrix::B).len();
    let singles = 16 + 4 + 32 + KEY_LENGTH + EVIDENCE_LENGTH;
    let a = singles + 2 * 64;
    let b = a + 64 * in_a.len();
    let private = b + 64 * in_b;
    let quotient = private + 64 * (circuit.wire_count() - 4);
    let size = (circuit.constraint_count() + 4).next_power_of_two();
    [
        ("beta", singles, 64),
        ("delta", singles + 64, 64),
        ("A", a, 64),
        ("B", b, 64),
        // The wire of h1, which is not zero.
        ("private", private, 64),
        ("quotient", quotient, 64),
        ("B in the second group", quotient + 64 * (size - 1), 128),
    ]
}

/// The key with the point at a place replaced by the one behind it, and a checksum that fits.
fn altered(key: &[u8], start: usize, length: usize) -> Vec<u8> {
    let mut content = key[..key.len() - 32].to_vec();
    content.copy_within(start + length..start + 2 * length, start);
    let digests: Vec<[u8; 32]> = content.chunks(1 << 20).map(keccak256).collect();
    content.extend(keccak256(digests.as_flattened()));
    content
}

/// Attack: from a proof by an altered key one can compute the value of a wire, such as the only
/// entry of a private input; so nothing leaves the prover.
#[test]
fn a_key_with_an_altered_point_gives_no_proof() {
    let honest = PRIVATE.sealer.encode();
    let circuit = PRIVATE.sealer.circuit();
    for (name, start, length) in places(circuit) {
        let bytes = altered(&honest, start, length);
        assert_ne!(bytes, honest, "{name}");
        let sealer = Sealer::decode(&bytes, circuit.clone()).unwrap();
        let made = prove(
            &sealer,
            &PRIVATE.key,
            &SRS,
            &execute(INPUT),
            &PRIVATE.blinds,
            CONTEXT,
            &Silent,
        );
        assert!(matches!(made, Err(SealedError::Defective)), "{name}");
    }
}

#[test]
fn other_blinding_than_the_key_s_gives_no_proof() {
    let blinds = draw_blinds(&schedule(), &execute(INPUT)).unwrap();
    let tensors = execute(INPUT);
    let (sealer, key) = (&PRIVATE.sealer, &PRIVATE.key);
    let made = prove(sealer, key, &SRS, &tensors, &blinds, CONTEXT, &Silent);
    assert!(matches!(made, Err(SealedError::Defective)));
}

fn checked(part: SealPart, schedule: &Schedule) -> Result<(), Reason> {
    let parts = KeyParts {
        schedule: encode(schedule),
        seal: Some(part),
        ..parts_of(&common::model::schedule(), &execute(INPUT))
    };
    let key = VerifyingKey::new(parts).map_err(|rejection| rejection.reason)?;
    check_seal(&key).map_err(|rejection| rejection.reason)
}

#[test]
fn seals_belong_to_their_schedule() {
    let honest = PRIVATE.sealer.part(Vec::new());
    assert_eq!(checked(honest.clone(), &schedule()), Ok(()));
    let mut other = honest.clone();
    other.circuit_hash[0] ^= 1;
    assert_eq!(checked(other, &schedule()), Err(Reason::MalformedKey));
    let mut longer = schedule();
    longer.row_bits += 1;
    assert_eq!(checked(honest, &longer), Err(Reason::MalformedKey));
}

#[test]
fn points_of_the_seal_that_were_swapped_are_refused() {
    let honest = PRIVATE.sealer.part(Vec::new());
    let circuit = PRIVATE.sealer.circuit().clone();
    let stranger = Sealer::development(circuit, &Silent)
        .unwrap()
        .part(Vec::new());
    let delta = 192..320;
    for part in [0..64, 64..192, 320..384, 384..448, 448..512, 512..576] {
        let mut seal = honest.clone();
        seal.groth16[part.clone()].copy_from_slice(&stranger.groth16[part.clone()]);
        assert_eq!(
            checked(seal, &schedule()),
            Err(Reason::MalformedKey),
            "{part:?}"
        );
    }
    // Delta does not follow from the circuit: contributions vouch for it.
    let mut seal = honest;
    seal.groth16[delta.clone()].copy_from_slice(&stranger.groth16[delta]);
    assert_eq!(checked(seal, &schedule()), Ok(()));
}

#[test]
fn evidence_that_was_changed_shows_nothing() {
    let honest = PRIVATE.sealer.part(Vec::new());
    let circuit = PRIVATE.sealer.circuit().clone();
    let stranger = Sealer::development(circuit, &Silent)
        .unwrap()
        .part(Vec::new());
    for part in [0..128, 128..256, 256..320, 320..384, 384..448, 448..512] {
        let mut seal = honest.clone();
        seal.evidence[part.clone()].copy_from_slice(&stranger.evidence[part.clone()]);
        assert_eq!(
            checked(seal.clone(), &schedule()),
            Err(Reason::MalformedKey),
            "{part:?}"
        );
        seal.evidence[part.clone()].fill(0);
        assert_eq!(
            checked(seal, &schedule()),
            Err(Reason::MalformedKey),
            "{part:?}"
        );
    }
    let mut seal = honest;
    let generator = modulus_kzg::encoding::encode_g2(&ark_bn254::G2Affine::generator());
    seal.evidence[..128].copy_from_slice(&generator);
    assert_eq!(checked(seal, &schedule()), Err(Reason::MalformedKey));
}

/// Attack: with P's point in the place of `u_pub`'s, `u_pub` says nothing; the sum is the same.
#[test]
fn points_of_public_inputs_cannot_be_traded() {
    let mut seal = PRIVATE.sealer.part(Vec::new());
    let (first, second) = (384..448, 512..576);
    let held = seal.groth16[first.clone()].to_vec();
    seal.groth16.copy_within(second.clone(), first.start);
    seal.groth16[second].copy_from_slice(&held);
    assert_eq!(checked(seal, &schedule()), Err(Reason::MalformedKey));
}

#[test]
fn malformed_seals_are_refused() {
    let honest = PRIVATE.sealer.part(Vec::new());
    let generator = modulus_kzg::encoding::encode_g2(&ark_bn254::G2Affine::generator());
    let changes: [(usize, &[u8]); 4] = [
        (0, &[0; 64]),
        (64, &[0xff; 32]),
        (192, &generator),
        (320 + 3 * 64, &[0; 64]),
    ];
    for (start, bytes) in changes {
        let mut part = honest.clone();
        part.groth16[start..start + bytes.len()].copy_from_slice(bytes);
        let parts = KeyParts {
            seal: Some(part),
            ..parts_of(&schedule(), &execute(INPUT))
        };
        let rejection = VerifyingKey::new(parts).unwrap_err();
        assert_eq!(rejection.reason, Reason::MalformedKey, "byte {start}");
    }
}

/// Whoever commits to what the model cannot read finds no proof: a lookup of the value's range has
/// no row for it, and the sum over all lookups notices.
#[test]
fn a_committed_value_out_of_range_has_no_proof() {
    let gaps = |x| {
        let tensors = execute(x);
        let attack = Attack::default();
        prove_falsely(&COMMITTED.key, &SRS, &tensors, CONTEXT, attack)
            .unwrap()
            .gaps
    };
    assert!(gaps(INPUT).is_empty());
    let checks: Vec<Check> = gaps([3, -5, 8])
        .into_iter()
        .map(|(check, _)| check)
        .collect();
    assert_eq!(checks, [Check::Reduction]);
    let made = COMMITTED.prove([3, -5, 8]).unwrap_err();
    assert!(matches!(
        made,
        SealedError::Prove(ProveError::Witness(WitnessError::OutOfRange {
            tensor: tensor::X,
            ..
        }))
    ));
}
