//! A hand-made model that uses every construct of a schedule.
//!
//! ```text
//! x[3] in [-8, 7], public       w[2,3] weights
//! acc = w x                     contraction
//! acc = 4 q + r                 pointwise; r looked up in [0, 4)
//! (q, y) in the ReLU table      lookup with a value column; y public
//! v[o,k] = x[o + k]             rewire with a kernel;  t = v
//! e[i] = sum_k t[i,k] v[i,k]    contraction with a shared kept index;  f = e
//! b[o,k] = y[o]                 rewire without a sum;  g = b
//! a[i] = 2 t(i, 1/2)            a coordinate at one half
//! n[i] = i + 5 [i < 3]          counter and selector
//! ```

#![allow(dead_code, unreachable_pub, clippy::expect_used)]

use std::collections::HashMap;
use std::sync::LazyLock;

use modulus_kzg::Srs;
use modulus_protocol::schedule::{
    Atom, Claim, Coordinate, Form, Instance, Kernel, KernelPart, Lookup, LookupGroup, Pointwise,
    Product, Public, RowKind, Schedule, Selector, Step, Summand, Table, Tensor, TensorKind, Term,
    encode,
};
use modulus_protocol::{Blinds, FixedOpenings, KeyParts, Silent, VerifyingKey, commit_fixed};

pub const ROW_BITS: usize = 4;
pub const CONTEXT: [u8; 32] = [7; 32];

pub static SRS: LazyLock<Srs> =
    LazyLock::new(|| Srs::generate_development(10, |_, _| {}).expect("randomness"));

pub mod tensor {
    pub const RELU: usize = 0;
    pub const W: usize = 1;
    pub const X: usize = 2;
    pub const Q: usize = 3;
    pub const R: usize = 4;
    pub const Y: usize = 5;
    pub const T: usize = 6;
    pub const F: usize = 7;
    pub const G: usize = 8;
    pub const A: usize = 9;
    pub const N: usize = 10;
    pub const ACC: usize = 11;
    pub const V: usize = 12;
    pub const E: usize = 13;
    pub const B: usize = 14;
    pub const COMMITTED: usize = 11;
    pub const MULTIPLICITY: usize = 15;
    pub const HELPER: usize = 18;
}

fn at(stage: usize, variable: usize) -> Coordinate {
    Coordinate::Challenge { stage, variable }
}

fn claim_term(coefficient: i64, claim: usize) -> Term {
    Term {
        coefficient,
        selectors: Vec::new(),
        kernels: Vec::new(),
        atom: Atom::Claim(claim),
    }
}

fn product(coefficient: i64, forms: Vec<Form>) -> Product {
    Product {
        coefficient,
        factors: forms,
    }
}

fn single(claim: usize) -> Form {
    vec![claim_term(1, claim)]
}

struct Builder {
    tensors: Vec<Tensor>,
    claims: Vec<Claim>,
}

impl Builder {
    fn tensor(&mut self, kind: TensorKind, shape: &[usize], low: i64, high: i64) {
        let shape = shape.to_vec();
        self.tensors.push(Tensor {
            kind,
            shape,
            low,
            high,
            row: 0,
            offset: 0,
        });
    }

    fn claim(&mut self, tensor: usize, stage: usize, point: &[Coordinate]) -> usize {
        let claim = Claim {
            tensor,
            stage,
            point: point.to_vec(),
        };
        self.claims
            .iter()
            .position(|known| known.tensor == tensor && known.point == claim.point)
            .unwrap_or_else(|| {
                self.claims.push(claim);
                self.claims.len() - 1
            })
    }

    /// A claim on a whole tensor at the zero-check's point.
    fn whole(&mut self, tensor: usize) -> usize {
        let point: Vec<_> = (0..self.tensors[tensor].block_bits())
            .map(|v| at(0, v))
            .collect();
        self.claim(tensor, 0, &point)
    }

