//! `modulus._native.Circuit` and `modulus._native.Sealer`, and sealed proofs.

use std::collections::BTreeMap;
use std::sync::Arc;

use ark_bn254::Fr;
use modulus_kzg::encoding::{decode_field, encode_field};
use modulus_protocol::{Blinds, schedule};
use modulus_seal::circuit;
use modulus_seal::sealed;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::boundary::call;
use crate::error::{
    blinds_error, key_file_error, rejection_error, sealed_error, setup_error, synthesis_error,
};
use crate::progress::Reporter;
use crate::protocol::{decode_key, read_tensors};
use crate::srs::Srs;

/// The constraints that a seal proves: one circuit for all models of an architecture.
#[pyclass(frozen, module = "modulus._native")]
pub(crate) struct Circuit {
    inner: Arc<circuit::Circuit>,
}

#[pymethods]
impl Circuit {
    #[new]
    fn new(py: Python<'_>, schedule: &[u8]) -> PyResult<Self> {
        call(py, || {
            let schedule = schedule::decode(schedule)
                .map_err(|error| Python::attach(|py| rejection_error(py, &error.into())))?;
            let inner = circuit::Circuit::synthesise(&schedule)
                .map_err(|error| Python::attach(|py| synthesis_error(py, &error)))?;
            Ok(Self {
                inner: Arc::new(inner),
            })
        })
    }

    /// Identity of the constraints, 32 bytes.
    #[getter]
    fn hash<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let hash = call(py, || Ok(self.inner.hash()))?;
        Ok(PyBytes::new(py, &hash))
    }

    /// Number of constraints.
    #[getter]
    fn constraints(&self) -> usize {
        self.inner.constraint_count()
    }

    /// Number of constraints by part.
    fn breakdown(&self) -> BTreeMap<String, usize> {
        self.inner
            .breakdown()
            .into_iter()
            .map(|(part, count)| (part.to_string(), count))
            .collect()
    }
}

/// A circuit with its Groth16 proving key.
#[pyclass(frozen, module = "modulus._native")]
pub(crate) struct Sealer {
    inner: sealed::Sealer,
}

impl Sealer {
    pub(crate) fn wrap(inner: sealed::Sealer) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl Sealer {
    /// Make a key from the operating system's randomness: for development only.
    #[staticmethod]
    #[pyo3(signature = (circuit, progress=None))]
    fn generate_development(
        py: Python<'_>,
        circuit: &Bound<'_, Circuit>,
        progress: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let circuit = Arc::clone(&circuit.get().inner);
        let reporter = Reporter::new(progress);
        call(py, || {
            sealed::Sealer::development(circuit, &reporter)
                .map(|inner| Self { inner })
                .map_err(|error| {
                    // The exception that stopped the work comes before the error it caused.
                    reporter
                        .take_exception()
                        .unwrap_or_else(|| Python::attach(|py| setup_error(py, &error)))
                })
        })
    }

    /// Read a key for a circuit.
    #[staticmethod]
    fn decode(py: Python<'_>, data: &[u8], circuit: &Bound<'_, Circuit>) -> PyResult<Self> {
        let circuit = Arc::clone(&circuit.get().inner);
        call(py, || {
            sealed::Sealer::decode(data, circuit)
                .map(|inner| Self { inner })
                .map_err(|error| Python::attach(|py| key_file_error(py, &error)))
        })
    }

    /// The key as bytes.
    fn encode<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = call(py, || Ok(self.inner.encode()))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// Identity of the circuit, 32 bytes.
    #[getter]
    fn circuit_hash<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.part(Vec::new()).circuit_hash)
    }

    /// What a verifying key holds of this key, 576 bytes.
    #[getter]
    fn groth16<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.part(Vec::new()).groth16)
    }

    /// What shows that these points belong to the circuit, 512 bytes.
    #[getter]
    fn evidence<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.inner.part(Vec::new()).evidence)
    }
}

/// Checks that a verifying key's seal belongs to its schedule; a key without one passes.
#[pyfunction]
pub(crate) fn check_seal(py: Python<'_>, verifying_key: &[u8]) -> PyResult<()> {
    call(py, || {
        sealed::check_seal(&decode_key(verifying_key)?)
            .map_err(|rejection| Python::attach(|py| rejection_error(py, &rejection)))
    })
}

/// Blinding coefficients, 32 bytes each, for the weight rows of a new key.
#[pyfunction]
pub(crate) fn draw_blinds<'py>(
    py: Python<'py>,
    schedule: &[u8],
    tensors: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyBytes>> {
    let tensors = read_tensors(tensors)?;
    let bytes = call(py, || {
        let schedule = schedule::decode(schedule)
            .map_err(|error| Python::attach(|py| rejection_error(py, &error.into())))?;
        let blinds = modulus_protocol::draw_blinds(&schedule, &tensors)
            .map_err(|error| Python::attach(|py| crate::error::prove_error(py, &error)))?;
        let encoded: Vec<u8> = blinds.weights.iter().flat_map(encode_field).collect();
        Ok(encoded)
    })?;
    Ok(PyBytes::new(py, &bytes))
}

/// A sealed proof that the tensors satisfy the key's schedule.
#[pyfunction]
#[pyo3(signature = (
    verifying_key, sealer, srs, tensors, weight_blinds, port_blinds, context, progress=None
))]
#[expect(
    clippy::too_many_arguments,
    reason = "the names are on the Python side"
)]
pub(crate) fn prove_sealed<'py>(
    py: Python<'py>,
    verifying_key: &[u8],
    sealer: &Bound<'py, Sealer>,
    srs: &Bound<'py, Srs>,
    tensors: &Bound<'py, PyDict>,
    weight_blinds: &[u8],
    port_blinds: &[u8],
    context: [u8; 32],
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let tensors = read_tensors(tensors)?;
    let blinds = read_blinds(py, weight_blinds, port_blinds)?;
    let sealer = &sealer.get().inner;
    let powers = srs.get().powers();
    let reporter = Reporter::new(progress);
    let proof = call(py, || {
        let key = decode_key(verifying_key)?;
        sealed::prove(sealer, &key, powers, &tensors, &blinds, context, &reporter).map_err(
            |error| {
                // The exception that stopped the work comes before the error that it caused.
                reporter
                    .take_exception()
                    .unwrap_or_else(|| Python::attach(|py| sealed_error(py, &error)))
            },
        )
    })?;
    Ok(PyBytes::new(py, &proof))
}

/// Blinding coefficients from 32 bytes each.
pub(crate) fn read_blinds(py: Python<'_>, weights: &[u8], ports: &[u8]) -> PyResult<Blinds> {
    Ok(Blinds {
        weights: read_scalars(py, weights)?,
        ports: read_scalars(py, ports)?,
    })
}

/// Scalars from 32 bytes each.
pub(crate) fn read_scalars(py: Python<'_>, bytes: &[u8]) -> PyResult<Vec<Fr>> {
    let (words, rest) = bytes.as_chunks::<32>();
    let scalars = words.iter().map(|word| decode_field(word).ok());
    rest.is_empty()
        .then(|| scalars.collect::<Option<Vec<_>>>())
        .flatten()
        .ok_or_else(|| blinds_error(py))
}
