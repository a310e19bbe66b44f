//! Values of real functions that are data.

use modulus_functions::Function;
use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::boundary::call;
use crate::error::raise;

/// Values of a function's code at arguments, both as 64-bit floats in the machine's order.
#[pyfunction]
pub(crate) fn evaluate_function<'py>(
    py: Python<'py>,
    code: &[u8],
    arguments: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    let arguments = PyBuffer::<f64>::get(arguments)?.to_vec(py)?;
    let values = call(py, || {
        let function = Function::decode(code).map_err(|error| {
            Python::attach(|py| raise(py, "ArtifactError", &error.to_string(), None))
        })?;
        let values = function.evaluate(&arguments);
        Ok(values
            .iter()
            .flat_map(|value| value.to_ne_bytes())
            .collect::<Vec<u8>>())
    })?;
    Ok(PyBytes::new(py, &values))
}
