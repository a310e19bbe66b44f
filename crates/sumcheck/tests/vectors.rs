//! Agreement with the reference implementation's vectors.

#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use ark_ff::PrimeField;
use modulus_sumcheck::arithmetic::{Arithmetic, Native};
use modulus_sumcheck::evaluate::{eq_bit, full_powers, selector, truncated_powers};
use modulus_sumcheck::kernel::{Coordinate, Part, dense, evaluate};
use serde_json::Value;

fn cases(name: &str) -> Vec<Value> {
    let path = format!(
        "{}/../../vectors/multilinear/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let file: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let cases = file["cases"].as_array().unwrap().clone();
    assert!(!cases.is_empty());
    cases
}

fn element(value: &Value) -> Fr {
    let digits = value.as_str().unwrap().strip_prefix("0x").unwrap();
    let bytes: Vec<u8> = (0..digits.len())
        .step_by(2)
        .map(|start| u8::from_str_radix(&digits[start..start + 2], 16).unwrap())
        .collect();
    Fr::from_be_bytes_mod_order(&bytes)
}

fn point(value: &Value) -> Vec<Fr> {
    value.as_array().unwrap().iter().map(element).collect()
}

#[test]
fn equality_matches() {
    let mut machine = Native::new();
    for case in cases("eq") {
        let (left, right) = (point(&case["left"]), point(&case["right"]));
        let mut product = Fr::from(1_u64);
        for (left, right) in left.iter().zip(&right) {
            let factor = eq_bit(&mut machine, left, right);
            product = machine.mul(&product, &factor);
        }
        assert_eq!(product, element(&case["value"]));
    }
}

#[test]
fn selectors_and_powers_match() {
    let mut machine = Native::new();
    for case in cases("selectors") {
        let extent = case["extent"].as_u64().unwrap();
        let (at, base) = (point(&case["point"]), element(&case["base"]));
        assert_eq!(
            selector(&mut machine, extent, &at),
            element(&case["selector"])
        );
        let truncated = truncated_powers(&mut machine, extent, &base, &at);
        assert_eq!(truncated, element(&case["truncated_powers"]));
        assert_eq!(
            full_powers(&mut machine, &base, &at),
            element(&case["full_powers"])
        );
    }
}

#[test]
fn kernels_match() {
    for case in cases("kernels") {
        let constant = case["constant"].as_i64().unwrap();
        let parts: Vec<Part<Fr>> = case["terms"]
            .as_array()
            .unwrap()
            .iter()
            .map(|term| Part {
                coefficient: term["coefficient"].as_i64().unwrap(),
                extent: term["extent"].as_u64().unwrap(),
                coordinates: point(&term["point"]),
            })
            .collect();
        let expected = element(&case["value"]);
        let name = case["name"].as_str().unwrap_or_default();
        assert_eq!(
            evaluate(&mut Native::new(), &parts, constant),
            Ok(expected),
            "{name}"
        );
        let fixed: Vec<Part<Coordinate<Fr>>> = parts
            .into_iter()
            .map(|part| Part {
                coefficient: part.coefficient,
                extent: part.extent,
                coordinates: part
                    .coordinates
                    .into_iter()
                    .map(Coordinate::Fixed)
                    .collect(),
            })
            .collect();
        assert_eq!(dense(&fixed, constant, 0), [expected], "{name}");
    }
}
