//! Tensors that are larger than a row, with padding inside rows and across them.
//!
//! ```text
//! out = w x, w[a,b] weights     p[c,d] in [0, 16), public
//! ```

#![allow(clippy::unwrap_used)]

mod common;

use std::collections::{BTreeMap, HashMap};

use common::{CONTEXT, SRS, key_of};
use modulus_protocol::attacks::{Attack, prove_falsely};
use modulus_protocol::schedule::{
    Atom, Claim, Coordinate, Form, Instance, Lookup, LookupGroup, Pointwise, Product, Public,
    RowKind, Schedule, Step, Summand, Table, Tensor, TensorKind, Term,
};
use modulus_protocol::{Reason, Silent, prove, verify};
use modulus_sumcheck::bits;

const ROW_BITS: usize = 4;
const KINDS: [TensorKind; 8] = [
    TensorKind::Weight,
    TensorKind::Trace,
    TensorKind::Trace,
    TensorKind::Trace,
    TensorKind::Multiplicity,
    TensorKind::Helper,
    TensorKind::Helper,
    TensorKind::Virtual,
];
const W: usize = 0;
const X: usize = 1;
const OUT: usize = 2;
const P: usize = 3;
const COUNT: usize = 4;
const LOOKUP: usize = 5;
const TABLE: usize = 6;
const ACC: usize = 7;

fn at(stage: usize, variable: usize) -> Coordinate {
    Coordinate::Challenge { stage, variable }
}

fn single(claim: usize) -> Form {
    let (selectors, kernels) = (Vec::new(), Vec::new());
    vec![Term {
        coefficient: 1,
        selectors,
        kernels,
        atom: Atom::Claim(claim),
    }]
}

#[expect(
    clippy::too_many_lines,
    reason = "one program, in the order of its parts"
)]
fn schedule(weight: [usize; 2], public: [usize; 2]) -> Schedule {
    let [rows, columns] = weight;
    let shapes: [Vec<usize>; 8] = [
        weight.to_vec(),
        vec![columns],
        vec![rows],
        public.to_vec(),
        vec![16],
        public.to_vec(),
        vec![16],
        vec![rows],
    ];
    let mut tensors: Vec<Tensor> = KINDS
        .into_iter()
        .zip(shapes)
        .map(|(kind, shape)| {
            let (low, high) = if kind == TensorKind::Weight {
                (-50, 50)
            } else {
                (-9999, 9999)
            };
            Tensor {
                kind,
                shape,
                low,
                high,
                row: 0,
                offset: 0,
            }
        })
        .collect();
    (tensors[P].low, tensors[P].high) = (0, 15);
    let mut row_kinds = Vec::new();
    for tensor in &mut tensors {
        if let Some(kind) = tensor.kind.row_kind() {
            tensor.row = row_kinds.len();
            let count = 1 << tensor.block_bits().saturating_sub(ROW_BITS);
            row_kinds.extend(std::iter::repeat_n(kind, count));
        }
    }
    row_kinds.push(RowKind::Helper);
    let padding = (0..tensors.len())
        .filter(|index| {
            let listed = [TensorKind::Weight, TensorKind::Trace].contains(&tensors[*index].kind);
            listed && !tensors[*index].shape.iter().all(|n| n.is_power_of_two())
        })
        .collect();
    let whole = |tensor: usize| Claim {
        tensor,
        stage: 0,
        point: (0..tensors[tensor].block_bits())
            .map(|variable| at(0, variable))
            .collect(),
    };
    let mut claims: Vec<Claim> = [OUT, ACC, P, COUNT, LOOKUP, TABLE].map(whole).to_vec();
    let inner: Vec<Coordinate> = (0..bits(columns)).map(|variable| at(1, variable)).collect();
    let mut point = inner.clone();
    point.extend((0..bits(rows)).map(|variable| at(0, variable)));
    claims.push(Claim {
        tensor: W,
        stage: 1,
        point,
    });
    claims.push(Claim {
        tensor: X,
        stage: 1,
        point: inner,
    });
    let product = |coefficient, claim| Product {
        coefficient,
        factors: vec![single(claim)],
    };
    let variables = [rows, 16, 1].map(bits).into_iter().max().unwrap();
    let zero_check_variables = variables.max(tensors[P].block_bits());
    Schedule {
        row_bits: ROW_BITS,
        row_kinds,
        tensors,
        columns: 1,
        claims,
        zero_check_variables,
        zero_check_degree: 3,
        pointwise: vec![Pointwise {
            shape: vec![rows],
            products: vec![product(1, 0), product(-1, 1)],
        }],
        lookups: vec![LookupGroup {
            shape: public.to_vec(),
            helper_claim: 4,
            lookups: vec![Lookup {
                table: 0,
                columns: vec![single(2)],
            }],
        }],
        tables: vec![Table {
            shape: vec![16],
            offsets: vec![0],
            values: Vec::new(),
            multiplicity_claim: 3,
            helper_claim: 5,
        }],
        steps: vec![Step {
            variables: bits(columns),
            degree: 2,
            instances: vec![Instance {
                claim: 1,
                offset: Vec::new(),
                summands: vec![Summand {
                    variables: bits(columns),
                    eq: Vec::new(),
                    kernels: Vec::new(),
                    factors: vec![single(6), single(7)],
                }],
            }],
        }],
        padding,
        public: vec![
            Public {
                tensor: P,
                width: 1,
                is_output: false,
            },
            Public {
                tensor: OUT,
                width: 4,
                is_output: true,
            },
        ],
    }
}

