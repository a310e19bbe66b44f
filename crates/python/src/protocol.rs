//! Committing, proving and verifying.

use std::collections::HashMap;

use modulus_kzg::encoding::{encode_field, encode_point};
use modulus_protocol::{Fixed, ProveError, VerifyingKey, commit_fixed as commit_rows, schedule};
use modulus_transcript::DigestBuilder;
use pyo3::buffer::PyBuffer;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};

use crate::boundary::call;
use crate::error::{prove_error, rejection_error};
use crate::progress::Reporter;
use crate::seal::read_blinds;
use crate::srs::Srs;

type Tensors = HashMap<u32, Vec<i64>>;

/// Identity of the reference string with this `[tau]_2` of 128 bytes.
#[pyfunction]
pub(crate) fn srs_id(py: Python<'_>, tau_g2: [u8; 128]) -> Bound<'_, PyBytes> {
    let (words, _) = tau_g2.as_chunks::<32>();
    let builder = words
        .iter()
        .fold(DigestBuilder::new("modulus.srs.1"), |builder, word| {
            builder.word(*word)
        });
    PyBytes::new(py, &builder.finish())
}

/// The digest that identifies a model, 32 bytes.
#[pyfunction]
pub(crate) fn verifying_key_digest<'py>(
    py: Python<'py>,
    verifying_key: &[u8],
) -> PyResult<Bound<'py, PyBytes>> {
    let digest = call(py, || {
        Ok(encode_field(&decode_key(verifying_key)?.digest()))
    })?;
    Ok(PyBytes::new(py, &digest))
}

/// Commitments, 64 bytes each, to the rows of tables and weights in row order.
///
/// Without blinding coefficients the weights are public.
#[pyfunction]
#[pyo3(signature = (schedule, srs, tensors, weight_blinds, progress=None))]
pub(crate) fn commit_fixed<'py>(
    py: Python<'py>,
    schedule: &[u8],
    srs: &Bound<'py, Srs>,
    tensors: &Bound<'py, PyDict>,
    weight_blinds: &[u8],
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let tensors = read_tensors(tensors)?;
    let blinds = read_blinds(py, weight_blinds, &[])?;
    let powers = srs.get().powers();
    let reporter = Reporter::new(progress);
    let points = call(py, || {
        let schedule = schedule::decode(schedule)
            .map_err(|error| Python::attach(|py| rejection_error(py, &error.into())))?;
        lift(
            commit_rows(&schedule, powers, &tensors, &blinds, &reporter),
            &reporter,
        )
    })?;
    Ok(points
        .iter()
        .map(|point| PyBytes::new(py, &encode_point(point)))
        .collect())
}

/// An opening, 64 bytes, of the rows of function tables or of public weights.
#[pyfunction]
pub(crate) fn open_fixed<'py>(
    py: Python<'py>,
    verifying_key: &[u8],
    srs: &Bound<'py, Srs>,
    tensors: &Bound<'py, PyDict>,
    of: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let (tensors, fixed) = (read_tensors(tensors)?, read_fixed(of)?);
    let powers = srs.get().powers();
    let opening = call(py, || {
        modulus_protocol::open_fixed(&decode_key(verifying_key)?, powers, &tensors, fixed)
            .map_err(|error| Python::attach(|py| prove_error(py, &error)))
    })?;
    Ok(PyBytes::new(py, &encode_point(&opening)))
}

/// Checks by the key's opening that rows of function tables or of public weights hold tensors.
#[pyfunction]
pub(crate) fn check_fixed(
    py: Python<'_>,
    verifying_key: &[u8],
    tensors: &Bound<'_, PyDict>,
    of: &str,
) -> PyResult<()> {
    let (tensors, fixed) = (read_tensors(tensors)?, read_fixed(of)?);
    call(py, || {
        modulus_protocol::check_fixed(&decode_key(verifying_key)?, &tensors, fixed)
            .map_err(|rejection| Python::attach(|py| rejection_error(py, &rejection)))
    })
}

fn read_fixed(name: &str) -> PyResult<Fixed> {
    match name {
        "tables" => Ok(Fixed::Tables),
        "weights" => Ok(Fixed::Weights),
        _ => Err(PyValueError::new_err(format!(
            "no fixed rows are called {name:?}"
        ))),
    }
}

/// A transparent proof that the tensors satisfy the key's schedule.
#[pyfunction]
#[pyo3(signature = (verifying_key, srs, tensors, context, progress=None))]
pub(crate) fn prove<'py>(
    py: Python<'py>,
    verifying_key: &[u8],
    srs: &Bound<'py, Srs>,
    tensors: &Bound<'py, PyDict>,
    context: [u8; 32],
    progress: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyBytes>> {
    let tensors = read_tensors(tensors)?;
    let powers = srs.get().powers();
    let reporter = Reporter::new(progress);
    let proof = call(py, || {
        let key = decode_key(verifying_key)?;
        let made = modulus_protocol::prove(&key, powers, &tensors, context, &reporter);
        lift(made, &reporter)
    })?;
    Ok(PyBytes::new(py, &proof))
}

/// The packed public values that a proof of either form proves.
#[pyfunction]
pub(crate) fn verify<'py>(
    py: Python<'py>,
    verifying_key: &[u8],
    proof: &[u8],
    context: [u8; 32],
) -> PyResult<Bound<'py, PyBytes>> {
    let public = call(py, || {
        let key = decode_key(verifying_key)?;
        modulus_seal::sealed::verify(&key, proof, context)
            .map_err(|rejection| Python::attach(|py| rejection_error(py, &rejection)))
    })?;
    Ok(PyBytes::new(py, &public))
}

pub(crate) fn decode_key(bytes: &[u8]) -> PyResult<VerifyingKey> {
    VerifyingKey::decode(bytes)
        .map_err(|rejection| Python::attach(|py| rejection_error(py, &rejection)))
}

/// The exception that stopped the work comes before the error that the stop caused.
fn lift<T>(result: Result<T, ProveError>, reporter: &Reporter) -> PyResult<T> {
    result.map_err(|error| {
        reporter
            .take_exception()
            .unwrap_or_else(|| Python::attach(|py| prove_error(py, &error)))
    })
}

/// Copies `{number: array}`; arrays hold 64-bit signed integers, contiguous in C order.
pub(crate) fn read_tensors(tensors: &Bound<'_, PyDict>) -> PyResult<Tensors> {
    tensors
        .iter()
        .map(|(number, array)| {
            let number: u32 = number.extract()?;
            let values = read_array(&array, &format!("tensor {number}"))?;
            Ok((number, values))
        })
        .collect()
}

/// Copies an array of 64-bit signed integers, contiguous in C order.
pub(crate) fn read_array(array: &Bound<'_, PyAny>, name: &str) -> PyResult<Vec<i64>> {
    let buffer = PyBuffer::<i64>::get(array)
        .map_err(|_| PyTypeError::new_err(format!("{name} is not an array of 64-bit integers")))?;
    if !buffer.is_c_contiguous() {
        return Err(PyValueError::new_err(format!("{name} is not contiguous")));
    }
    buffer.to_vec(array.py())
}
