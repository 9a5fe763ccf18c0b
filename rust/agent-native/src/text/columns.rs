//! Columns of numbers, as `array.array`, and the contract's classes that are made of them.

use agent_core_utils::text::Found;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyTuple, PyType};

use super::batch::{Batch, item_error};

/// What was found in the items of a batch, as the contract's `Spans`.
pub(super) fn spans<'py>(
    py: Python<'py>,
    found: &Found,
    batch: &Batch<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "agent.components.text.contract", "Spans")?;
    let (starts, stops) = (integers(py, &found.starts)?, integers(py, &found.stops)?);
    class.call1((offsets(py, found)?, starts, stops, errors(py, batch)?))
}

/// What was found in the items of a batch, as the contract's `Matches`.
pub(super) fn matches<'py>(
    py: Python<'py>,
    found: &Found,
    batch: &Batch<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, "agent.components.text.contract", "Matches")?;
    let (starts, stops) = (integers(py, &found.starts)?, integers(py, &found.stops)?);
    let patterns = integers(py, &found.patterns)?;
    class.call1((offsets(py, found)?, patterns, starts, stops, errors(py, batch)?))
}

/// An `array.array` of type `d`.
pub(super) fn floats<'py>(py: Python<'py>, numbers: &[f64]) -> PyResult<Bound<'py, PyAny>> {
    array(py, "d", numbers, f64::to_ne_bytes)
}

fn offsets<'py>(py: Python<'py>, found: &Found) -> PyResult<Bound<'py, PyAny>> {
    let mut offsets = Vec::with_capacity(found.ends.len() + 1);
    offsets.push(0);
    offsets.extend_from_slice(&found.ends);
    integers(py, &offsets)
}

fn errors<'py>(py: Python<'py>, batch: &Batch<'py>) -> PyResult<Bound<'py, PyTuple>> {
    let errors = batch.errors.iter().map(|(index, message)| item_error(py, *index, message));
    PyTuple::new(py, errors.collect::<PyResult<Vec<_>>>()?)
}

fn integers<'py>(py: Python<'py>, numbers: &[i64]) -> PyResult<Bound<'py, PyAny>> {
    array(py, "q", numbers, i64::to_ne_bytes)
}

fn array<'py, T: Copy>(
    py: Python<'py>,
    code: &str,
    numbers: &[T],
    bytes_of: impl Fn(T) -> [u8; 8],
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let bytes = PyBytes::new_with(py, numbers.len() * 8, |bytes| {
        for (place, number) in bytes.chunks_exact_mut(8).zip(numbers) {
            place.copy_from_slice(&bytes_of(*number));
        }
        Ok(())
    })?;
    CLASS.import(py, "array", "array")?.call1((code, bytes))
}