fn execute([rows, columns]: [usize; 2], public: [usize; 2]) -> HashMap<u32, Vec<i64>> {
    let w: Vec<i64> = (0..100_i64)
        .cycle()
        .map(|i| i - 50)
        .take(rows * columns)
        .collect();
    let x: Vec<i64> = (0..17_i64)
        .cycle()
        .map(|i| i * 3 - 20)
        .take(columns)
        .collect();
    let out: Vec<i64> = w
        .chunks(columns)
        .map(|row| row.iter().zip(&x).map(|(w, x)| w * x).sum())
        .collect();
    let p = (0..16).cycle().take(public[0] * public[1]).collect();
    let values = [(W, w), (X, x), (OUT, out.clone()), (P, p), (ACC, out)];
    values
        .into_iter()
        .map(|(index, list)| (u32::try_from(index).unwrap(), list))
        .collect()
}

const SHAPES: [([usize; 2], [usize; 2]); 7] = [
    ([5, 11], [3, 9]),
    ([3, 40], [5, 3]),
    ([9, 3], [33, 1]),
    ([2, 33], [1, 70]),
    ([8, 16], [4, 16]),
    ([13, 5], [7, 20]),
    ([16, 1], [2, 2]),
];

#[test]
fn honest_proofs_are_accepted() {
    for (weight, public) in SHAPES {
        let tensors = execute(weight, public);
        let key = key_of(&schedule(weight, public), &tensors);
        let proof = prove(&key, &SRS, &tensors, CONTEXT, &Silent).unwrap();
        verify(&key, &proof, CONTEXT).unwrap();
    }
}

#[test]
fn filled_padding_is_rejected() {
    let mut tried = 0;
    for (weight, public) in SHAPES {
        let declared = schedule(weight, public);
        for tensor in [W, X, P] {
            let shape = &declared.tensors[tensor].shape;
            let full: Vec<usize> = shape.iter().map(|extent| 1 << bits(*extent)).collect();
            let size: usize = full.iter().product();
            if full == *shape {
                continue;
            }
            // One slot of the padding, the last, which no relation reads.
            let mut tensors = execute(weight, public);
            let key = key_of(&declared, &tensors);
            let entries = tensors.get_mut(&u32::try_from(tensor).unwrap()).unwrap();
            let mut block = modulus_sumcheck::table::pad(entries, shape);
            block[size - 1] = 1;
            *entries = block;
            let shapes = BTreeMap::from([(tensor, full)]);
            let attack = Attack {
                shapes: Some(&shapes),
                ..Attack::default()
            };
            let forgery = prove_falsely(&key, &SRS, &tensors, CONTEXT, attack).unwrap();
            let rejection = verify(&key, &forgery.proof, CONTEXT).unwrap_err();
            assert_eq!(
                rejection.reason,
                Reason::ReductionFailed,
                "{weight:?} {public:?}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 12);
}