    /// Places committed tensors, largest block first, and returns the kinds of the rows.
    fn place(&mut self) -> Vec<RowKind> {
        let mut kinds = Vec::new();
        for kind in [
            RowKind::Table,
            RowKind::Weight,
            RowKind::Trace,
            RowKind::Helper,
        ] {
            let mut members: Vec<usize> = (0..self.tensors.len())
                .filter(|index| self.tensors[*index].kind.row_kind() == Some(kind))
                .collect();
            members.sort_by_key(|index| std::cmp::Reverse(self.tensors[*index].block_bits()));
            let mut slot = 0;
            for index in members {
                let tensor = &mut self.tensors[index];
                tensor.row = kinds.len() + (slot >> ROW_BITS);
                tensor.offset = slot & ((1 << ROW_BITS) - 1);
                slot += 1 << tensor.block_bits();
            }
            // Some slots of the last helper row stay free for blinding.
            slot += if kind == RowKind::Helper { 8 } else { 0 };
            let rows = slot.div_ceil(1 << ROW_BITS);
            kinds.extend(std::iter::repeat_n(kind, rows));
        }
        kinds
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one program, in the order of its parts"
)]
pub fn schedule() -> Schedule {
    let mut b = Builder {
        tensors: Vec::new(),
        claims: Vec::new(),
    };
    b.tensor(TensorKind::Table, &[128], 0, 63);
    b.tensor(TensorKind::Weight, &[2, 3], -4, 4);
    b.tensor(TensorKind::Trace, &[3], -8, 7);
    b.tensor(TensorKind::Trace, &[2], -64, 63);
    b.tensor(TensorKind::Trace, &[2], 0, 3);
    b.tensor(TensorKind::Trace, &[2], 0, 63);
    b.tensor(TensorKind::Trace, &[2, 2], -8, 7);
    b.tensor(TensorKind::Trace, &[2], 0, 128);
    b.tensor(TensorKind::Trace, &[2, 2], 0, 63);
    b.tensor(TensorKind::Trace, &[2], -16, 14);
    b.tensor(TensorKind::Trace, &[4], 0, 10);
    b.tensor(TensorKind::Virtual, &[2], -256, 255);
    b.tensor(TensorKind::Virtual, &[2, 2], -8, 7);
    b.tensor(TensorKind::Virtual, &[2], 0, 128);
    b.tensor(TensorKind::Virtual, &[2, 2], 0, 63);
    for size in [4, 128, 16] {
        b.tensor(TensorKind::Multiplicity, &[size], 0, 0);
    }
    for size in [2, 3, 4, 128, 16] {
        b.tensor(TensorKind::Helper, &[size], 0, 0);
    }
    let row_kinds = b.place();

    let (acc, q, r) = (b.whole(tensor::ACC), b.whole(tensor::Q), b.whole(tensor::R));
    let (t, v) = (b.whole(tensor::T), b.whole(tensor::V));
    let (f, e) = (b.whole(tensor::F), b.whole(tensor::E));
    let (g, broadcast) = (b.whole(tensor::G), b.whole(tensor::B));
    let a = b.whole(tensor::A);
    let mean = b.claim(tensor::T, 0, &[Coordinate::Half, at(0, 0)]);
    let n = b.whole(tensor::N);
    let (x, y, relu) = (
        b.whole(tensor::X),
        b.whole(tensor::Y),
        b.whole(tensor::RELU),
    );
    let index = vec![
        Term {
            coefficient: 1,
            selectors: Vec::new(),
            kernels: Vec::new(),
            atom: Atom::Counter(vec![at(0, 0), at(0, 1)]),
        },
        Term {
            coefficient: 5,
            selectors: vec![Selector {
                extent: 3,
                coordinates: vec![at(0, 0), at(0, 1)],
            }],
            kernels: Vec::new(),
            atom: Atom::One,
        },
    ];
    let equal =
        |left: usize, right: Form| vec![product(1, vec![single(left)]), product(-1, vec![right])];
    let pointwise = vec![
        Pointwise {
            shape: vec![2],
            products: vec![
                product(1, vec![single(acc)]),
                product(-4, vec![single(q)]),
                product(-1, vec![single(r)]),
            ],
        },
        Pointwise {
            shape: vec![2, 2],
            products: equal(t, single(v)),
        },
        Pointwise {
            shape: vec![2],
            products: equal(f, single(e)),
        },
        // A product of two factors: (g - b) (g + b + 1) = 0.
        Pointwise {
            shape: vec![2, 2],
            products: vec![product(
                1,
                vec![
                    vec![claim_term(1, g), claim_term(-1, broadcast)],
                    vec![
                        claim_term(1, g),
                        claim_term(1, broadcast),
                        Term {
                            coefficient: 1,
                            selectors: Vec::new(),
                            kernels: Vec::new(),
                            atom: Atom::One,
                        },
                    ],
                ],
            )],
        },
        Pointwise {
            shape: vec![2],
            products: equal(a, vec![claim_term(2, mean)]),
        },
        Pointwise {
            shape: vec![4],
            products: equal(n, index),
        },
    ];
    let helper: Vec<usize> = (0..5).map(|i| b.whole(tensor::HELPER + i)).collect();
    let multiplicity: Vec<usize> = (0..3).map(|i| b.whole(tensor::MULTIPLICITY + i)).collect();
    let lookups = vec![
        LookupGroup {
            shape: vec![2],
            helper_claim: helper[0],
            lookups: vec![
                Lookup {
                    table: 0,
                    columns: vec![single(r)],
                },
                Lookup {
                    table: 1,
                    columns: vec![single(q), single(y)],
                },
            ],
        },
        LookupGroup {
            shape: vec![3],
            helper_claim: helper[1],
            lookups: vec![Lookup {
                table: 2,
                columns: vec![single(x)],
            }],
        },
    ];
    let table = |i: usize, size: usize, offset: i64, values: Vec<Form>| Table {
        shape: vec![size],
        offsets: vec![offset],
        values,
        multiplicity_claim: multiplicity[i],
        helper_claim: helper[2 + i],
    };
    let tables = vec![
        table(0, 4, 0, Vec::new()),
        table(1, 128, -64, vec![single(relu)]),
        table(2, 16, -8, Vec::new()),
    ];

    let steps = vec![
        contractions(&mut b, acc, e),
        rewires(&mut b, v),
        broadcasts(&mut b, broadcast),
    ];
    Schedule {
        row_bits: ROW_BITS,
        row_kinds,
        tensors: b.tensors,
        columns: 2,
        claims: b.claims,
        zero_check_variables: 7,
        zero_check_degree: 4,
        pointwise,
        lookups,
        tables,
        steps,
        padding: vec![tensor::W, tensor::X],
        public: vec![
            Public {
                tensor: tensor::X,
                width: 1,
                is_output: false,
            },
            Public {
                tensor: tensor::Y,
                width: 2,
                is_output: true,
            },
        ],
    }
}

