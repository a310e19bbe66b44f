//! KZG commitments over BN254 and the opening of multilinear evaluations.
//!
//! - [`Srs`]: powers of a secret, generated for development or imported from a ceremony.
//! - [`msm`], [`msm_small`]: multi-scalar multiplication, most of the prover's group arithmetic.
//! - [`laurent_quotient`], [`Quotients`], [`verify_opening`]: the opening, as pure functions.
//! - [`evaluation_quotient`], [`verify_evaluation`]: the opening of one value of a polynomial.
//! - [`ptau`]: reading the files of ceremonies.
//! - [`encoding`]: canonical encodings and their decoders.

mod commit;
pub mod encoding;
mod error;
mod evaluation;
mod msm;
mod opening;
mod polynomial;
pub mod ptau;
mod srs;

pub use commit::CommitmentScheme;
pub use error::{DecodeError, FileFault, KzgError, OpeningError, SizeError};
pub use evaluation::{evaluation_quotient, verify_evaluation};
pub use msm::{msm, msm_small};
pub use opening::{OpeningClaim, Openings, Quotients, check_identity, open, verify_opening};
pub use polynomial::{e_eval, evaluate, laurent_quotient};
pub use srs::{MAX_POWER, Origin, Srs};
