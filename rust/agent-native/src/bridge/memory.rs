//! Requests for memory whose size is the caller's: what cannot be had raises `MemoryError`.
//!
//! What takes a few hundred bytes is not asked for in this way: where that much is lacking, Rust ends
//! the process.

use std::hint;

use pyo3::call::PyCallArgs;
use pyo3::exceptions::PyMemoryError;
use pyo3::prelude::*;
use pyo3::types::PyList;

use super::imported::Imported;
use super::pace::Pace;

/// Python's function of that name.
pub(crate) static ZIP: Imported = Imported::new("builtins", "zip");

/// The exception that says so, as the interpreter raises it.
#[cold]
pub(crate) fn out_of_memory() -> PyErr {
    PyMemoryError::new_err(())
}

/// An empty vector with room for so many.
pub(crate) fn room<T>(length: usize) -> PyResult<Vec<T>> {
    let mut vector = Vec::new();
    vector.try_reserve_exact(length).map_err(|_| out_of_memory())?;
    Ok(vector)
}

/// Appends to a vector.
#[inline]
pub(crate) fn push<T>(vector: &mut Vec<T>, element: T) -> PyResult<()> {
    vector.try_reserve(1).map_err(|_| out_of_memory())?;
    vector.push(element);
    Ok(())
}

/// Finds out whether there is memory for so many bytes in small requests.
///
/// For what `PyO3` makes without saying whether it could: where memory is lacking it panics, and the
/// panic itself then ends the process for want of memory or, where it prints a backtrace, never ends.
///
/// # Errors
/// `MemoryError`.
pub(crate) fn spare(length: usize) -> PyResult<()> {
    hint::black_box(room::<u8>(length)?);
    Ok(())
}

/// A list of these objects.
///
/// # Errors
/// `MemoryError`, or what a signal handler raises.
pub(crate) fn list<'py, T>(
    py: Python<'py>,
    pace: &mut Pace,
    objects: impl ExactSizeIterator<Item = T>,
) -> PyResult<Bound<'py, PyList>>
where
    T: IntoPyObject<'py>,
{
    filled(py, pace, objects.len(), objects.map(Ok))
}

/// A list of so many objects, or the first error.
fn filled<'py, T>(
    py: Python<'py>,
    pace: &mut Pace,
    length: usize,
    objects: impl Iterator<Item = PyResult<T>>,
) -> PyResult<Bound<'py, PyList>>
where
    T: IntoPyObject<'py>,
{
    let list =
        PyList::new(py, [py.None()])?.into_sequence().repeat(length)?.cast_into::<PyList>()?;
    for (place, object) in objects.enumerate() {
        list.set_item(place, object?)?;
        pace.step(py)?;
    }
    Ok(list)
}

/// A list of `length` tuples of what stands at the same place in each of some lists.
///
/// # Errors
/// `MemoryError`, or what a signal handler raises.
pub(crate) fn zipped<'py>(
    py: Python<'py>,
    pace: &mut Pace,
    length: usize,
    lists: impl PyCallArgs<'py>,
) -> PyResult<Bound<'py, PyList>> {
    filled(py, pace, length, ZIP.get(py)?.call1(lists)?.try_iter()?)
}
