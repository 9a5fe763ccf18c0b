//! Waiting for a future without an event loop.

#![cfg(feature = "async")]

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use pyo3::prelude::*;

use super::task::{Failure, Task};
use super::{ending, spawn};
use crate::bridge::imported::Imported;
use crate::bridge::pace::released;

/// How often the main thread, which alone handles signals, looks for them.
const GLANCE: Duration = Duration::from_millis(50);

pub(super) static MAIN_THREAD: Imported = Imported::new("threading", "main_thread");

pub(super) static THREAD_ID: Imported = Imported::new("threading", "get_ident");

/// Wakes a thread.
struct Sleeper(Thread);

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future on the runtime and returns what it comes to; other threads run Python meanwhile.
///
/// In the main thread, signals are handled at once that come meanwhile. If a handler raises, the future
/// is cancelled, and the exception is raised when it has been dropped; or if another handler raises
/// while that is waited for.
///
/// # Errors
/// What a signal handler raises; `RuntimeError` if the interpreter is ending; `InternalError` if the
/// future panics.
#[cfg_attr(not(feature = "bench"), expect(dead_code, reason = "no component needs it yet"))]
pub(crate) fn wait<F>(py: Python<'_>, future: F) -> PyResult<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    let mut task = spawn(py, future)?;
    let glance = if is_main_thread(py)? { GLANCE } else { Duration::MAX };
    let waker = Waker::from(Arc::new(Sleeper(thread::current())));
    let mut raised: Option<PyErr> = None;
    loop {
        if let Poll::Ready(result) = released(py, || slept(&mut task, &waker, glance)) {
            return match raised {
                Some(error) => Err(error),
                None => result.map_err(|failure| failure.raised(ending)),
            };
        }
        if let Err(error) = py.check_signals() {
            if raised.is_some() {
                return Err(error);
            }
            task.cancel();
            raised = Some(error);
        }
    }
}

/// Looks for the result, and again after it was waked or the time is over.
fn slept<T>(task: &mut Task<T>, waker: &Waker, most: Duration) -> Poll<Result<T, Failure>> {
    let mut context = Context::from_waker(waker);
    let result = task.poll_result(&mut context);
    if result.is_ready() {
        return result;
    }
    thread::park_timeout(most);
    task.poll_result(&mut context)
}

fn is_main_thread(py: Python<'_>) -> PyResult<bool> {
    let main = MAIN_THREAD.get(py)?.call0()?.getattr("ident")?;
    THREAD_ID.get(py)?.call0()?.eq(main)
}
