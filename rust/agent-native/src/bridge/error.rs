//! What becomes of a panic. Errors of a core are translated beside its component's glue.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};

use pyo3::import_exception;
use pyo3::prelude::*;

import_exception!(agent.errors, InternalError);

/// The Python exception for a panic that was caught.
#[cold]
#[inline(never)]
pub(crate) fn panicked(payload: Box<dyn Any + Send>) -> PyErr {
    let reason = match payload.downcast::<String>() {
        Ok(reason) => *reason,
        Err(payload) => payload.downcast::<&str>().map_or_else(|_| "", |reason| *reason).to_owned(),
    };
    InternalError::new_err(format!("an operation panicked: {reason}"))
}

/// Runs a function that Python called.
///
/// # Errors
/// Its own; `InternalError` if it panics. What it was changing behind a [`Lock`](super::lock::Lock)
/// cannot be used any more then.
#[expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]
#[inline(always)]
pub(crate) fn caught<R>(function: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    match panic::catch_unwind(AssertUnwindSafe(function)) {
        Ok(returned) => returned,
        Err(payload) => Err(panicked(payload)),
    }
}
