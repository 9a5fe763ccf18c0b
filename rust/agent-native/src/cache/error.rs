//! The core's errors become classes of `agent.components.cache.errors`.

use agent_core_utils::cache::Error;
use pyo3::import_exception;
use pyo3::prelude::*;

import_exception!(agent.components.cache.errors, EntryTooHeavy);
import_exception!(agent.components.cache.errors, RecursiveFactory);
import_exception!(agent.components.cache.errors, ReentrantCall);

/// Imports the classes, as [`import_all`](crate::bridge::imported::import_all) does.
pub(super) fn load(py: Python<'_>) {
    py.get_type::<EntryTooHeavy>();
    py.get_type::<RecursiveFactory>();
    py.get_type::<ReentrantCall>();
}

/// The Python exception for an error of the core.
pub(super) fn translate(error: &Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::EntryTooHeavy { .. } => EntryTooHeavy::new_err(message),
        Error::RecursiveFactory => RecursiveFactory::new_err(message),
    }
}
