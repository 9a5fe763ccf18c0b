//! Every core error becomes a class of `agent.errors`.

use std::any::Any;

use agent_core_utils::Error;
#[cfg(feature = "metrics")]
use agent_performance_monitor::Error as MonitorError;
#[cfg(feature = "metrics")]
use pyo3::exceptions::PyOverflowError;
use pyo3::import_exception;
use pyo3::prelude::*;

#[cfg(feature = "metrics")]
import_exception!(agent.errors, DuplicateMetric);
#[cfg(feature = "cache")]
import_exception!(agent.errors, EntryTooHeavy);
#[cfg(feature = "text")]
import_exception!(agent.errors, EnvironmentLacking);
import_exception!(agent.errors, InternalError);
#[cfg(feature = "metrics")]
import_exception!(agent.errors, LabelMismatch);
#[cfg(feature = "metrics")]
import_exception!(agent.errors, MergeMismatch);
#[cfg(feature = "text")]
import_exception!(agent.errors, PatternError);
#[cfg(feature = "cache")]
import_exception!(agent.errors, RecursiveFactory);
#[cfg(feature = "cache")]
import_exception!(agent.errors, ReentrantCall);
#[cfg(feature = "metrics")]
import_exception!(agent.errors, SpanStopped);

/// The Python exception for a panic that was caught.
pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> PyErr {
    let reason = payload.downcast::<String>().map_or_else(|_| String::new(), |text| *text);
    InternalError::new_err(format!("an operation panicked: {reason}"))
}

/// The Python exception for a core error.
pub(crate) fn translate(error: &Error) -> PyErr {
    let message = error.to_string();
    match error {
        #[cfg(feature = "cache")]
        Error::EntryTooHeavy { .. } => EntryTooHeavy::new_err(message),
        #[cfg(feature = "text")]
        Error::Pattern(_) => PatternError::new_err(message),
        #[cfg(feature = "cache")]
        Error::RecursiveFactory => RecursiveFactory::new_err(message),
    }
}

/// The Python exception for an error of the performance monitor.
#[cfg(feature = "metrics")]
#[cold]
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it on")]
pub(crate) fn translate_monitor(error: MonitorError) -> PyErr {
    let message = error.to_string();
    match error {
        MonitorError::DuplicateMetric { .. } => DuplicateMetric::new_err(message),
        MonitorError::LabelCount { .. } | MonitorError::Unlabelled { .. } => {
            LabelMismatch::new_err(message)
        }
        MonitorError::MergeMismatch => MergeMismatch::new_err(message),
        MonitorError::TotalTooLarge | MonitorError::TooManyObservations => {
            PyOverflowError::new_err(message)
        }
    }
}
