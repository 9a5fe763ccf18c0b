//! Subinterpreters, in which the extension is not loaded.

#![expect(unsafe_code, reason = "the one place that asks which interpreter runs")]

use pyo3::exceptions::PyImportError;
use pyo3::ffi;
use pyo3::prelude::*;

/// Raises `ImportError` in a subinterpreter.
///
/// The classes that the extension keeps belong to the interpreter that loaded it first. Not every
/// subinterpreter refuses such a module itself: one that shares its lock with others does not.
pub(crate) fn require_main(_: Python<'_>) -> PyResult<()> {
    // SAFETY: the thread is attached to an interpreter, and both only look at which one that is.
    let main = unsafe { ffi::PyInterpreterState_Get() == ffi::PyInterpreterState_Main() };
    if main {
        return Ok(());
    }
    Err(PyImportError::new_err(
        "agent._native cannot be loaded in a subinterpreter: it is for the process's main \
         interpreter alone. Ask agent.registry, which gives the Python implementation there",
    ))
}
