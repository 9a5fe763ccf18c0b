//! The weigher, the clock and `on_delete`.

use std::sync::OnceLock;
use std::time::Instant;

use pyo3::exceptions::PyBaseExceptionGroup;
use pyo3::prelude::*;
use smallvec::SmallVec;

use super::state::Object;

/// Why an entry left.
#[derive(Clone, Copy)]
pub(super) enum Cause {
    Deleted,
    Replaced,
    Evicted,
    Expired,
}

/// Entries that left, in their order: to be told, and to be dropped, outside the lock.
pub(super) type Gone = SmallVec<[(Object, Object, Cause); 1]>;

/// The callables that a cache was given.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) weigher: Option<Object>,
    pub(super) on_delete: Option<Object>,
    pub(super) clock: Option<Object>,
}

impl Cause {
    const fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Replaced => "replaced",
            Self::Evicted => "evicted",
            Self::Expired => "expired",
        }
    }
}

/// Calls `on_delete` for each entry; all are called, then what they raised is raised.
pub(super) fn tell(py: Python<'_>, on_delete: &Object, gone: Gone) -> PyResult<()> {
    let mut errors = Vec::new();
    for (key, value, cause) in gone {
        if let Err(error) = on_delete.call1(py, (key, value, cause.name())) {
            errors.push(error);
        }
    }
    match errors.len() {
        0 => Ok(()),
        1 => Err(errors.remove(0)),
        _ => {
            let errors: Vec<_> = errors.into_iter().map(|error| error.into_value(py)).collect();
            let message = "several on_delete callbacks raised";
            Err(PyBaseExceptionGroup::new_err((message, errors)))
        }
    }
}

/// `later`, as raised while `earlier` was being handled.
pub(super) fn raised_during(py: Python<'_>, earlier: PyErr, later: PyErr) -> PyErr {
    let chained = later.value(py).setattr("__context__", earlier.into_value(py));
    chained.map_or_else(|error| error, |()| later)
}

/// Seconds on the system's monotonic clock.
pub(super) fn monotonic() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}
