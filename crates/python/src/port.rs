//! Commitments to inputs and outputs that their owner makes before a proof.

use modulus_kzg::encoding::{encode_field, encode_point};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::boundary::call;
use crate::error::prove_error;
use crate::protocol::read_array;
use crate::seal::read_scalars;
use crate::srs::Srs;

/// Commitments, 64 bytes each, to the rows of a tensor: one a blinding coefficient of 32 bytes.
#[pyfunction]
pub(crate) fn commit_port<'py>(
    py: Python<'py>,
    srs: &Bound<'py, Srs>,
    shape: Vec<usize>,
    values: &Bound<'py, PyAny>,
    blinds: &[u8],
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let values = read_array(values, "the tensor")?;
    let blinds = read_scalars(py, blinds)?;
    let powers = srs.get().powers();
    let points = call(py, || {
        modulus_protocol::commit_port(powers, &shape, &values, &blinds)
            .map_err(|error| Python::attach(|py| prove_error(py, &error)))
    })?;
    Ok(points
        .iter()
        .map(|point| PyBytes::new(py, &encode_point(point)))
        .collect())
}

/// Blinding coefficients, 32 bytes each, for a commitment of some rows to these values.
#[pyfunction]
pub(crate) fn draw_port_blinds<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
    rows: usize,
) -> PyResult<Bound<'py, PyBytes>> {
    let values = read_array(values, "the tensor")?;
    let bytes: Vec<u8> = call(py, || {
        let blinds = modulus_protocol::draw_port_blinds(&values, rows)
            .map_err(|error| Python::attach(|py| prove_error(py, &error)))?;
        Ok(blinds.iter().flat_map(encode_field).collect())
    })?;
    Ok(PyBytes::new(py, &bytes))
}
