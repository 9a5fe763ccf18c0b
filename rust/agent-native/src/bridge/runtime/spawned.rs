//! Coroutines that run one future, or one piece of work that blocks.

#![cfg(feature = "async")]

use std::future::Future;
use std::task::{Context, Poll};

use pyo3::prelude::*;

use super::coroutines::{Coroutine, Work, reused};
use super::task::Task;
use super::{spawn, spawn_blocking};

/// A task of the runtime, whose result a closure converts. Both are there once it has begun.
struct Spawned<S, T, C> {
    start: Option<S>,
    begun: Option<(Task<T>, Option<C>)>,
}

impl<S, T, C> Spawned<S, T, C> {
    const fn new(start: S) -> Self {
        Self { start: Some(start), begun: None }
    }
}

impl<S, T, C> Work for Spawned<S, T, C>
where
    S: FnOnce(Python<'_>) -> PyResult<(Task<T>, C)> + Send,
    T: Send,
    C: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send,
{
    fn ready(&mut self, _: Python<'_>) -> Option<PyResult<Py<PyAny>>> {
        None
    }

    fn begin(&mut self, py: Python<'_>) -> PyResult<()> {
        if let Some(start) = self.start.take() {
            let (task, convert) = start(py)?;
            self.begun = Some((task, Some(convert)));
        }
        Ok(())
    }

    fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<Py<PyAny>>> {
        let Some((task, convert @ Some(_))) = &mut self.begun else {
            return Poll::Ready(Err(reused()));
        };
        task.poll(py, context).map(|result| match (result, convert.take()) {
            (Ok(result), Some(convert)) => convert(py, result),
            (Ok(_), None) => Err(reused()),
            (Err(error), _) => Err(error),
        })
    }

    fn cancel(&mut self) {
        if let Some((task, _)) = &mut self.begun {
            task.cancel();
        }
    }

    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.begun.as_mut().map_or(Poll::Ready(()), |(task, _)| task.poll_ended(context))
    }
}

/// A coroutine that runs a future on the runtime when it is awaited.
///
/// Args: the qualified name of the function that gives it; the future; what turns its output into an
/// object, on the thread of the event loop.
///
/// If it is cancelled, the future is dropped, where it waits next, before `CancelledError` is raised.
/// If the runtime ends the future, awaiting raises `CancelledError`; if it panics, `InternalError`.
#[cfg_attr(not(feature = "bench"), expect(dead_code, reason = "no component needs it yet"))]
pub(crate) fn coroutine<F, C>(name: &'static str, future: F, convert: C) -> Coroutine
where
    F: Future<Output: Send> + Send + 'static,
    C: FnOnce(Python<'_>, F::Output) -> PyResult<Py<PyAny>> + Send + 'static,
{
    deferred(name, |_| Ok((future, convert)))
}

/// As [`coroutine`], for a future that is made when it is first awaited, as the body of a coroutine
/// function of Python runs then.
pub(crate) fn deferred<P, F, C>(name: &'static str, prepare: P) -> Coroutine
where
    P: FnOnce(Python<'_>) -> PyResult<(F, C)> + Send + 'static,
    F: Future<Output: Send> + Send + 'static,
    C: FnOnce(Python<'_>, F::Output) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let start = |py: Python<'_>| {
        let (future, convert) = prepare(py)?;
        Ok((spawn(py, future)?, convert))
    };
    Coroutine::new(name, Spawned::new(start))
}

/// A coroutine that does work that blocks in a thread of the runtime's when it is awaited.
///
/// The work asks, from any of its threads, whether to stop; then it returns anything. If the coroutine
/// is cancelled, the work is told to stop, and `CancelledError` is raised when it has returned: nothing
/// of it goes on behind the caller's back.
#[cfg_attr(not(feature = "bench"), expect(dead_code, reason = "no component needs it yet"))]
pub(crate) fn blocking<T, W, C>(name: &'static str, work: W, convert: C) -> Coroutine
where
    T: Send + 'static,
    W: FnOnce(&(dyn Fn() -> bool + Sync)) -> T + Send + 'static,
    C: FnOnce(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let start = |py: Python<'_>| Ok((spawn_blocking(py, work)?, convert));
    Coroutine::new(name, Spawned::new(start))
}
