//! Provers that lie as well as they can are rejected, each by the check that is there for it.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, HashMap};

use ark_bn254::Fr;
use ark_ff::{Field, One};
use common::{CONTEXT, SRS, execute, key, key_of, parts_of, schedule, tensor};
use modulus_protocol::attacks::{Attack, Forgery, frozen_challenges, prove_falsely, verify_frozen};
use modulus_protocol::{Check, KeyParts, Message, Reason, VerifyingKey, verify};

type Tensors = HashMap<u32, Vec<i64>>;

const INPUT: [i64; 3] = [3, -5, 7];

fn forge(key: &VerifyingKey, tensors: &Tensors, attack: Attack<'_>) -> Forgery {
    prove_falsely(key, &SRS, tensors, CONTEXT, attack).unwrap()
}

fn reason(key: &VerifyingKey, tensors: &Tensors, attack: Attack<'_>) -> Reason {
    verify(key, &forge(key, tensors, attack).proof, CONTEXT)
        .unwrap_err()
        .reason
}

fn with(changes: &[(usize, usize, i64)]) -> Tensors {
    let mut tensors = execute(INPUT);
    for (index, position, value) in changes {
        tensors.get_mut(&u32::try_from(*index).unwrap()).unwrap()[*position] = *value;
    }
    tensors
}

#[test]
fn an_attack_that_changes_nothing_is_accepted() {
    let key = key();
    let forgery = forge(&key, &with(&[]), Attack::default());
    assert!(forgery.gaps.is_empty());
    verify(&key, &forgery.proof, CONTEXT).unwrap();
}

/// acc = 3 + 10 + 21 = 34 = 4·8 + 2: every other split has a remainder outside [0, 4).
#[test]
fn a_forged_quotient_needs_a_remainder_that_is_no_row() {
    let key = key();
    for quotient in [0, 7, 9, 63] {
        let forged = with(&[
            (tensor::Q, 0, quotient),
            (tensor::R, 0, 34 - 4 * quotient),
            (tensor::Y, 0, quotient),
            (tensor::B, 0, quotient),
            (tensor::B, 1, quotient),
            (tensor::G, 0, quotient),
            (tensor::G, 1, quotient),
        ]);
        // The tuple is missing from the table side of the LogUp sum.
        assert_eq!(
            reason(&key, &forged, Attack::default()),
            Reason::ReductionFailed
        );
    }
}

#[test]
fn multiplicities_cannot_make_up_for_a_missing_row() {
    let key = key();
    let forged = with(&[(tensor::Q, 0, 9), (tensor::R, 0, -2), (tensor::Y, 0, 9)]);
    for counts in [
        vec![1, 1, 0, 0],
        vec![0, 0, 2, 0],
        vec![-2, 1, 1, 2],
        vec![i64::MAX, 0, 0, 1],
    ] {
        let multiplicities = BTreeMap::from([(0, counts)]);
        let attack = Attack {
            multiplicities: Some(&multiplicities),
            ..Attack::default()
        };
        assert!(verify(&key, &forge(&key, &forged, attack).proof, CONTEXT).is_err());
    }
}

#[test]
fn wrong_multiplicities_alone_are_rejected() {
    let key = key();
    for table in 0..3 {
        let size = [4, 128, 16][table];
        let multiplicities = BTreeMap::from([(table, vec![1; size])]);
        let attack = Attack {
            multiplicities: Some(&multiplicities),
            ..Attack::default()
        };
        assert_eq!(reason(&key, &with(&[]), attack), Reason::ReductionFailed);
    }
}

#[test]
fn a_false_table_value_is_rejected() {
    let key = key();
    // max(q, 0) of a negative q is 0, not 1.
    let forged = with(&[
        (tensor::Y, 1, 1),
        (tensor::B, 2, 1),
        (tensor::B, 3, 1),
        (tensor::G, 2, 1),
        (tensor::G, 3, 1),
    ]);
    assert_eq!(
        reason(&key, &forged, Attack::default()),
        Reason::ReductionFailed
    );
}

