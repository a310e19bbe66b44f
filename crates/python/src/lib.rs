//! The native module `modulus._native`.
//!
//! Nothing is decided here: arguments are converted, the interpreter lock is released while Rust
//! works, panics stop at the boundary, and every error becomes the exception of `modulus.errors`
//! that stands for it.

// Arguments of Python functions arrive owned.
#![allow(clippy::needless_pass_by_value)]

mod boundary;
mod ceremony;
mod error;
mod functions;
mod port;
mod progress;
mod protocol;
mod seal;
mod srs;

use pyo3::prelude::*;

/// Native core of Modulus.
#[pymodule]
mod _native {
    #[pymodule_export]
    use crate::ceremony::{Ceremony, ptau_origin, verify_setup, write_rehearsal_ptau};
    #[pymodule_export]
    use crate::functions::evaluate_function;
    #[pymodule_export]
    use crate::port::{commit_port, draw_port_blinds};
    #[pymodule_export]
    use crate::protocol::{
        check_fixed, commit_fixed, open_fixed, prove, srs_id, verify, verifying_key_digest,
    };
    #[pymodule_export]
    use crate::seal::{Circuit, Sealer, check_seal, draw_blinds, prove_sealed};
    #[pymodule_export]
    use crate::srs::Srs;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
