//! The core's errors become classes of `agent.components.text.errors`.

use agent_core_utils::text::Error;
use pyo3::import_exception;
use pyo3::prelude::*;

use crate::bridge::memory::out_of_memory;

import_exception!(agent.components.text.errors, PatternError);

/// The Python exception for an error of the core.
pub(super) fn translate(error: &Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::Pattern(_) => PatternError::new_err(message),
        Error::Memory => out_of_memory(),
    }
}
