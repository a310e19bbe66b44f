//! Elementary functions against the standard library's, and code that is refused.

#![allow(clippy::unwrap_used)]

use modulus_functions::{CodeError, Function, MAX_CODE};

fn code(instructions: &[&[u8]]) -> Vec<u8> {
    let count = u32::try_from(instructions.len()).unwrap();
    [&count.to_le_bytes(), instructions.concat().as_slice()].concat()
}

fn unary(op: u8) -> Function {
    Function::decode(&code(&[&[0], &[op]])).unwrap()
}

fn constant(value: f64) -> Vec<u8> {
    [&[1], value.to_le_bytes().as_slice()].concat()
}

#[test]
fn elementary_functions_are_accurate() {
    type Elementary = fn(f64) -> f64;
    let functions: [(u8, Elementary, f64, f64); 6] = [
        (4, f64::exp, -700.0, 700.0),
        (5, f64::ln, 1e-9, 1e9),
        (6, f64::sqrt, 0.0, 1e9),
        (7, f64::sin, -1e5, 1e5),
        (8, f64::cos, -1e5, 1e5),
        (9, f64::atan, -1e3, 1e3),
    ];
    for (op, expected, low, high) in functions {
        let arguments: Vec<f64> = (0..=5000)
            .map(|step| low + (high - low) * f64::from(step) / 5000.0)
            .collect();
        for (x, value) in arguments.iter().zip(unary(op).evaluate(&arguments)) {
            let expected = expected(*x);
            let error = (value - expected).abs();
            assert!(error <= 4e-16 * expected.abs().max(1e-3), "op {op} of {x}");
        }
    }
}

#[test]
fn what_is_not_defined_is_no_number() {
    for (op, x) in [
        (5, -1.0),
        (6, -1.0),
        (7, f64::INFINITY),
        (8, 2e6),
        (10, f64::NAN),
    ] {
        assert!(unary(op).evaluate(&[x])[0].is_nan(), "op {op}");
    }
    let one_over_zero = code(&[&constant(1.0), &[0], &[14]]);
    let values = Function::decode(&one_over_zero).unwrap().evaluate(&[0.0]);
    assert!(values[0].is_nan());
}

#[test]
fn code_is_balanced_and_bounded() {
    let refused = |bytes: &[u8]| Function::decode(bytes).unwrap_err();
    assert_eq!(refused(&[]), CodeError::Length);
    assert_eq!(refused(&code(&[])), CodeError::Stack);
    assert_eq!(refused(&code(&[&[4]])), CodeError::Stack);
    assert_eq!(refused(&code(&[&[0], &[0]])), CodeError::Stack);
    assert_eq!(refused(&code(&[&[0], &[11]])), CodeError::Stack);
    assert_eq!(refused(&code(&[&[18]])), CodeError::Unknown(18));
    assert_eq!(refused(&code(&[&constant(f64::NAN)])), CodeError::Constant);
    assert_eq!(
        refused(&[&code(&[&[0]])[..], &[0]].concat()),
        CodeError::Length
    );
    assert_eq!(refused(&code(&[&constant(1.0)])[..12]), CodeError::Length);
    let mut long = vec![&[0][..]];
    long.resize(MAX_CODE + 1, &[2]);
    assert_eq!(refused(&code(&long)), CodeError::Stack);
    assert!(Function::decode(&code(&long[..MAX_CODE])).is_ok());
}
