//! The machine and the sponge compute what their native counterparts do.

#![allow(clippy::unwrap_used)]

use ark_bn254::Fr;
use ark_ff::{One, UniformRand};
use modulus_protocol::Check;
use modulus_protocol::replay::{Machine, Sponge};
use modulus_sumcheck::arithmetic::{Arithmetic, Native};
use modulus_transcript::{Poseidon2Sponge, Transcript as _};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

use super::error::SynthesisError;
use super::linear::Linear;
use super::machine::{CircuitMachine, MAX_CONSTRAINTS};
use super::sponge::CircuitSponge;
use super::{Circuit, FIRST_MESSAGE, Part, SEAL, Transcript};

const INPUTS: u32 = 5;

/// The value that a circuit publishes as its first input, and the circuit.
fn solved(
    inputs: &[Fr],
    build: impl FnOnce(&mut CircuitMachine, Vec<Linear>) -> Linear,
) -> (Fr, Circuit) {
    let count = u32::try_from(inputs.len()).unwrap();
    let mut machine = CircuitMachine::new(FIRST_MESSAGE + count);
    let wires = (0..count)
        .map(|index| Linear::wire(FIRST_MESSAGE + index))
        .collect();
    let value = build(&mut machine, wires);
    machine.define(SEAL, &value);
    let circuit = Circuit::finish(machine, inputs.len()).unwrap();
    let transcript = Transcript {
        messages: inputs.to_vec(),
        r: Fr::one(),
    };
    let assignment = circuit.assign(&transcript).unwrap();
    assert_eq!(circuit.first_violation(&assignment.wires), None);
    (assignment.public_inputs()[0], circuit)
}

/// A random straight-line program, the same for every arithmetic that runs it.
fn program<A: Arithmetic<Field = Fr>>(
    seed: u64,
    arithmetic: &mut A,
    mut values: Vec<A::Value>,
) -> A::Value {
    let mut rng = ChaCha20Rng::seed_from_u64(seed);
    let one = arithmetic.one();
    values.push(one);
    for _ in 0..60 {
        let mut pick = || values[rng.next_u32() as usize % values.len()].clone();
        let (left, right) = (pick(), pick());
        let value = match rng.next_u32() % 5 {
            0 => arithmetic.add(&left, &right),
            1 => arithmetic.sub(&left, &right),
            2 => arithmetic.scale(&left, Fr::from(rng.next_u32() % 3)),
            3 => arithmetic.complement(&left),
            _ => arithmetic.mul(&left, &right),
        };
        values.push(value);
    }
    let mut sum = arithmetic.zero();
    for value in &values {
        sum = arithmetic.add(&sum, value);
        sum = arithmetic.mul(&sum, &values[0]);
    }
    sum
}

#[test]
fn the_machine_computes_as_field_elements_do() {
    let mut rng = ChaCha20Rng::seed_from_u64(0);
    for seed in 0..200 {
        let inputs: Vec<Fr> = (0..INPUTS).map(|_| Fr::rand(&mut rng)).collect();
        let expected = program(seed, &mut Native::new(), inputs.clone());
        let (found, _) = solved(&inputs, |machine, wires| program(seed, machine, wires));
        assert_eq!(found, expected, "seed {seed}");
    }
}

#[test]
fn the_sponge_squeezes_as_the_native_one_does() {
    let mut rng = ChaCha20Rng::seed_from_u64(1);
    for absorbed in 0..8_usize {
        let inputs: Vec<Fr> = (0..absorbed).map(|_| Fr::rand(&mut rng)).collect();
        let capacity = Fr::rand(&mut rng);
        let mut native = Poseidon2Sponge::new(capacity);
        native.absorb_slice(&inputs);
        let first = native.squeeze();
        native.absorb(first);
        let expected = (0..5).map(|_| native.squeeze()).last().unwrap();
        let (found, circuit) = solved(&inputs, |machine, wires| {
            let mut sponge = CircuitSponge::new(capacity);
            for wire in &wires {
                sponge.absorb(machine, wire);
            }
            let first = sponge.squeeze(machine);
            sponge.absorb(machine, &first);
            (0..5).map(|_| sponge.squeeze(machine)).last().unwrap()
        });
        assert_eq!(found, expected, "{absorbed} absorbed");
        if absorbed > 0 {
            let permutations = absorbed.div_ceil(3) + 2;
            assert_eq!(circuit.breakdown()[&Part::Transcript], 264 * permutations);
        }
    }
}

#[test]
fn complements_share_a_constraint() {
    let inputs = [Fr::from(3_u64), Fr::from(5_u64)];
    let (found, circuit) = solved(&inputs, |machine, wires| {
        let [x, y] = [&wires[0], &wires[1]];
        let (not_x, not_y) = (machine.complement(x), machine.complement(y));
        let mut sum = machine.mul(x, y);
        for (left, right) in [(x, &not_y), (&not_x, y), (&not_x, &not_y)] {
            let product = machine.mul(left, right);
            sum = machine.add(&sum, &product);
        }
        sum
    });
    assert_eq!(found, Fr::one());
    // The products, and the constraint that publishes their sum.
    assert_eq!(circuit.constraint_count(), 2);
}

#[test]
fn long_sums_become_wires() {
    let inputs: Vec<Fr> = (0..2000_u64).map(Fr::from).collect();
    let (found, circuit) = solved(&inputs, |machine, wires| {
        let mut sum = machine.zero();
        for wire in &wires {
            sum = machine.add(&sum, wire);
        }
        sum
    });
    assert_eq!(found, Fr::from(1999 * 1000_u64));
    assert!((2..=5).contains(&circuit.constraint_count()));
    assert!(circuit.entry_count() < 2100);
}

#[test]
fn zero_has_no_inverse() {
    let mut machine = CircuitMachine::new(FIRST_MESSAGE + 1);
    machine
        .inverse(&Linear::wire(FIRST_MESSAGE), Check::Points)
        .unwrap();
    let circuit = Circuit::finish(machine, 1).unwrap();
    for (message, is_accepted) in [(0_u64, false), (7, true)] {
        let transcript = Transcript {
            messages: vec![Fr::from(message)],
            r: Fr::one(),
        };
        assert_eq!(circuit.assign(&transcript).is_ok(), is_accepted);
    }
}

#[test]
fn hostile_sizes_end_in_an_error() {
    let mut machine = CircuitMachine::new(FIRST_MESSAGE + 1);
    let mut value = Linear::wire(FIRST_MESSAGE);
    for _ in 0..MAX_CONSTRAINTS + 10 {
        value = machine.mul(&value, &value);
    }
    let zero = machine.zero();
    assert!(matches!(
        machine.assert_equal(&value, &zero, Check::ZeroCheck),
        Err(SynthesisError::TooLarge { .. })
    ));
}