fn contractions(b: &mut Builder, acc: usize, e: usize) -> Step {
    let w = b.claim(tensor::W, 1, &[at(1, 0), at(1, 1), at(0, 0)]);
    let x = b.claim(tensor::X, 1, &[at(1, 0), at(1, 1)]);
    let t = b.claim(tensor::T, 1, &[at(1, 0), at(1, 1)]);
    let v = b.claim(tensor::V, 1, &[at(1, 0), at(1, 1)]);
    let summand = |eq, factors| Summand {
        variables: 2,
        eq,
        kernels: Vec::new(),
        factors,
    };
    Step {
        variables: 2,
        degree: 3,
        instances: vec![
            Instance {
                claim: acc,
                offset: Vec::new(),
                summands: vec![summand(Vec::new(), vec![single(w), single(x)])],
            },
            Instance {
                claim: e,
                offset: Vec::new(),
                summands: vec![summand(vec![(at(0, 0), 1)], vec![single(t), single(v)])],
            },
        ],
    }
}

/// v[o,k] = x[o + k] at both points that v is claimed at.
fn rewires(b: &mut Builder, first: usize) -> Step {
    let x = b.claim(tensor::X, 2, &[at(2, 0), at(2, 1)]);
    let second = b
        .claims
        .iter()
        .position(|c| c.tensor == tensor::V && c.stage == 1);
    let instance = |claim: usize, stage: usize| {
        let part = |coefficient, extent, coordinates| KernelPart {
            coefficient,
            extent,
            coordinates,
        };
        Instance {
            claim,
            offset: Vec::new(),
            summands: vec![Summand {
                variables: 2,
                eq: Vec::new(),
                kernels: vec![Kernel {
                    constant: 0,
                    parts: vec![
                        part(1, 2, vec![at(stage, 1)]),
                        part(1, 2, vec![at(stage, 0)]),
                        part(-1, 3, vec![at(2, 0), at(2, 1)]),
                    ],
                }],
                factors: vec![single(x)],
            }],
        }
    };
    Step {
        variables: 2,
        degree: 2,
        instances: vec![instance(first, 0), instance(second.expect("claimed"), 1)],
    }
}

