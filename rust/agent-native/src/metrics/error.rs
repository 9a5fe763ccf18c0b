//! The core's errors become classes of `agent.components.metrics.errors`.

use agent_performance_monitor::metrics::Error;
use pyo3::exceptions::PyOverflowError;
use pyo3::import_exception;
use pyo3::prelude::*;

import_exception!(agent.components.metrics.errors, DuplicateMetric);
import_exception!(agent.components.metrics.errors, LabelMismatch);
import_exception!(agent.components.metrics.errors, MergeMismatch);
import_exception!(agent.components.metrics.errors, SpanStopped);

/// The Python exception for an error of the core.
#[cold]
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it on")]
pub(super) fn translate(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::DuplicateMetric { .. } => DuplicateMetric::new_err(message),
        Error::LabelCount { .. } | Error::Unlabelled { .. } => LabelMismatch::new_err(message),
        Error::MergeMismatch => MergeMismatch::new_err(message),
        Error::TotalTooLarge | Error::TooManyObservations => PyOverflowError::new_err(message),
    }
}