#[test]
fn a_false_pointwise_relation_is_rejected() {
    let key = key();
    for change in [
        (tensor::T, 2, 6),
        (tensor::A, 0, 5),
        (tensor::N, 3, 8),
        (tensor::F, 1, 0),
    ] {
        assert_eq!(
            reason(&key, &with(&[change]), Attack::default()),
            Reason::ZeroCheckFailed
        );
    }
}

#[test]
fn a_false_virtual_tensor_is_rejected() {
    let key = key();
    // Consistent with everything that reads it, but not with its definition.
    let false_product = with(&[
        (tensor::ACC, 1, 4),
        (tensor::Q, 1, 1),
        (tensor::R, 1, 0),
        (tensor::Y, 1, 1),
        (tensor::B, 2, 1),
        (tensor::B, 3, 1),
        (tensor::G, 2, 1),
        (tensor::G, 3, 1),
    ]);
    assert_eq!(
        reason(&key, &false_product, Attack::default()),
        Reason::StepFailed
    );
    let false_view = with(&[
        (tensor::V, 1, 0),
        (tensor::T, 1, 0),
        (tensor::E, 0, 9),
        (tensor::F, 0, 9),
        (tensor::A, 0, 3),
    ]);
    assert_eq!(
        reason(&key, &false_view, Attack::default()),
        Reason::StepFailed
    );
    let false_copy = with(&[(tensor::B, 0, 5), (tensor::G, 0, 5)]);
    assert_eq!(
        reason(&key, &false_copy, Attack::default()),
        Reason::StepFailed
    );
}

#[test]
fn other_weights_than_committed_are_rejected() {
    let key = key();
    // acc = 34 + 3 = 37 = 4·9 + 1 with the first weight 2 instead of 1.
    let forged = with(&[
        (tensor::W, 0, 2),
        (tensor::ACC, 0, 37),
        (tensor::Q, 0, 9),
        (tensor::R, 0, 1),
        (tensor::Y, 0, 9),
        (tensor::B, 0, 9),
        (tensor::B, 1, 9),
        (tensor::G, 0, 9),
        (tensor::G, 1, 9),
    ]);
    let forgery = forge(&key, &forged, Attack::default());
    // Everything holds but the commitment.
    assert!(forgery.gaps.is_empty());
    let rejection = verify(&key, &forgery.proof, CONTEXT).unwrap_err();
    assert_eq!(rejection.reason, Reason::PairingFailed);
}

#[test]
fn every_rewritten_message_is_rejected() {
    let key = key();
    let cases = [
        (
            Message::Round {
                stage: 0,
                variable: 6,
            },
            Reason::ZeroCheckFailed,
        ),
        (
            Message::Round {
                stage: 0,
                variable: 0,
            },
            Reason::ZeroCheckFailed,
        ),
        (Message::Claims { stage: 0 }, Reason::ZeroCheckFailed),
        (
            Message::Round {
                stage: 1,
                variable: 1,
            },
            Reason::StepFailed,
        ),
        (Message::Claims { stage: 1 }, Reason::StepFailed),
        (
            Message::Round {
                stage: 2,
                variable: 0,
            },
            Reason::StepFailed,
        ),
        (Message::Claims { stage: 2 }, Reason::StepFailed),
        (Message::Claims { stage: 3 }, Reason::StepFailed),
        (
            Message::Round {
                stage: 4,
                variable: 3,
            },
            Reason::ReductionFailed,
        ),
        (Message::Rows, Reason::ReductionFailed),
        (Message::Openings, Reason::OpeningIdentityFailed),
    ];
    for (target, expected) in cases {
        let elements = match target {
            Message::Round { stage: 0, .. } | Message::Claims { stage: 1 } | Message::Openings => 4,
            Message::Round { stage: 1, .. } => 3,
            Message::Round { .. } => 2,
            Message::Claims { stage: 0 } => 20,
            Message::Claims { .. } => 1,
            // The last helper row holds nothing but blinding: only the opening binds it.
            Message::Rows => key.schedule().row_kinds.len() - 1,
        };
        for position in 0..elements {
            let rewrite = |kind: Message, values: &mut [Fr]| {
                if kind == target {
                    values[position] += Fr::one();
                }
            };
            let attack = Attack {
                rewrite: Some(&rewrite),
                ..Attack::default()
            };
            let found = reason(&key, &with(&[]), attack);
            assert_eq!(found, expected, "{target:?} {position}");
        }
    }
}