fn broadcasts(b: &mut Builder, claim: usize) -> Step {
    let y = b.claim(tensor::Y, 3, &[at(0, 1)]);
    let instance = Instance {
        claim,
        offset: Vec::new(),
        summands: vec![Summand {
            variables: 0,
            eq: Vec::new(),
            kernels: Vec::new(),
            factors: vec![single(y)],
        }],
    };
    Step {
        variables: 0,
        degree: 1,
        instances: vec![instance],
    }
}

/// An honest execution on an input.
pub fn execute(x: [i64; 3]) -> HashMap<u32, Vec<i64>> {
    let w = [1, -2, 3, -4, 4, 2];
    let relu: Vec<i64> = (-64..64).map(|q: i64| q.max(0)).collect();
    let acc: Vec<i64> = w
        .chunks(3)
        .map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum())
        .collect();
    let q: Vec<i64> = acc.iter().map(|acc: &i64| acc.div_euclid(4)).collect();
    let r: Vec<i64> = acc.iter().map(|acc| acc.rem_euclid(4)).collect();
    let y: Vec<i64> = q.iter().map(|q| *q.max(&0)).collect();
    let v = vec![x[0], x[1], x[1], x[2]];
    let e = vec![v[0] * v[0] + v[1] * v[1], v[2] * v[2] + v[3] * v[3]];
    let b = vec![y[0], y[0], y[1], y[1]];
    let a = vec![v[0] + v[1], v[2] + v[3]];
    let values = [
        (tensor::RELU, relu),
        (tensor::W, w.to_vec()),
        (tensor::X, x.to_vec()),
        (tensor::Q, q),
        (tensor::R, r),
        (tensor::Y, y),
        (tensor::T, v.clone()),
        (tensor::F, e.clone()),
        (tensor::G, b.clone()),
        (tensor::A, a),
        (tensor::N, vec![5, 6, 7, 3]),
        (tensor::ACC, acc),
        (tensor::V, v),
        (tensor::E, e),
        (tensor::B, b),
    ];
    values
        .into_iter()
        .map(|(index, values)| (u32::try_from(index).expect("small"), values))
        .collect()
}

pub fn parts_of(schedule: &Schedule, tensors: &HashMap<u32, Vec<i64>>) -> KeyParts {
    KeyParts {
        development: true,
        setup_hash: [0; 32],
        system: b"hand-made".to_vec(),
        schedule: encode(schedule),
        tau_g2: SRS.tau_g2(),
        points: commit_fixed(schedule, &SRS, tensors, &Blinds::default(), &Silent).expect("fits"),
        openings: FixedOpenings::default(),
        seal: None,
    }
}

pub fn key_of(schedule: &Schedule, tensors: &HashMap<u32, Vec<i64>>) -> VerifyingKey {
    VerifyingKey::new(parts_of(schedule, tensors)).expect("well formed")
}

pub fn key() -> VerifyingKey {
    key_of(&schedule(), &execute([0; 3]))
}
