//! The schedule: the straight-line program that prover, verifier and circuit replay.
//!
//! A decoded [`Schedule`] is well formed: every index is in range, every claim that the replay
//! reads has been absorbed before, every virtual claim is reduced by a later step, and no round
//! polynomial exceeds its degree. It says nothing about whether the program proves anything
//! useful; who trusts a key rebuilds its schedule from the weight-free graph.
//!
//! Source: `docs/spec/schedule.md`.

mod automaton;
mod decode;
mod encode;
mod reader;
mod types;
mod validate;

pub use decode::{DecodeError, decode};
pub use encode::encode;
pub(crate) use reader::Reader;
pub use types::{
    Atom, Claim, Coordinate, Form, Instance, Kernel, KernelPart, Lookup, LookupGroup, Pointwise,
    Product, Public, RowKind, Schedule, Selector, Step, Summand, Table, Tensor, TensorKind, Term,
    axis_bits, block_bits,
};

/// First bytes of every schedule.
pub const MAGIC: &[u8; 16] = b"MODULUS.SCHEDULE";
/// Version of the binary format.
pub const VERSION: u16 = 1;
