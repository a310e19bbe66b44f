//! The circuit accepts the transcripts that verify, and nothing else.

#![allow(clippy::unwrap_used)]

mod common;

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use common::{CIRCUIT, KEY, honest};
use modulus_protocol::schedule::{decode, encode};
use modulus_seal::circuit::{AssignmentError, Circuit, Matrix, Part};
use modulus_transcript::{DigestBuilder, encode_field, keccak256};

#[test]
fn honest_transcripts_satisfy_the_circuit() {
    for x in [[0, 0, 0], [1, 2, 3], [-8, 7, -8], [7, -8, 7]] {
        let honest = honest(x, Fr::from(1_234_567_u64));
        let assignment = CIRCUIT.assign(&honest.transcript).unwrap();
        assert_eq!(CIRCUIT.first_violation(&assignment.wires), None);
        assert_eq!(assignment.public_inputs(), honest.public_inputs);
        for ((a, b), c) in assignment.a.iter().zip(&assignment.b).zip(&assignment.c) {
            assert_eq!(*a * b, *c);
        }
    }
}

#[test]
fn sides_are_the_matrices_times_the_wires() {
    let assignment = CIRCUIT
        .assign(&honest([1, -2, 3], Fr::from(5_u64)).transcript)
        .unwrap();
    for (matrix, sides) in [
        (Matrix::A, &assignment.a),
        (Matrix::B, &assignment.b),
        (Matrix::C, &assignment.c),
    ] {
        for (index, side) in sides.iter().enumerate() {
            let sum: Fr = CIRCUIT
                .row(matrix, index)
                .map(|(wire, coefficient)| assignment.wires[wire] * coefficient)
                .sum();
            assert_eq!(sum, *side, "{matrix:?} {index}");
        }
    }
}

#[test]
fn every_changed_message_is_refused() {
    let honest = honest([3, -5, 7], Fr::from(9_u64));
    for position in 0..honest.transcript.messages.len() {
        let mut changed = honest.transcript.clone();
        changed.messages[position] += Fr::one();
        assert!(
            matches!(
                CIRCUIT.assign(&changed),
                Err(AssignmentError::Unsatisfied { .. })
            ),
            "message {position}"
        );
    }
}

#[test]
fn no_wire_can_be_changed_alone() {
    let honest = honest([3, -5, 7], Fr::from(9_u64));
    let wires = CIRCUIT.assign(&honest.transcript).unwrap().wires.clone();
    // The public inputs, all messages, and a sample of what follows from them.
    let given = 4 + CIRCUIT.message_count();
    for wire in (1..given).chain((given..wires.len()).step_by(251)) {
        let mut changed = wires.clone();
        changed[wire] += Fr::one();
        assert!(CIRCUIT.first_violation(&changed).is_some(), "wire {wire}");
    }
}

#[test]
fn other_numbers_of_messages_are_refused() {
    let honest = honest([1, 2, 3], Fr::one());
    let mut longer = honest.transcript.clone();
    longer.messages.push(Fr::zero());
    let mut shorter = honest.transcript.clone();
    shorter.messages.pop();
    for transcript in [longer, shorter] {
        let found = transcript.messages.len();
        let expected = CIRCUIT.message_count();
        assert_eq!(
            CIRCUIT.assign(&transcript),
            Err(AssignmentError::Messages { expected, found })
        );
    }
}

#[test]
fn equal_schedules_have_equal_circuits() {
    let schedule = decode(&encode(KEY.schedule())).unwrap();
    let again = Circuit::synthesise(&schedule).unwrap();
    assert_eq!(again.hash(), CIRCUIT.hash());
    let mut other = schedule;
    other.row_bits += 1;
    assert_ne!(Circuit::synthesise(&other).unwrap().hash(), CIRCUIT.hash());
}

#[test]
fn the_hash_is_that_of_the_canonical_bytes() {
    let mut bytes = Vec::new();
    let number = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    bytes.extend(number(CIRCUIT.constraint_count()));
    bytes.extend(number(CIRCUIT.wire_count()));
    for index in 0..CIRCUIT.constraint_count() {
        for matrix in [Matrix::A, Matrix::B, Matrix::C] {
            let terms: Vec<_> = CIRCUIT.row(matrix, index).collect();
            assert!(terms.is_sorted_by(|left, right| left.0 < right.0));
            bytes.extend(number(terms.len()));
            for (wire, coefficient) in terms {
                assert!(!coefficient.is_zero());
                bytes.extend(number(wire));
                bytes.extend(encode_field(coefficient));
            }
        }
    }
    let expected = DigestBuilder::new("modulus.circuit.1")
        .word(keccak256(&bytes))
        .finish();
    assert_eq!(CIRCUIT.hash(), expected);
}

#[test]
fn the_breakdown_covers_every_constraint() {
    let parts = CIRCUIT.breakdown();
    assert_eq!(parts.values().sum::<usize>(), CIRCUIT.constraint_count());
    // 88 S-boxes of three constraints each.
    assert_eq!(parts[&Part::Transcript] % 264, 0);
    for part in [
        Part::ZeroCheck,
        Part::Step(0),
        Part::Reduction,
        Part::Opening,
        Part::Public,
    ] {
        assert!(parts.contains_key(&part), "{part}");
    }
}

#[test]
fn every_public_input_occurs_in_a_constraint() {
    for wire in 1..=3 {
        let occurs = (0..CIRCUIT.constraint_count()).any(|index| {
            [Matrix::A, Matrix::B, Matrix::C]
                .into_iter()
                .any(|matrix| CIRCUIT.row(matrix, index).any(|(other, _)| other == wire))
        });
        assert!(occurs, "public input {wire}");
    }
}
