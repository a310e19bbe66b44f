//! Groth16 over BN254, with gamma equal to the generator.
//!
//! `e(A, B) = e(alpha, beta) * e(L, G2) * e(C, delta)` with `L = IC_0 + sum input_i * IC_i`.
//!
//! With gamma equal to the generator the points `IC_i` follow from powers of tau and the circuit
//! alone, so a verifier recomputes them instead of trusting a key. A proof can be turned into
//! another proof of the same statement by anyone: proof bytes identify nothing.
//!
//! Source: Groth, "On the Size of Pairing-based Non-interactive Arguments" (ePrint 2016/260).

mod domain;
mod error;
mod evidence;
mod file;
mod key;
mod proof;
mod prove;
mod random;
mod setup;
mod verify;

pub(crate) use domain::domain;
pub use error::{KeyError, KeyFileError, ProveError, SetupError, VerifyError};
pub use evidence::{EVIDENCE_LENGTH, Evidence};
pub(crate) use key::Support;
pub use key::{KEY_LENGTH, KeyPoints, ProvingKey};
pub use proof::Proof;
pub use prove::prove;
pub(crate) use random::from_system as random_secret;
pub use setup::setup_development;
pub use verify::verify;
