//! Sealed proofs: commitments, the opening, and a Groth16 proof of everything between.
//!
//! A sealed proof reveals its public values and nothing else of the witness. Anybody can turn it
//! into another proof of the same statement, so its bytes identify nothing.
//!
//! Source: `docs/spec/seal.md`, sections 3 to 5; Modulus protocol, sections 4 and 6.

mod challenges;
#[deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod check;
mod error;
mod file;
mod packing;
mod prove;
#[deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]
mod verify;

pub use challenges::Challenges;
pub use check::check_seal;
pub use error::SealedError;
pub use file::{Layout, SealedProof};
pub use prove::{Sealer, prove};
pub use verify::{verify, verify_sealed};
