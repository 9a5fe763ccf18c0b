//! What runs on the runtime.

#![cfg(feature = "async")]

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use pyo3::prelude::*;
use tokio::task::{JoinError, JoinHandle};

use super::process::{Own, inherited};
use crate::bridge::error::panicked;
use crate::bridge::imported::Imported;

static CANCELLED: Imported = Imported::new("asyncio", "CancelledError");

/// A future or blocking work that has begun; dropping it cancels it.
pub(crate) struct Task<T> {
    handle: Own<JoinHandle<T>>,
    /// What blocking work asks whether to stop.
    stop: Option<Arc<AtomicBool>>,
}

/// Why a task has no result.
pub(super) enum Failure {
    /// It was begun by the process that this one was forked from.
    Inherited,
    /// It panicked, or was cancelled.
    Ended(JoinError),
}

impl<T> Task<T> {
    /// A future that has begun.
    pub(super) fn of(handle: JoinHandle<T>) -> Self {
        Self { handle: Own::new(handle), stop: None }
    }

    /// Work that `begin` begins, and that stops when what it is given says so.
    pub(super) fn that_stops(begin: impl FnOnce(Arc<AtomicBool>) -> JoinHandle<T>) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        Self { handle: Own::new(begin(Arc::clone(&stop))), stop: Some(stop) }
    }

    /// Looks whether it has ended. Then its future is gone, with all that it held.
    pub(super) fn poll_result(&mut self, context: &mut Context<'_>) -> Poll<Result<T, Failure>> {
        let Some(handle) = self.handle.get_mut() else {
            return Poll::Ready(Err(Failure::Inherited));
        };
        Poll::Ready(ready!(Pin::new(handle).poll(context)).map_err(Failure::Ended))
    }

    /// As [`poll_result`](Task::poll_result), for a task that a coroutine awaits.
    pub(crate) fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<T>> {
        let result = ready!(self.poll_result(context));
        Poll::Ready(result.map_err(|failure| failure.raised(|| cancelled(py))))
    }

    /// As [`poll_result`](Task::poll_result), for a task that was cancelled.
    pub(crate) fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.poll_result(context).map(drop)
    }

    /// Has it end: a future is dropped where it waits next; work that blocks is not begun any more, or
    /// told to stop.
    pub(crate) fn cancel(&mut self) {
        if let Some(stop) = &self.stop {
            stop.store(true, Ordering::Relaxed);
        }
        if let Some(handle) = self.handle.get_mut() {
            handle.abort();
        }
    }
}

impl<T> Drop for Task<T> {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl Failure {
    /// The exception for it, where `cancelled` makes the one for a task that was cancelled.
    pub(super) fn raised(self, cancelled: impl FnOnce() -> PyErr) -> PyErr {
        match self {
            Self::Inherited => inherited("this operation"),
            Self::Ended(error) => match error.try_into_panic() {
                Ok(payload) => panicked(payload),
                Err(_) => cancelled(),
            },
        }
    }
}

/// What awaiting raises if the runtime ends the task.
fn cancelled(py: Python<'_>) -> PyErr {
    match CANCELLED.get(py).and_then(PyAnyMethods::call0) {
        Ok(error) => PyErr::from_value(error),
        Err(error) => error,
    }
}
