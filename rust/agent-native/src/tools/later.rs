//! What is done when a coroutine is awaited.

use pyo3::prelude::*;
use pyo3::types::PyList;

use super::Tools;
use super::job::Job;
use crate::bridge::error::InternalError;
use crate::bridge::runtime::{Coroutine, deferred};

/// A coroutine that reads what is asked for, and does it, when it is awaited.
pub(super) fn later<R, G>(name: &'static str, tools: Py<Tools>, give: G, read: R) -> Coroutine
where
    R: for<'py> FnOnce(Python<'py>, &Tools) -> PyResult<Job<'py>> + Send + 'static,
    G: for<'py> FnOnce(Vec<Bound<'py, PyAny>>, Python<'py>) -> PyResult<Py<PyAny>> + Send + 'static,
{
    deferred(name, move |py| {
        let limits = tools.get().limits;
        let (future, begun) = read(py, tools.get())?.begin(limits)?;
        let convert = move |py: Python<'_>, outcomes| give(begun.end(py, outcomes)?, py);
        Ok((future, convert))
    })
}

/// The result of the only program.
pub(super) fn only(results: Vec<Bound<'_, PyAny>>) -> PyResult<Bound<'_, PyAny>> {
    results.into_iter().next().ok_or_else(|| InternalError::new_err("there is no result"))
}

/// The same, as the coroutine gives it.
pub(super) fn one<'py>(results: Vec<Bound<'py, PyAny>>, _: Python<'py>) -> PyResult<Py<PyAny>> {
    only(results).map(Bound::unbind)
}

/// The results of all programs.
pub(super) fn all<'py>(results: Vec<Bound<'py, PyAny>>, py: Python<'py>) -> PyResult<Py<PyAny>> {
    Ok(PyList::new(py, results)?.into_any().unbind())
}
