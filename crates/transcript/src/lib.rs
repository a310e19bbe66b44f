//! The Fiat-Shamir transcript: a Poseidon2 sponge over the BN254 scalar field, and the keccak
//! digests through which everything that is not a field element enters it.
//!
//! Group elements never reach the sponge. They are hashed with keccak into 248 bits, which the
//! contract recomputes cheaply and the circuit takes as one input.

mod constants;
mod digest;
mod encoding;
mod poseidon2;
mod sponge;

pub use constants::{
    FULL_ROUND_CONSTANTS, FULL_ROUNDS, INTERNAL_DIAGONAL, PARTIAL_ROUND_CONSTANTS, PARTIAL_ROUNDS,
    WIDTH,
};
pub use digest::{DigestBuilder, TAG_LENGTH, keccak256, truncate};
pub use encoding::{encode_base_field, encode_field, encode_point};
pub use poseidon2::permute;
pub use sponge::{Poseidon2Sponge, RATE, Transcript};
