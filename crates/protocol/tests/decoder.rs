//! Decoders of schedules and keys accept what is well formed, and never panic.

#![allow(clippy::unwrap_used)]

mod common;

use common::{CONTEXT, SRS, execute, key, schedule, tensor};
use modulus_protocol::schedule::{
    Atom, Coordinate, Kernel, KernelPart, RowKind, Schedule, Selector, TensorKind, Term, decode,
    encode,
};
use modulus_protocol::{KeyParts, Silent, VerifyingKey, prove, verify};
use proptest::prelude::*;

#[test]
fn schedules_survive_encoding() {
    let schedule = schedule();
    let bytes = encode(&schedule);
    assert_eq!(decode(&bytes).unwrap(), schedule);
}

#[test]
fn every_other_length_is_refused() {
    let mut bytes = encode(&schedule());
    for length in 0..bytes.len() {
        assert!(decode(&bytes[..length]).is_err(), "{length} bytes");
    }
    bytes.push(0);
    assert_eq!(decode(&bytes).unwrap_err().problem, "trailing bytes");
}

/// Whatever still decodes is canonical and can be verified against without a panic.
fn check_changed(bytes: &[u8], parts: &KeyParts, proof: &[u8]) {
    let Ok(decoded) = decode(bytes) else { return };
    assert_eq!(encode(&decoded), bytes);
    let parts = KeyParts {
        schedule: bytes.to_vec(),
        ..parts.clone()
    };
    if let Ok(key) = VerifyingKey::new(parts) {
        let mut proof = proof.to_vec();
        let digest = modulus_transcript::encode_field(&key.digest());
        proof[19..51].copy_from_slice(&digest);
        let _ = verify(&key, &proof, CONTEXT);
    }
}

#[test]
fn every_changed_byte_is_handled() {
    let bytes = encode(&schedule());
    let parts = common::parts_of(&schedule(), &execute([0; 3]));
    let proof = prove(&key(), &SRS, &execute([3, -5, 7]), CONTEXT, &Silent).unwrap();
    for position in 0..bytes.len() {
        for value in [1, 0xff] {
            let mut changed = bytes.clone();
            changed[position] ^= value;
            check_changed(&changed, &parts, &proof);
        }
    }
}

proptest! {
    #[test]
    fn noise_is_handled(
        start in 18_usize..600,
        noise in prop::collection::vec(any::<u8>(), 1..40),
        cut in 0_usize..40,
    ) {
        let mut bytes = encode(&schedule());
        let start = start.min(bytes.len());
        let end = (start + cut).min(bytes.len());
        bytes.splice(start..end, noise);
        let _ = decode(&bytes);
        let _ = VerifyingKey::decode(&bytes);
    }
}

/// A count of four billion must not be allocated.
#[test]
fn huge_counts_are_refused_before_they_are_allocated() {
    let bytes = encode(&schedule());
    for position in (19..bytes.len() - 4).step_by(3) {
        let mut changed = bytes.clone();
        changed[position..position + 4].copy_from_slice(&u32::MAX.to_le_bytes());
        let _ = decode(&changed);
    }
}

