//! Honest proofs are accepted, and nothing else is.

#![allow(clippy::unwrap_used)]

mod common;

use common::{CONTEXT, SRS, execute, key, key_of, schedule, tensor};
use modulus_protocol::{ProveError, Reason, Silent, VerifyingKey, WitnessError, prove, verify};

fn proof(key: &VerifyingKey, x: [i64; 3]) -> Vec<u8> {
    prove(key, &SRS, &execute(x), CONTEXT, &Silent).unwrap()
}

#[test]
fn honest_proofs_are_accepted() {
    let key = key();
    for x in [[0, 0, 0], [1, 2, 3], [-8, 7, -8], [7, -8, 7], [-1, -1, -1]] {
        let public = verify(&key, &proof(&key, x), CONTEXT).unwrap();
        let y = &execute(x)[&5];
        let mut expected: Vec<u8> = x.iter().map(|v| v.to_be_bytes()[7]).collect();
        for v in y {
            expected.extend(&v.to_be_bytes()[6..]);
        }
        assert_eq!(public, expected);
    }
}

#[test]
fn every_changed_word_is_rejected() {
    let key = key();
    let honest = proof(&key, [3, -5, 7]);
    let mut position = 0;
    while position < honest.len() {
        for bit in [0, 6] {
            let mut changed = honest.clone();
            changed[position] ^= 1 << bit;
            assert!(
                verify(&key, &changed, CONTEXT).is_err(),
                "byte {position} bit {bit}"
            );
        }
        position += if position < 64 { 1 } else { 13 };
    }
}

#[test]
fn every_other_length_is_rejected() {
    let key = key();
    let mut honest = proof(&key, [3, -5, 7]);
    for length in (0..honest.len()).step_by(17) {
        let rejection = verify(&key, &honest[..length], CONTEXT).unwrap_err();
        assert_eq!(rejection.reason, Reason::MalformedProof);
    }
    honest.push(0);
    assert_eq!(
        verify(&key, &honest, CONTEXT).unwrap_err().reason,
        Reason::MalformedProof
    );
}

#[test]
fn another_context_is_rejected() {
    let key = key();
    assert!(verify(&key, &proof(&key, [1, 2, 3]), [8; 32]).is_err());
}

#[test]
fn another_model_is_rejected() {
    let key = key();
    let honest = proof(&key, [1, 2, 3]);
    let mut tensors = execute([1, 2, 3]);
    tensors.get_mut(&1).unwrap()[0] += 1;
    let other = key_of(&schedule(), &tensors);
    let rejection = verify(&other, &honest, CONTEXT).unwrap_err();
    assert_eq!(rejection.reason, Reason::WrongVerifyingKey);
}

#[test]
fn keys_survive_encoding() {
    let key = key();
    let bytes = key.encode();
    let decoded = VerifyingKey::decode(&bytes).unwrap();
    assert_eq!(decoded.digest(), key.digest());
    assert_eq!(decoded.encode(), bytes);
    verify(&decoded, &proof(&key, [1, 2, 3]), CONTEXT).unwrap();
    for length in 0..bytes.len() {
        let rejection = VerifyingKey::decode(&bytes[..length]).unwrap_err();
        assert_eq!(rejection.reason, Reason::MalformedKey);
    }
}

fn failure(index: usize, position: usize, value: i64) -> ProveError {
    let key = key();
    let mut tensors = execute([3, -5, 7]);
    tensors.get_mut(&u32::try_from(index).unwrap()).unwrap()[position] = value;
    prove(&key, &SRS, &tensors, CONTEXT, &Silent).unwrap_err()
}

#[test]
fn a_wrong_witness_is_named() {
    let out_of_range = WitnessError::OutOfRange {
        tensor: tensor::R,
        position: 1,
    };
    assert!(matches!(failure(tensor::R, 1, 4), ProveError::Witness(e) if e == out_of_range));
    let not_a_row = WitnessError::NotInTable {
        group: 0,
        lookup: 1,
        table: 1,
        position: 1,
    };
    assert!(matches!(failure(tensor::Y, 1, 60), ProveError::Witness(e) if e == not_a_row));
    let not_zero = WitnessError::NotZero {
        relation: 1,
        position: 2,
    };
    assert!(matches!(failure(tensor::T, 2, 6), ProveError::Witness(e) if e == not_zero));
}

#[test]
fn a_wrong_virtual_tensor_fails_the_own_check() {
    let error = failure(tensor::ACC, 0, 200);
    assert!(matches!(
        error,
        ProveError::Witness(WitnessError::NotZero { relation: 0, .. })
    ));
}
