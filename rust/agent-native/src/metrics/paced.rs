//! Work on many series, which other threads and signal handlers do not wait for.
//!
//! What reads or changes series does so with the interpreter's lock, and lets go of it now and
//! then: a thread without it might hold a series' lock while another forks, and the child would
//! find it held for ever.

use agent_performance_monitor::metrics::Error;
use pyo3::prelude::*;

use crate::bridge::pace::Pace;

use super::error::translate;

/// An exception, which errors of the core become.
pub(super) struct Raised(PyErr);

impl From<Error> for Raised {
    fn from(error: Error) -> Self {
        Self(translate(error))
    }
}

/// Does work that pauses now and then.
///
/// # Errors
/// What the work returns, and what a signal handler raises.
pub(super) fn paced<R>(
    py: Python<'_>,
    work: impl FnOnce(&mut dyn FnMut() -> Result<(), Raised>) -> Result<R, Raised>,
) -> PyResult<R> {
    let mut pace = Pace::new();
    work(&mut || pace.pause(py).map_err(Raised)).map_err(|raised| raised.0)
}
