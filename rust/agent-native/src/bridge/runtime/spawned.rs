//! Coroutines that run one future, or one piece of work that blocks.

#![cfg(feature = "async")]

use std::future::Future;
use std::task::{Context, Poll};

use pyo3::prelude::*;

use super::coroutines::{Coroutine, Work, reused};
use super::task::Task;
use super::{spawn, spawn_blocking};

/// A task of the runtime, whose result a closure converts.
struct Spawned<S, T, C> {
    start: Option<S>,
    task: Option<Task<T>>,
    convert: Option<C>,
}

impl<S, T, C> Work for Spawned<S, T, C>
where
    S: FnOnce(Python<'_>) -> PyResult<Task<T>> + Send,
    T: Send,
    C: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send,
{
    fn ready(&mut self, _: Python<'_>) -> Option<PyResult<Py<PyAny>>> {
        None
    }

    fn begin(&mut self, py: Python<'_>) -> PyResult<()> {
        self.task = self.start.take().map(|start| start(py)).transpose()?;
        Ok(())
    }

    fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<Py<PyAny>>> {
        let (Some(task), Some(_)) = (&mut self.task, &self.convert) else {
            return Poll::Ready(Err(reused()));
        };
        task.poll(py, context).map(|result| match (result, self.convert.take()) {
            (Ok(result), Some(convert)) => convert(py, result),
            (Ok(_), None) => Err(reused()),
            (Err(error), _) => Err(error),
        })
    }

    fn cancel(&mut self) {
        if let Some(task) = &mut self.task {
            task.cancel();
        }
    }

    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.task.as_mut().map_or(Poll::Ready(()), |task| task.poll_ended(context))
    }
}

/// A coroutine that runs a future on the runtime when it is awaited.
///
/// Args: the qualified name of the function that gives it; the future; what turns its output into an
/// object, on the thread of the event loop.
///
/// If it is cancelled, the future is dropped, where it waits next, before `CancelledError` is raised.
/// If the runtime ends the future, awaiting raises `CancelledError`; if it panics, `InternalError`.
pub(crate) fn coroutine<F, C>(name: &'static str, future: F, convert: C) -> Coroutine
where
    F: Future<Output: Send> + Send + 'static,
    C: FnOnce(Python<'_>, F::Output) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let start = |py: Python<'_>| spawn(py, future);
    Coroutine::new(name, Spawned { start: Some(start), task: None, convert: Some(convert) })
}

/// A coroutine that does work that blocks in a thread of the runtime's when it is awaited.
///
/// The work asks, from any of its threads, whether to stop; then it returns anything. If the coroutine
/// is cancelled, the work is told to stop, and `CancelledError` is raised when it has returned: nothing
/// of it goes on behind the caller's back.
pub(crate) fn blocking<T, W, C>(name: &'static str, work: W, convert: C) -> Coroutine
where
    T: Send + 'static,
    W: FnOnce(&(dyn Fn() -> bool + Sync)) -> T + Send + 'static,
    C: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let start = |py: Python<'_>| spawn_blocking(py, work);
    Coroutine::new(name, Spawned { start: Some(start), task: None, convert: Some(convert) })
}
