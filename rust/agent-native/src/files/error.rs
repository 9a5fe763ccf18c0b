//! The core's errors, in Python: `OSError` of the class that goes with its number.

use agent_core_utils::files::Error;
use pyo3::exceptions::{PyKeyboardInterrupt, PyOSError};
use pyo3::import_exception;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::bridge::imported::Imported;
use crate::bridge::memory::out_of_memory;

import_exception!(agent.components.files.errors, ExpressionError);

pub(super) static STRERROR: Imported = Imported::new("os", "strerror");

/// Imports the class, as [`import_all`](crate::bridge::imported::import_all) does.
pub(super) fn load(py: Python<'_>) {
    py.get_type::<ExpressionError>();
}

/// What the system says of the number of an error.
pub(super) fn strerror(py: Python<'_>, number: i32) -> PyResult<Bound<'_, PyAny>> {
    STRERROR.get(py)?.call1((number,))
}

/// The Python exception for an error of the core, which is about `path`.
#[cold]
pub(super) fn translate(error: &Error, path: &Bound<'_, PyString>) -> PyErr {
    let message = error.to_string();
    match error {
        Error::System(number) => match strerror(path.py(), *number) {
            Ok(reason) => PyOSError::new_err((*number, reason.unbind(), path.clone().unbind())),
            Err(raised) => raised,
        },
        Error::Memory => out_of_memory(),
        Error::Expression { .. } => ExpressionError::new_err(message),
        // Only what a signal handler raised stops work, and that is raised instead of this.
        Error::Stopped => PyKeyboardInterrupt::new_err(message),
    }
}
