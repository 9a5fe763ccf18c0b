//! Columns of numbers, as `array.array`, and the contract's classes that are made of them.

use agent_core_utils::text::{Found, pays};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyTuple};

use super::CONTRACT;
use super::batch::{Batch, ITEM_ERROR, item_error};
use crate::bridge::imported::Imported;
use crate::bridge::memory::room;
use crate::bridge::pace::{Pace, released};

static SPANS: Imported = Imported::new(CONTRACT, "Spans");
static MATCHES: Imported = Imported::new(CONTRACT, "Matches");
static ARRAY: Imported = Imported::new("array", "array");
pub(super) static BEST_MATCH: Imported = Imported::new(CONTRACT, "BestMatch");

/// All that text may use.
pub(super) static IMPORTED: [&Imported; 5] = [&ITEM_ERROR, &SPANS, &MATCHES, &ARRAY, &BEST_MATCH];

/// What was found in the items of a batch, as the contract's `Spans`.
pub(super) fn spans<'py>(
    py: Python<'py>,
    found: &Found,
    batch: &Batch<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = SPANS.get(py)?;
    let (starts, stops) = (integers(py, &found.starts)?, integers(py, &found.stops)?);
    class.call1((offsets(py, found)?, starts, stops, errors(py, batch)?))
}

/// What was found in the items of a batch, as the contract's `Matches`.
pub(super) fn matches<'py>(
    py: Python<'py>,
    found: &Found,
    batch: &Batch<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let class = MATCHES.get(py)?;
    let (starts, stops) = (integers(py, &found.starts)?, integers(py, &found.stops)?);
    let patterns = integers(py, &found.patterns)?;
    class.call1((offsets(py, found)?, patterns, starts, stops, errors(py, batch)?))
}

/// An `array.array` of type `d`.
pub(super) fn floats<'py>(py: Python<'py>, numbers: &[f64]) -> PyResult<Bound<'py, PyAny>> {
    array(py, "d", numbers, f64::to_ne_bytes)
}

fn offsets<'py>(py: Python<'py>, found: &Found) -> PyResult<Bound<'py, PyAny>> {
    let mut offsets = room(found.ends.len() + 1)?;
    offsets.push(0);
    offsets.extend_from_slice(&found.ends);
    integers(py, &offsets)
}

fn errors<'py>(py: Python<'py>, batch: &Batch<'py>) -> PyResult<Bound<'py, PyTuple>> {
    let errors = PyList::empty(py);
    let mut pace = Pace::new();
    for (index, message) in &batch.errors {
        pace.step(py)?;
        errors.append(item_error(py, *index, message)?)?;
    }
    Ok(errors.to_tuple())
}

fn integers<'py>(py: Python<'py>, numbers: &[i64]) -> PyResult<Bound<'py, PyAny>> {
    array(py, "q", numbers, i64::to_ne_bytes)
}

fn array<'py, T: Copy + Sync>(
    py: Python<'py>,
    code: &str,
    numbers: &[T],
    bytes_of: impl Fn(T) -> [u8; 8] + Sync,
) -> PyResult<Bound<'py, PyAny>> {
    let bytes = PyBytes::new_with(py, numbers.len() * 8, |bytes| {
        let mut write = || {
            for (place, number) in bytes.chunks_exact_mut(8).zip(numbers) {
                place.copy_from_slice(&bytes_of(*number));
            }
        };
        if pays(numbers.len()) {
            released(py, write);
        } else {
            write();
        }
        Ok(())
    })?;
    ARRAY.get(py)?.call1((code, bytes))
}
