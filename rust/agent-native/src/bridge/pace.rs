//! Long work: other threads run meanwhile, and signals are handled.
//!
//! Work on Rust's data is done [`detached`], and asks now and then whether to stop. Work on Python's
//! objects keeps a [`Pace`].

use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use super::error::panicked;

/// How long signals wait, and other threads while Python's objects are worked on.
const SLICE: Duration = Duration::from_millis(5);

/// How often work on Rust's data looks for signals: it waits for the interpreter then.
const GLANCE: Duration = Duration::from_millis(50);

/// The number of objects that take less than a slice in any case.
const OBJECTS: u32 = 256;

/// The pace of work on many of Python's objects.
pub(crate) struct Pace {
    /// When the thread last let others run; None until it has worked on the first few objects.
    since: Option<Instant>,
    left: u32,
}

impl Pace {
    /// Begins work.
    pub(crate) const fn new() -> Self {
        Self { since: None, left: OBJECTS }
    }

    /// Begins work that starts with something else than a few objects.
    pub(crate) fn begun() -> Self {
        Self { since: Some(Instant::now()), left: OBJECTS }
    }

    /// Counts an object; lets other threads run and handles signals every few milliseconds.
    ///
    /// No object may be half made meanwhile.
    ///
    /// # Errors
    /// What a signal handler raises.
    #[inline]
    pub(crate) fn step(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.is_due() { self.pause(py) } else { Ok(()) }
    }

    /// Counts an object; says whether to [pause](Pace::pause) now.
    #[inline]
    pub(crate) fn is_due(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left == 0
    }

    /// Lets other threads run and handles signals, if the last time is a few milliseconds ago.
    ///
    /// # Errors
    /// What a signal handler raises.
    #[cold]
    pub(crate) fn pause(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.rest(py) { py.check_signals() } else { Ok(()) }
    }

    /// Lets other threads run, if the last time is a few milliseconds ago; returns whether it was.
    fn rest(&mut self, py: Python<'_>) -> bool {
        self.left = OBJECTS;
        let since = *self.since.get_or_insert_with(Instant::now);
        if since.elapsed() < SLICE {
            return false;
        }
        released(py, || ());
        self.since = Some(Instant::now());
        true
    }
}

/// Drops what an iterator yields, all of it.
///
/// # Errors
/// What a signal handler raises; the rest is dropped first, and no more signals are handled.
pub(crate) fn dropped<T>(py: Python<'_>, objects: impl IntoIterator<Item = T>) -> PyResult<()> {
    let mut pace = Pace::new();
    let mut raised = None;
    for object in objects {
        drop(object);
        if pace.is_due() && pace.rest(py) && raised.is_none() {
            raised = py.check_signals().map_or_else(Some, |()| None);
        }
    }
    raised.map_or(Ok(()), Err)
}

/// Does short work on Rust's data while other threads run Python.
pub(crate) fn released<R: Send>(py: Python<'_>, work: impl FnOnce() -> R + Send) -> R {
    py.detach(work)
}

/// Does long work on Rust's data while other threads run Python.
///
/// The work asks, from any of its threads, whether to stop; then it returns anything.
///
/// # Errors
/// What a signal handler raises; `InternalError` if the work panics.
pub(crate) fn detached<R: Send>(
    py: Python<'_>,
    work: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> R + Send,
) -> PyResult<R> {
    let caller = thread::current().id();
    let looked = Mutex::new((Instant::now(), None));
    let stop = || {
        // A signal is handled by the main thread alone: it must be asked by the caller's.
        if thread::current().id() != caller {
            return false;
        }
        let mut looked = looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.1.is_none() && looked.0.elapsed() >= GLANCE {
            #[expect(clippy::disallowed_methods, reason = "the error is all there is, and is kept")]
            let raised = Python::try_attach(|py| py.check_signals().err()).flatten();
            looked.1 = raised;
            looked.0 = Instant::now();
        }
        looked.1.is_some()
    };
    let result = released(py, || panic::catch_unwind(AssertUnwindSafe(|| work(&stop))));
    match looked.into_inner().unwrap_or_else(PoisonError::into_inner).1 {
        Some(raised) => Err(raised),
        None => py.check_signals().and(result.map_err(panicked)),
    }
}
