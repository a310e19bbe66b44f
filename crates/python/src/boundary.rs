//! The one way from Python into Rust and back.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pyo3::prelude::*;

use crate::error::native_error;
use crate::progress::Stopped;

/// Runs `work` without the interpreter lock; a panic becomes `NativeError`.
///
/// A panic that crossed into Python would be a `BaseException`, which `except Exception` misses.
pub(crate) fn call<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> PyResult<T> + Send,
) -> PyResult<T> {
    py.detach(|| catch_unwind(AssertUnwindSafe(work)))
        .unwrap_or_else(|payload| Err(from_panic(py, payload)))
}

fn from_panic(py: Python<'_>, payload: Box<dyn Any + Send>) -> PyErr {
    let payload = match payload.downcast::<Stopped>() {
        Ok(stopped) => return stopped.0,
        Err(payload) => payload,
    };
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("unknown cause");
    native_error(py, message)
}