fn refused(change: impl FnOnce(&mut Schedule)) -> String {
    let mut schedule = schedule();
    change(&mut schedule);
    decode(&encode(&schedule)).unwrap_err().problem.into_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one line a case")]
fn ill_formed_programs_are_refused() {
    let unknown = Coordinate::Challenge {
        stage: 9,
        variable: 0,
    };
    let cases: Vec<(&str, String)> = vec![
        ("not reduced", refused(|s| s.steps[1].instances.truncate(1))),
        ("unknown stage", refused(|s| s.steps.truncate(2))),
        (
            "overlap",
            refused(|s| s.tensors[tensor::Q].offset = s.tensors[tensor::R].offset),
        ),
        ("not aligned", refused(|s| s.tensors[tensor::X].offset += 1)),
        (
            "does not begin its row",
            refused(|s| {
                let row = s.rows(RowKind::Weight).end;
                s.row_kinds.insert(row, RowKind::Port);
                for tensor in &mut s.tensors {
                    tensor.row += usize::from(tensor.row >= row);
                }
                let x = &mut s.tensors[tensor::X];
                (x.kind, x.row, x.offset) = (TensorKind::Port, row, 4);
            }),
        ),
        (
            "outside the rows",
            refused(|s| s.tensors[tensor::X].row = 0),
        ),
        (
            "outside the rows",
            refused(|s| s.tensors[tensor::X].row = 9999),
        ),
        ("has a place", refused(|s| s.tensors[tensor::ACC].row = 1)),
        (
            "axis of extent 0",
            refused(|s| s.tensors[tensor::X].shape = vec![0]),
        ),
        ("empty range", refused(|s| s.tensors[tensor::X].low = 100)),
        (
            "no helper row",
            refused(|s| s.row_kinds.retain(|kind| *kind != RowKind::Helper)),
        ),
        ("not sorted", refused(|s| s.row_kinds.reverse())),
        ("unknown tensor", refused(|s| s.claims[0].tensor = 99)),
        ("grouped by stage", refused(|s| s.claims[0].stage = 3)),
        (
            "wrong point length",
            refused(|s| s.claims[0].point.push(Coordinate::Zero)),
        ),
        (
            "unknown challenge",
            refused(|s| s.claims[0].point[0] = unknown),
        ),
        ("degree", refused(|s| s.zero_check_degree = 2)),
        ("degree", refused(|s| s.steps[0].degree = 2)),
        (
            "more variables",
            refused(|s| s.pointwise[0].shape = vec![256]),
        ),
        (
            "not absorbed yet",
            refused(|s| {
                let last = s.claims.len() - 1;
                s.pointwise[0].products[0].factors[0][0].atom = Atom::Claim(last);
            }),
        ),
        (
            "occurs twice",
            refused(|s| {
                let coordinate = Coordinate::Challenge {
                    stage: 0,
                    variable: 0,
                };
                s.pointwise[0].products[0].factors[0][0].selectors = vec![Selector {
                    extent: 2,
                    coordinates: vec![coordinate],
                }];
            }),
        ),
        (
            "may not occur here",
            refused(|s| s.steps[0].instances[0].summands[0].variables = 1),
        ),
        (
            "of an earlier stage",
            refused(|s| {
                s.steps[0].instances[0].claim = s.claims.len() - 1;
            }),
        ),
        (
            "kernel in a factor",
            refused(|s| {
                let kernel = s.steps[1].instances[0].summands[0].kernels[0].clone();
                s.pointwise[0].products[0].factors[0][0]
                    .kernels
                    .push(kernel);
            }),
        ),
        (
            "column of this shape",
            refused(|s| s.lookups[0].helper_claim = 0),
        ),
        (
            "column of this shape",
            refused(|s| s.tables[0].multiplicity_claim = 0),
        ),
        (
            "unknown table",
            refused(|s| s.lookups[0].lookups[0].table = 3),
        ),
        (
            "not 2 columns",
            refused(|s| s.lookups[0].lookups[1].columns.truncate(1)),
        ),
        ("0 lookups", refused(|s| s.lookups[0].lookups.clear())),
        ("offset an axis", refused(|s| s.tables[0].offsets.clear())),
        ("2 columns", refused(|s| s.columns = 1)),
        ("not complete", refused(|s| s.padding.push(tensor::ACC))),
        ("not complete", refused(|s| s.padding.clear())),
        ("not complete", refused(|s| s.padding.reverse())),
        (
            "offset refers to a claim",
            refused(|s| {
                s.steps[2].instances[0].offset =
                    s.steps[2].instances[0].summands[0].factors[0].clone();
            }),
        ),
        (
            "columns are shared",
            refused(|s| {
                s.tables[0].shape = vec![4];
                s.tables[2].shape = vec![4];
                s.tables[2].helper_claim = s.tables[0].helper_claim;
                s.tables[2].multiplicity_claim = s.tables[0].multiplicity_claim;
            }),
        ),
        (
            "stated twice",
            refused(|s| {
                let claim = s.claims.last().unwrap().clone();
                s.claims.push(claim);
            }),
        ),
        (
            "too large to evaluate",
            refused(|s| {
                s.steps[1].instances[0].summands[0].kernels[0].parts[0].coefficient = 1 << 21;
            }),
        ),
        (
            "262144 states",
            refused(|s| {
                let part = KernelPart {
                    coefficient: 1 << 14,
                    extent: 2,
                    coordinates: vec![Coordinate::Half],
                };
                let kernel = Kernel {
                    constant: 0,
                    parts: vec![part],
                };
                let term = Term {
                    coefficient: 1,
                    selectors: Vec::new(),
                    kernels: vec![kernel],
                    atom: Atom::One,
                };
                s.steps[1].instances[0].offset = vec![term; 17];
            }),
        ),
        (
            "not in the trace",
            refused(|s| s.public[0].tensor = tensor::W),
        ),
        ("public twice", refused(|s| s.public[1].tensor = tensor::X)),
        (
            "exceeds its width",
            refused(|s| s.tensors[tensor::X].high = 128),
        ),
        ("outputs precede", refused(|s| s.public.reverse())),
        ("width 3", refused(|s| s.public[0].width = 3)),
    ];
    for (expected, found) in cases {
        assert!(found.contains(expected), "{expected:?} is not in {found:?}");
    }
    assert!(matches!(
        schedule().tensors[tensor::ACC].kind,
        TensorKind::Virtual
    ));
}
