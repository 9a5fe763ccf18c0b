//! Every core error becomes a class of `agent.errors`.

use agent_core_utils::Error;
use pyo3::import_exception;
use pyo3::prelude::*;

import_exception!(agent.errors, EntryTooHeavy);
import_exception!(agent.errors, InternalError);
import_exception!(agent.errors, RecursiveFactory);
import_exception!(agent.errors, ReentrantCall);

/// The Python exception for a core error.
pub(crate) fn translate(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::EntryTooHeavy { .. } => EntryTooHeavy::new_err(message),
        Error::RecursiveFactory => RecursiveFactory::new_err(message),
    }
}
