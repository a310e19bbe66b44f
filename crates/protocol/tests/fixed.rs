//! Openings show what fixed rows hold, and nothing else.

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::HashMap;

use common::{SRS, execute, parts_of, schedule};
use modulus_protocol::schedule::{RowKind, TensorKind};
use modulus_protocol::{
    Blinds, Fixed, FixedOpenings, KeyParts, Reason, Silent, VerifyingKey, check_fixed,
    commit_fixed, draw_blinds, open_fixed,
};

type Tensors = HashMap<u32, Vec<i64>>;

fn opened(parts: KeyParts, tensors: &Tensors) -> VerifyingKey {
    let key = VerifyingKey::new(parts.clone()).unwrap();
    let open = |fixed, kind| {
        let rows = key.schedule().rows(kind);
        (!rows.is_empty()).then(|| open_fixed(&key, &SRS, tensors, fixed).unwrap())
    };
    let openings = FixedOpenings {
        tables: open(Fixed::Tables, RowKind::Table),
        weights: open(Fixed::Weights, RowKind::Weight),
    };
    VerifyingKey::new(KeyParts { openings, ..parts }).unwrap()
}

fn key() -> VerifyingKey {
    let tensors = execute([0; 3]);
    opened(parts_of(&schedule(), &tensors), &tensors)
}

fn first_of(kind: TensorKind) -> u32 {
    let position = schedule().tensors.iter().position(|t| t.kind == kind);
    u32::try_from(position.unwrap()).unwrap()
}

fn changed(kind: TensorKind) -> Tensors {
    let mut tensors = execute([0; 3]);
    let entry = &mut tensors.get_mut(&first_of(kind)).unwrap()[0];
    *entry = if *entry > 0 { *entry - 1 } else { *entry + 1 };
    tensors
}

fn reason(key: &VerifyingKey, tensors: &Tensors, fixed: Fixed) -> Option<Reason> {
    check_fixed(key, tensors, fixed).err().map(|r| r.reason)
}

const KINDS: [(Fixed, TensorKind); 2] = [
    (Fixed::Tables, TensorKind::Table),
    (Fixed::Weights, TensorKind::Weight),
];

#[test]
fn what_rows_hold_is_accepted_and_nothing_else() {
    let key = key();
    for (fixed, kind) in KINDS {
        assert_eq!(reason(&key, &execute([0; 3]), fixed), None);
        assert_eq!(
            reason(&key, &changed(kind), fixed),
            Some(Reason::MalformedKey)
        );
    }
}

#[test]
fn a_key_of_other_rows_is_refused() {
    for (fixed, kind) in KINDS {
        let tensors = changed(kind);
        let other = opened(parts_of(&schedule(), &tensors), &tensors);
        assert_eq!(reason(&other, &tensors, fixed), None);
        assert_eq!(
            reason(&other, &execute([0; 3]), fixed),
            Some(Reason::MalformedKey)
        );
    }
}

#[test]
fn without_an_opening_nothing_is_shown() {
    let key = common::key();
    for (fixed, _) in KINDS {
        assert_eq!(
            reason(&key, &execute([0; 3]), fixed),
            Some(Reason::MalformedKey)
        );
    }
}

#[test]
fn openings_are_for_one_key() {
    let mut parts = parts_of(&schedule(), &execute([0; 3]));
    parts.system.push(0);
    parts.openings = *key().openings();
    let renamed = VerifyingKey::new(parts).unwrap();
    for (fixed, _) in KINDS {
        assert_eq!(
            reason(&renamed, &execute([0; 3]), fixed),
            Some(Reason::MalformedKey)
        );
    }
}

#[test]
fn blinded_weights_cannot_be_opened_as_public_ones() {
    let (schedule, tensors) = (schedule(), execute([0; 3]));
    let blinds: Blinds = draw_blinds(&schedule, &tensors).unwrap();
    let points = commit_fixed(&schedule, &SRS, &tensors, &blinds, &Silent).unwrap();
    let parts = KeyParts {
        points,
        ..parts_of(&schedule, &tensors)
    };
    let key = opened(parts, &tensors);
    assert_eq!(
        reason(&key, &tensors, Fixed::Weights),
        Some(Reason::MalformedKey)
    );
    assert_eq!(reason(&key, &tensors, Fixed::Tables), None);
}
