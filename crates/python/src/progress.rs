//! Progress reports to a Python callable, and the stop on Ctrl-C.

use std::panic::resume_unwind;
use std::sync::{Mutex, PoisonError};

use modulus_protocol::{Interrupted, Progress};
use pyo3::prelude::*;

/// Why work was stopped: the exception that the callable raised, or `KeyboardInterrupt`.
pub(crate) struct Stopped(pub(crate) PyErr);

/// A callable `(stage: str, fraction: float) -> object`, or nothing.
pub(crate) struct Reporter {
    callable: Option<Py<PyAny>>,
    exception: Mutex<Option<PyErr>>,
}

impl Reporter {
    pub(crate) fn new(callable: Option<Py<PyAny>>) -> Self {
        Self {
            callable,
            exception: Mutex::new(None),
        }
    }

    /// Reports a fraction in [0, 1] of a stage, and looks for pending signals.
    fn report(&self, stage: &str, fraction: f64) -> PyResult<()> {
        Python::attach(|py| {
            py.check_signals()?;
            if let Some(callable) = &self.callable {
                callable.call1(py, (stage, fraction))?;
            }
            Ok(())
        })
    }

    /// Like `report`, for loops that cannot return an error: unwinds to `boundary::call`.
    ///
    /// Unwinding drops, and so zeroises, what the loop holds.
    pub(crate) fn report_or_unwind(&self, stage: &str, fraction: f64) {
        if let Err(error) = self.report(stage, fraction) {
            resume_unwind(Box::new(Stopped(error)));
        }
    }

    /// The exception that stopped the work, if one did.
    pub(crate) fn take_exception(&self) -> Option<PyErr> {
        self.exception
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}

impl Progress for Reporter {
    fn stage(&self, name: &str, fraction: f64) -> Result<(), Interrupted> {
        self.report(name, fraction).map_err(|error| {
            *self
                .exception
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = Some(error);
            Interrupted
        })
    }
}
