//! The Poseidon2 permutation.

use ark_bn254::Fr;
use ark_ff::{AdditiveGroup, Field};

use crate::constants::{
    FULL_ROUND_CONSTANTS, FULL_ROUNDS, INTERNAL_DIAGONAL, PARTIAL_ROUND_CONSTANTS, WIDTH,
};

/// Applies the Poseidon2 permutation in place.
///
/// Source: Grassi, Khovratovich and Schofnegger, Poseidon2 (ePrint 2023/323);
/// `vectors/poseidon2/bn254_t4.json`.
pub fn permute(state: &mut [Fr; WIDTH]) {
    let (first, last) = FULL_ROUND_CONSTANTS.split_at(FULL_ROUNDS / 2);
    external_layer(state);
    for constants in first {
        full_round(state, constants);
    }
    for constant in &PARTIAL_ROUND_CONSTANTS {
        state[0] = fifth_power(state[0] + constant);
        internal_layer(state);
    }
    for constants in last {
        full_round(state, constants);
    }
}

fn full_round(state: &mut [Fr; WIDTH], constants: &[Fr; WIDTH]) {
    for (element, constant) in state.iter_mut().zip(constants) {
        *element = fifth_power(*element + constant);
    }
    external_layer(state);
}

fn fifth_power(x: Fr) -> Fr {
    x.square().square() * x
}

/// Multiplies by the matrix `M4` of the paper, with eight additions and four doublings.
fn external_layer(state: &mut [Fr; WIDTH]) {
    let [a, b, c, d] = *state;
    let ab = a + b;
    let cd = c + d;
    let b2_cd = b.double() + cd;
    let d2_ab = d.double() + ab;
    let fourth = cd.double().double() + d2_ab;
    let second = ab.double().double() + b2_cd;
    *state = [d2_ab + second, second, b2_cd + fourth, fourth];
}

/// Multiplies by the all-ones matrix plus the internal diagonal.
fn internal_layer(state: &mut [Fr; WIDTH]) {
    let sum: Fr = state.iter().sum();
    for (element, diagonal) in state.iter_mut().zip(&INTERNAL_DIAGONAL) {
        *element = *element * diagonal + sum;
    }
}
