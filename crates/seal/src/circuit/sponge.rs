//! The Poseidon2 sponge over linear combinations.

use ark_bn254::Fr;
use ark_ff::{One, Zero};
use modulus_protocol::replay::Sponge;
use modulus_transcript::{
    FULL_ROUND_CONSTANTS, FULL_ROUNDS, INTERNAL_DIAGONAL, PARTIAL_ROUND_CONSTANTS, RATE, WIDTH,
};

use super::linear::Linear;
use super::machine::CircuitMachine;

type State = [Linear; WIDTH];

/// The matrix `M4` of the paper.
const EXTERNAL_MATRIX: [[u64; WIDTH]; WIDTH] =
    [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];

/// The same additive duplex as the native sponge, 264 constraints a permutation.
#[derive(Debug)]
pub(super) struct CircuitSponge {
    state: State,
    absorb_position: usize,
    squeeze_position: usize,
    is_pending: bool,
}

impl CircuitSponge {
    pub(super) fn new(initial_capacity: Fr) -> Self {
        let mut state: State = std::array::from_fn(|_| Linear::constant(Fr::zero()));
        state[RATE] = Linear::constant(initial_capacity);
        Self {
            state,
            absorb_position: 0,
            squeeze_position: RATE,
            is_pending: false,
        }
    }

    fn permute(&mut self, machine: &mut CircuitMachine) {
        machine.hashing(|machine| permute(machine, &mut self.state));
    }
}

impl Sponge<CircuitMachine> for CircuitSponge {
    fn absorb(&mut self, machine: &mut CircuitMachine, value: &Linear) {
        if self.absorb_position == RATE {
            self.permute(machine);
            self.absorb_position = 0;
        }
        let element = &mut self.state[self.absorb_position];
        *element = element.add_scaled(value, Fr::one());
        self.absorb_position += 1;
        self.is_pending = true;
    }

    fn squeeze(&mut self, machine: &mut CircuitMachine) -> Linear {
        if self.is_pending || self.squeeze_position == RATE {
            self.permute(machine);
            self.squeeze_position = 0;
            self.is_pending = false;
        }
        let challenge = self.state[self.squeeze_position].clone();
        self.squeeze_position += 1;
        self.absorb_position = 0;
        challenge
    }
}

/// Linear layers are free; only S-boxes make constraints.
fn permute(machine: &mut CircuitMachine, state: &mut State) {
    let (first, last) = FULL_ROUND_CONSTANTS.split_at(FULL_ROUNDS / 2);
    external_layer(state);
    for constants in first {
        full_round(machine, state, constants);
    }
    for constant in PARTIAL_ROUND_CONSTANTS {
        state[0] = fifth_power(machine, &state[0], constant);
        internal_layer(state);
    }
    for constants in last {
        full_round(machine, state, constants);
    }
}

fn full_round(machine: &mut CircuitMachine, state: &mut State, constants: &[Fr; WIDTH]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = fifth_power(machine, element, *constant);
    }
    external_layer(state);
}

fn fifth_power(machine: &mut CircuitMachine, element: &Linear, constant: Fr) -> Linear {
    let x = element.add_scaled(&Linear::constant(constant), Fr::one());
    if let Some(value) = x.as_constant() {
        let square = value * value;
        return Linear::constant(square * square * value);
    }
    let square = machine.product(&x, &x);
    let fourth = machine.product(&square, &square);
    machine.product(&fourth, &x)
}

fn external_layer(state: &mut State) {
    *state = EXTERNAL_MATRIX.map(|row| {
        let mut sum = Linear::constant(Fr::zero());
        for (element, coefficient) in state.iter().zip(row) {
            sum = sum.add_scaled(element, Fr::from(coefficient));
        }
        sum
    });
}

fn internal_layer(state: &mut State) {
    let mut sum = state[0].clone();
    for element in &state[1..] {
        sum = sum.add_scaled(element, Fr::one());
    }
    for (element, diagonal) in state.iter_mut().zip(INTERNAL_DIAGONAL) {
        *element = sum.add_scaled(element, diagonal);
    }
}
