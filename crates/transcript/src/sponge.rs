//! The additive duplex sponge.

use ark_bn254::Fr;
use ark_ff::{Field, Zero};

use crate::constants::WIDTH;
use crate::poseidon2::permute;

/// Elements absorbed or squeezed per permutation; the last state element is the capacity.
pub const RATE: usize = WIDTH - 1;

/// A source of challenges that depend on everything absorbed before them.
pub trait Transcript {
    /// The field of messages and challenges.
    type F: Field;

    /// Absorbs one field element.
    fn absorb(&mut self, element: Self::F);

    /// Draws one challenge.
    fn squeeze(&mut self) -> Self::F;

    /// Absorbs field elements in order.
    fn absorb_slice(&mut self, elements: &[Self::F]) {
        for element in elements {
            self.absorb(*element);
        }
    }
}

/// Poseidon2 in duplex mode with additive absorption.
///
/// The initial capacity commits to the pattern of absorbs and squeezes, so the sponge itself
/// needs neither padding nor labels. Two patterns that differ must differ in it.
///
/// - Before absorbing into a full rate the state is permuted.
/// - Before a squeeze it is permuted if anything was absorbed since the last such permutation, or
///   if the rate is used up, which it is at the start.
/// - After a squeeze absorption starts again at position 0.
///
/// Source: `vectors/poseidon2/sponge.json`.
#[derive(Clone)]
pub struct Poseidon2Sponge {
    state: [Fr; WIDTH],
    absorb_position: usize,
    squeeze_position: usize,
    pending: bool,
}

impl Poseidon2Sponge {
    /// A fresh sponge whose capacity element is `initial_capacity`.
    #[must_use]
    pub fn new(initial_capacity: Fr) -> Self {
        let mut state = [Fr::zero(); WIDTH];
        state[RATE] = initial_capacity;
        Self {
            state,
            absorb_position: 0,
            squeeze_position: RATE,
            pending: false,
        }
    }
}

impl Transcript for Poseidon2Sponge {
    type F = Fr;

    fn absorb(&mut self, element: Fr) {
        if self.absorb_position == RATE {
            permute(&mut self.state);
            self.absorb_position = 0;
        }
        self.state[self.absorb_position] += element;
        self.absorb_position += 1;
        self.pending = true;
    }

    fn squeeze(&mut self) -> Fr {
        if self.pending || self.squeeze_position == RATE {
            permute(&mut self.state);
            self.squeeze_position = 0;
            self.pending = false;
        }
        let challenge = self.state[self.squeeze_position];
        self.squeeze_position += 1;
        self.absorb_position = 0;
        challenge
    }
}
