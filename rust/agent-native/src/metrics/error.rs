//! The core's errors become classes of `agent.components.metrics.errors`.

use agent_performance_monitor::metrics::Error;
use pyo3::exceptions::PyOverflowError;
use pyo3::import_exception;
use pyo3::prelude::*;

use crate::bridge::memory::out_of_memory;

import_exception!(agent.components.metrics.errors, DuplicateMetric);
import_exception!(agent.components.metrics.errors, LabelMismatch);
import_exception!(agent.components.metrics.errors, MergeMismatch);
import_exception!(agent.components.metrics.errors, SpanStopped);

/// Imports the classes, as [`import_all`](crate::bridge::imported::import_all) does.
pub(super) fn load(py: Python<'_>) {
    py.get_type::<DuplicateMetric>();
    py.get_type::<LabelMismatch>();
    py.get_type::<MergeMismatch>();
    py.get_type::<SpanStopped>();
}

/// The Python exception for an error of the core.
#[cold]
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it on")]
pub(super) fn translate(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::DuplicateMetric { .. } => DuplicateMetric::new_err(message),
        Error::LabelCount { .. } | Error::NoLabels { .. } | Error::Unlabelled { .. } => {
            LabelMismatch::new_err(message)
        }
        Error::MergeMismatch => MergeMismatch::new_err(message),
        Error::OutOfMemory => out_of_memory(),
        Error::TotalTooLarge | Error::SumTooLarge | Error::TooManyObservations => {
            PyOverflowError::new_err(message)
        }
    }
}