/// A prover that knows the challenges before it commits can repair the last round of a false
/// zero-check. It must not be able to when challenges follow from its messages.
#[test]
fn messages_are_bound_to_their_challenges() {
    let key = key();
    let seed = 11;
    // The last challenge of the zero-check follows alpha, beta, lambda, theta and six others.
    let last = frozen_challenges(seed, 11)[10];
    let forged = with(&[(tensor::N, 3, 8)]);
    let first = forge(
        &key,
        &forged,
        Attack {
            frozen: Some(seed),
            ..Attack::default()
        },
    );
    let (check, gap) = first.gaps[0];
    assert_eq!(check, Check::ZeroCheck);
    let correction = gap * (last + last - Fr::one()).inverse().unwrap();
    let rewrite = |kind: Message, values: &mut [Fr]| {
        if kind
            == (Message::Round {
                stage: 0,
                variable: 0,
            })
        {
            values[0] += correction;
        }
    };
    let attack = Attack {
        rewrite: Some(&rewrite),
        frozen: Some(seed),
        ..Attack::default()
    };
    let repaired = forge(&key, &forged, attack);
    assert!(repaired.gaps.is_empty());
    verify_frozen(&key, &repaired.proof, CONTEXT, seed).unwrap();
    assert!(verify(&key, &repaired.proof, CONTEXT).is_err());
    let adaptive = Attack {
        frozen: None,
        ..attack
    };
    assert_eq!(reason(&key, &forged, adaptive), Reason::ZeroCheckFailed);
}

/// The owner of the weights hides one in the padding, and a prover an input: together they move
/// the output. Without the padding claims the forgery is accepted.
#[test]
fn padding_is_claimed_zero() {
    let shapes = BTreeMap::from([(tensor::X, vec![4]), (tensor::W, vec![2, 4])]);
    let mut forged = with(&[]);
    forged.insert(2, vec![3, -5, 7, 1]);
    forged.insert(1, vec![1, -2, 3, 40, -4, 4, 2, 0]);
    // acc = 34 + 40 = 74 = 4·18 + 2.
    for (index, values) in [
        (tensor::ACC, vec![74, -18]),
        (tensor::Q, vec![18, -5]),
        (tensor::R, vec![2, 2]),
        (tensor::Y, vec![18, 0]),
        (tensor::B, vec![18, 18, 0, 0]),
        (tensor::G, vec![18, 18, 0, 0]),
    ] {
        forged.insert(u32::try_from(index).unwrap(), values);
    }
    let attack = Attack {
        shapes: Some(&shapes),
        ..Attack::default()
    };
    let mut filled = schedule();
    filled.tensors[tensor::W].shape = vec![2, 4];
    filled.tensors[tensor::W].high = 40;
    filled.padding.retain(|index| *index != tensor::W);
    let points = key_of(&filled, &forged).points().to_vec();
    let declared = parts_of(&schedule(), &execute(INPUT));
    let key = VerifyingKey::new(KeyParts { points, ..declared }).unwrap();
    let forgery = forge(&key, &forged, attack);
    let rejection = verify(&key, &forgery.proof, CONTEXT).unwrap_err();
    assert_eq!(rejection.reason, Reason::ReductionFailed);
    assert!(
        forgery
            .gaps
            .iter()
            .all(|(check, _)| *check == Check::Reduction)
    );
}
