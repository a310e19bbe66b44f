//! Phase 2 of the setup: keys that are sound if one contributor was honest.
//!
//! 1. [`Powers`] of tau of a public ceremony give the initial key of a circuit
//!    ([`Ceremony::begin`]), whose delta is the generator; anybody can recompute it.
//! 2. Each contributor multiplies delta by a secret and forgets it ([`Ceremony::contribute`]).
//! 3. A public beacon ends the ceremony ([`Ceremony::finish_with_beacon`]), so that the last
//!    contributor could not choose delta.
//!
//! The records of all contributions form a hash chain that travels with the verifying key.
//!
//! Source: Bowe, Gabizon and Miers, "Scalable Multi-party Computation for zk-SNARK Parameters in
//! the Random Beacon Model" (ePrint 2017/1050).

mod error;
mod initial;
mod powers;
mod ptau;
mod record;
mod state;
#[cfg(test)]
mod tests;
mod verify;

pub use error::CeremonyError;
pub use initial::input_points;
pub use powers::Powers;
pub use record::{Kind, MAX_BEACON_EXPONENT, RECORD_LENGTH, Record};
pub use state::Ceremony;
pub use verify::{Chain, verify_chain, verify_key, verify_points};
