//! Tables, folds and rounds agree with their definitions.

#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_sumcheck::arithmetic::{Arithmetic, Native};
use modulus_sumcheck::bits;
use modulus_sumcheck::evaluate::{eq_index, selector, truncated_powers};
use modulus_sumcheck::fold::{self, Element, fold};
use modulus_sumcheck::kernel::{Coordinate, KernelTooLarge, Part, dense, evaluate};
use modulus_sumcheck::logup::{LookupIdentity, TableIdentity, lookup_helper, table_helper};
use modulus_sumcheck::product::{Batch, Combination, Product, Summand, Table};
use modulus_sumcheck::round::{interpolate, message, next_claim};
use modulus_sumcheck::table;
use modulus_sumcheck::wide::Wide;
use proptest::prelude::*;

fn elements(count: usize, seed: u64) -> Vec<Fr> {
    let mut state = Fr::from(seed + 2);
    (0..count)
        .map(|_| {
            state = state * state * state + Fr::from(seed);
            state
        })
        .collect()
}

fn weight(point: &[Fr], index: usize) -> Fr {
    eq_index(&mut Native::new(), point, index as u64)
}

proptest! {
    #[test]
    fn wide_sums_are_exact(entries in prop::collection::vec((any::<i64>(), 0..50_u64), 0..40)) {
        let (mut wide, mut expected) = (Wide::default(), Fr::zero());
        for (value, seed) in entries {
            let element = elements(1, seed)[0];
            wide.add_product(value, &element);
            expected += Fr::from(value) * element;
        }
        prop_assert_eq!(wide.reduce::<Fr>(), expected);
        let mut doubled = wide;
        doubled.add(&wide);
        prop_assert_eq!(doubled.reduce::<Fr>(), expected + expected);
    }

    #[test]
    fn folds_are_weighted_sums(
        shape in prop::collection::vec(1_usize..6, 0..4),
        fixed in any::<u32>(),
        seed in 0..1000_i64,
    ) {
        let width: usize = shape.iter().map(|extent| bits(*extent)).sum();
        let size: usize = shape.iter().product();
        let values: Vec<i64> =
            (0..1000).map(|i| (i * 7919 + seed) % 1001 - 500).take(size).collect();
        let challenges = elements(width, seed.unsigned_abs());
        // Free bits take variables in descending order, so that orders are exercised too.
        let point: Vec<Coordinate<Fr>> = (0..width)
            .map(|bit| {
                if fixed >> bit & 1 == 1 {
                    Coordinate::Fixed(challenges[bit])
                } else {
                    Coordinate::Variable(width - 1 - bit)
                }
            })
            .collect();
        let (folded, order) = fold(&values, &shape, &point);
        let block = table::pad(&values, &shape);
        let spread = table::spread(&folded, &order, width);
        let rest: Vec<Fr> = (0..width).map(|v| challenges[width - 1 - v]).collect();
        let expected: Fr =
            block.iter().enumerate().map(|(i, v)| Fr::from(*v) * weight(&challenges, i)).sum();
        prop_assert_eq!(table::evaluate(&spread, &rest), expected);
        prop_assert_eq!(fold::evaluate(&values, &shape, &challenges), expected);
        let lifted: Vec<Element<Fr>> = values.iter().map(|v| Element(Fr::from(*v))).collect();
        prop_assert_eq!(fold::evaluate(&lifted, &shape, &challenges), expected);
    }

    #[test]
    fn interpolation_inverts_evaluation(coefficients in prop::collection::vec(any::<u64>(), 1..8)) {
        let coefficients: Vec<Fr> = coefficients.into_iter().map(Fr::from).collect();
        let at = |x: Fr| coefficients.iter().rev().fold(Fr::zero(), |value, c| value * x + c);
        let values: Vec<Fr> = (0..coefficients.len() as u64).map(|x| at(Fr::from(x))).collect();
        prop_assert_eq!(&interpolate(&values), &coefficients);
        let challenge = Fr::from(12_345_u64);
        let sent = message(&coefficients, coefficients.len().max(2) - 1);
        let claim = at(Fr::zero()) + at(Fr::one());
        prop_assert_eq!(next_claim(&mut Native::new(), &claim, &sent, &challenge), at(challenge));
    }

    #[test]
    fn kernels_are_their_dense_tables(
        parts in prop::collection::vec((-6_i64..7, 1_u64..10, any::<u8>()), 1..4),
        constant in -20_i64..20,
        seed in 0..1000_u64,
    ) {
        let mut variables = 0;
        let mut challenges = elements(16, seed).into_iter();
        let (mut open, mut closed, mut point) = (Vec::new(), Vec::new(), Vec::new());
        for (coefficient, extent, free) in parts {
            let (mut coordinates, mut values) = (Vec::new(), Vec::new());
            for bit in 0..bits(usize::try_from(extent).unwrap()) {
                let value = challenges.next().unwrap();
                values.push(value);
                if free >> bit & 1 == 1 && variables < 8 {
                    coordinates.push(Coordinate::Variable(variables));
                    point.push(value);
                    variables += 1;
                } else {
                    coordinates.push(Coordinate::Fixed(value));
                }
            }
            open.push(Part { coefficient, extent, coordinates });
            closed.push(Part { coefficient, extent, coordinates: values });
        }
        let table = dense(&open, constant, variables);
        let expected = evaluate(&mut Native::new(), &closed, constant);
        prop_assert_eq!(Ok(table::evaluate(&table, &point)), expected);
    }
}

