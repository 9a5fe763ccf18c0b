//! What becomes of a panic. Errors of a core are translated beside its component's glue.

use std::any::Any;

use pyo3::import_exception;
use pyo3::prelude::*;

import_exception!(agent.errors, InternalError);

/// The Python exception for a panic that was caught.
pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> PyErr {
    let reason = payload.downcast::<String>().map_or_else(|_| String::new(), |text| *text);
    InternalError::new_err(format!("an operation panicked: {reason}"))
}
