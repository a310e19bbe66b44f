//! Phase 2 of the setup: keys that are sound if one contributor was honest.
//!
//! 1. [`Powers`] of tau of a public ceremony give the initial key of a circuit
//!    ([`Ceremony::begin`]), whose delta is the generator; anybody can recompute it.
//! 2. Each contributor checks what they were handed ([`verify_state`]), multiplies delta by a secret
//!    and forgets it ([`Ceremony::contribute`]).
//! 3. A public beacon ends the ceremony ([`Ceremony::finish_with_beacon`]), so that the last
//!    contributor could not choose delta.
//!
//! The records of all contributions form a hash chain that travels with the verifying key beside the
//! evidence that its other points are the circuit's ([`verify_setup`]).
//!
//! Source: `docs/spec/ceremony.md`; Bowe, Gabizon and Miers, "Scalable Multi-party Computation for zk-SNARK Parameters in
//! the Random Beacon Model" (ePrint 2017/1050).

mod error;
mod import;
mod initial;
mod label;
mod powers;
mod record;
mod rehearsal;
mod state;
#[cfg(test)]
mod tests;
mod verify;

pub use error::CeremonyError;
pub use label::{LABEL_LENGTH, Label};
pub use powers::{Lagrange, Powers};
pub use record::{Kind, MAX_BEACON_EXPONENT, RECORD_LENGTH, Record};
pub use rehearsal::write_rehearsal;
pub use state::{Ceremony, domain_power};
pub use verify::{
    Chain, MAX_RECORDS, start_hash, verify_chain, verify_key, verify_setup, verify_state,
};