#[test]
fn selector_tables_match_their_values() {
    for extent in 1..18_usize {
        let point = elements(bits(extent), 3);
        for free in 0..1_usize << point.len() {
            let mut variables = Vec::new();
            let coordinates: Vec<Coordinate<Fr>> = point
                .iter()
                .enumerate()
                .map(|(bit, value)| {
                    if free >> bit & 1 == 1 {
                        variables.push(*value);
                        Coordinate::Variable(variables.len() - 1)
                    } else {
                        Coordinate::Fixed(*value)
                    }
                })
                .collect();
            let table = table::selector(extent, &coordinates, variables.len());
            let expected = selector(&mut Native::new(), extent as u64, &point);
            assert_eq!(
                table::evaluate(&table, &variables),
                expected,
                "{extent} {free:b}"
            );
        }
    }
}

#[test]
fn shape_powers_match_their_value() {
    let (base, shape) = (Fr::from(11_u64), [3, 1, 5]);
    let point = elements(5, 9);
    let mut machine = Native::new();
    let low = truncated_powers(&mut machine, 5, &base, &point[..3]);
    let power = (0..3).fold(base, |power, _| power * power);
    let high = truncated_powers(&mut machine, 3, &power, &point[3..]);
    let dense = table::evaluate(&table::shape_powers(&shape, base), &point);
    assert_eq!(dense, low * high);
}

/// Runs the rounds of a batch and checks the last claim against the bound tables.
#[test]
fn batches_reduce_their_sum_to_one_point() {
    let variables = 4;
    let sizes = [4, 2, 0];
    let tables: Vec<Vec<Vec<Fr>>> = sizes
        .iter()
        .map(|size| (0..2).map(|i| elements(1 << size, 10 + size + i)).collect())
        .collect();
    let scales = elements(3, 77);
    let mut sum = Fr::zero();
    for (list, scale) in tables.iter().zip(&scales) {
        sum += list[0]
            .iter()
            .zip(&list[1])
            .map(|(l, r)| *l * r)
            .sum::<Fr>()
            * scale;
    }
    let summands = tables
        .iter()
        .zip(&sizes)
        .zip(&scales)
        .map(|((list, size), scale)| {
            let list = list.iter().cloned().map(Table::Elements).collect();
            (
                *scale,
                Summand::new(usize::try_from(*size).unwrap(), list, Box::new(Product(2))),
            )
        });
    let mut batch = Batch::new(variables, summands.collect());
    let challenges = elements(variables, 5);
    let mut claim = sum;
    for variable in (0..variables).rev() {
        let sent = message(&batch.round(), 2);
        claim = next_claim(&mut Native::new(), &claim, &sent, &challenges[variable]);
        batch.bind(challenges[variable]);
    }
    let mut expected = Fr::zero();
    for ((list, size), scale) in tables.iter().zip(&sizes).zip(&scales) {
        let (point, joined) = challenges.split_at(usize::try_from(*size).unwrap());
        let product: Fr = list
            .iter()
            .map(|table| table::evaluate(table, point))
            .product();
        expected += product * joined.iter().product::<Fr>() * scale;
    }
    assert_eq!(claim, expected);
}

