//! `modulus._native.Srs`.

use std::path::PathBuf;
use std::sync::Arc;

use modulus_kzg::{KzgError, Origin};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::boundary::call;
use crate::error::srs_error;
use crate::progress::Reporter;

/// Powers of tau in memory.
#[pyclass(frozen, module = "modulus._native")]
pub(crate) struct Srs {
    inner: Arc<modulus_kzg::Srs>,
}

impl Srs {
    pub(crate) fn powers(&self) -> &modulus_kzg::Srs {
        &self.inner
    }

    fn wrap(inner: modulus_kzg::Srs) -> Self {
        Self {
            inner: Arc::new(inner),
        }
    }
}

fn lift<T>(result: Result<T, KzgError>) -> PyResult<T> {
    result.map_err(|error| Python::attach(|py| srs_error(py, &error)))
}

#[pymethods]
impl Srs {
    /// Make 2**power + 1 powers from the operating system's randomness: for development only.
    #[staticmethod]
    #[pyo3(signature = (power, progress=None))]
    fn generate_development(
        py: Python<'_>,
        power: u32,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let reporter = Reporter::new(progress);
        call(py, || {
            #[expect(
                clippy::cast_precision_loss,
                reason = "a progress bar needs no precision"
            )]
            let report = |done: usize, total: usize| {
                reporter.report_or_unwind("powers of tau", done as f64 / total as f64);
            };
            lift(modulus_kzg::Srs::generate_development(power, report)).map(Self::wrap)
        })
    }

    /// Read at most 2**power + 1 powers of a file that `save` wrote.
    #[staticmethod]
    #[pyo3(signature = (path, power=None))]
    fn load(py: Python<'_>, path: PathBuf, power: Option<u32>) -> PyResult<Self> {
        let points = power
            .and_then(|power| 1_usize.checked_shl(power))
            .map_or(usize::MAX, |powers| powers.saturating_add(1));
        call(py, || {
            lift(modulus_kzg::Srs::load(&path, points)).map(Self::wrap)
        })
    }

    /// Import 2**power + 1 powers of a ceremony's .ptau file, checking all of them.
    #[staticmethod]
    fn import_ptau(py: Python<'_>, path: PathBuf, power: u32) -> PyResult<Self> {
        call(py, || {
            lift(modulus_kzg::Srs::import_ptau(&path, power)).map(Self::wrap)
        })
    }

    /// Write the powers to a file, which appears complete or not at all.
    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        call(py, || lift(self.inner.save(&path)))
    }

    /// Largest m such that rows of 2**m slots fit.
    #[getter]
    fn power(&self) -> u32 {
        self.inner.power()
    }

    /// Identity of the secret, 32 bytes.
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.id())
    }

    /// `[tau]_2`, 128 bytes.
    #[getter]
    fn tau_g2<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &modulus_kzg::encoding::encode_g2(&self.inner.tau_g2()))
    }

    /// Whether the secret was drawn on one machine, whose owner could forge proofs.
    #[getter]
    fn development(&self) -> bool {
        matches!(self.inner.origin(), Origin::Development)
    }

    /// Keccak-256 of the imported ceremony file; 32 zero bytes for a development string.
    #[getter]
    fn file_hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        let hash = match self.inner.origin() {
            Origin::Development => [0; 32],
            Origin::Ceremony { file_hash } => file_hash,
        };
        PyBytes::new(py, &hash)
    }
}
