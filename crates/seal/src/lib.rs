//! The seal: a Groth16 proof that a transcript of the flat protocol verifies.
//!
//! | module | concern |
//! | --- | --- |
//! | [`circuit`] | the constraints of a schedule, and the assignment of a transcript |
//! | [`groth16`] | keys, proofs and their verification |
//! | [`ceremony`] | keys from powers of tau and contributions |
//! | [`sealed`] | sealed proofs: prover, format, verifier |
//!
//! Source: `docs/spec/seal.md`.

pub mod ceremony;
pub mod circuit;
pub mod groth16;
pub mod sealed;