#[test]
fn integer_tables_give_the_same_rounds() {
    let integers: Vec<i64> = (0..64)
        .map(|i| if i == 7 { i64::MIN + 1 } else { i * i - 900 })
        .collect();
    let extreme: Vec<i64> = (0..64)
        .map(|i| if i == 39 { i64::MAX } else { -i })
        .collect();
    let lift = |values: &[i64]| Table::Elements(values.iter().map(|v| Fr::from(*v)).collect());
    let new = |list| Summand::new(6, list, Box::new(Product(2)));
    let mut small = new(vec![
        Table::Integers(integers.clone()),
        Table::Integers(extreme.clone()),
    ]);
    let mut large = new(vec![lift(&integers), lift(&extreme)]);
    for challenge in elements(6, 8) {
        let round = small.round();
        assert_eq!(round, large.round());
        small.bind(&round, challenge);
        large.bind(&round, challenge);
    }
}

#[test]
fn helpers_make_their_identities_vanish() {
    let columns: Vec<Vec<Fr>> = (0..4).map(|i| elements(8, 20 + i)).collect();
    for lookups in 1..=4 {
        let helper = lookup_helper(&columns[..lookups]).unwrap();
        let identity = LookupIdentity { lookups };
        for row in 0..8 {
            let mut values = vec![Fr::one(), helper[row]];
            values.extend(columns[..lookups].iter().map(|column| column[row]));
            assert!(identity.evaluate(&values).is_zero());
            values[1] += Fr::one();
            assert!(!identity.evaluate(&values).is_zero());
        }
    }
    let counts: Vec<Fr> = [0_u64, 3, 1].into_iter().map(Fr::from).collect();
    let helper = table_helper(&counts, &columns[0][..3]).unwrap();
    assert!(helper[0].is_zero());
    for row in 0..3 {
        let values = [Fr::one(), helper[row], columns[0][row], counts[row]];
        assert!(TableIdentity.evaluate(&values).is_zero());
    }
    assert!(lookup_helper(&[vec![Fr::zero()]]).is_err());
    assert!(table_helper(&counts, &[Fr::zero(); 3]).is_err());
    assert!(table_helper(&[Fr::zero()], &[Fr::zero()]).is_ok());
}

#[test]
fn hostile_kernels_are_refused() {
    let part = |coefficient| Part {
        coefficient,
        extent: 1 << 20,
        coordinates: elements(20, 4),
    };
    let coefficients = [1 << 20, 3_141_593, 777_777, 99_991, -5_000_011];
    let parts: Vec<Part<Fr>> = coefficients.into_iter().map(part).collect();
    assert_eq!(evaluate(&mut Native::new(), &parts, 0), Err(KernelTooLarge));
    let many: Vec<Part<Fr>> = (0..9).map(part).collect();
    assert_eq!(evaluate(&mut Native::new(), &many, 0), Err(KernelTooLarge));
}

#[test]
fn constants_need_no_coordinates() {
    let mut machine = Native::<Fr>::new();
    let one = machine.one();
    assert_eq!(selector(&mut machine, 1, &[]), one);
    assert_eq!(evaluate(&mut machine, &[], 0), Ok(one));
    assert_eq!(evaluate(&mut machine, &[], 1), Ok(Fr::zero()));
}
