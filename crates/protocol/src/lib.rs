//! The flat protocol: one schedule, proven and verified.
//!
//! | module | concern |
//! | --- | --- |
//! | [`schedule`] | the program that all verifiers replay: types, strict decoder, encoder |
//! | [`pattern`](mod@pattern) | its absorbs and squeezes, bound by the sponge |
//! | [`replay`](mod@replay) | the step logic, shared by prover, verifier and circuit |
//! | [`verify()`], [`Proof`] | transparent proofs: verifier and wire format |
//! | [`prove`] | the prover |
//! | [`prove_sealable`] | the same prover, blinded, for proofs that are sealed afterwards |
//!
//! A transparent proof reveals evaluations of all tensors. It is not zero-knowledge.

#![allow(
    clippy::doc_markdown,
    reason = "formulas are written as in the specification"
)]

mod fixed;
mod native;
pub mod pattern;
mod proof;
#[allow(
    clippy::indexing_slicing,
    reason = "the prover runs on schedules that were validated"
)]
mod prover;
mod rejection;
pub mod replay;
pub mod schedule;
mod seal_part;
pub mod statement;
mod verify;
mod verifying_key;

#[cfg(feature = "attacks")]
pub mod attacks;

pub use fixed::{Fixed, FixedOpenings, check_fixed, open_fixed};
pub use proof::{Layout, MAGIC, Proof, VERSION};
pub use prover::{
    BLINDING_SLOTS, Blinds, Interrupted, Message, Progress, ProveError, Randomness, Rewrite,
    Sealable, Silent, Tensors, WitnessError, commit_fixed, commit_port, draw_blinds,
    draw_port_blinds, prove, prove_sealable,
};
pub use rejection::{Check, Reason, Rejection};
pub use seal_part::{EVIDENCE_LENGTH, GROTH16_KEY_LENGTH, SealPart};
pub use verify::verify;
pub use verifying_key::{KeyParts, VerifyingKey};
