//! The thread that wakes event loops that watch no descriptors, such as Windows' own.
//!
//! It is a thread of Python's, started when the first such loop awaits something.

#![cfg(feature = "async")]

use std::mem;
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::{port, process};
use crate::bridge::exits::guarded;
use crate::bridge::imported::Imported;
use crate::bridge::lock::Lock;
use crate::bridge::pace::released;

pub(super) static THREAD: Imported = Imported::new("threading", "Thread");

static DISPATCHER: Lock<Option<Running>> = Lock::new(None);

struct Running {
    process: u32,
    post: Arc<Post>,
    thread: Py<PyAny>,
}

/// The loops that have something in their mailboxes.
pub(super) struct Post {
    due: Mutex<Due>,
    changed: Condvar,
}

#[derive(Default)]
struct Due {
    loops: Vec<usize>,
    ended: bool,
}

impl Post {
    /// Has the loop at an address called.
    pub(super) fn put(&self, address: usize) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).loops.push(address);
        self.changed.notify_one();
    }

    fn end(&self) {
        self.due.lock().unwrap_or_else(PoisonError::into_inner).ended = true;
        self.changed.notify_one();
    }

    /// Waits for loops to call; None at the end.
    fn take(&self) -> Option<Vec<usize>> {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        while due.loops.is_empty() && !due.ended {
            due = self.changed.wait(due).unwrap_or_else(PoisonError::into_inner);
        }
        (!due.ended).then(|| mem::take(&mut due.loops))
    }
}

/// What the thread does.
#[pyclass(frozen, module = "agent._native")]
struct Dispatcher {
    post: Arc<Post>,
}

#[guarded]
#[pymethods]
impl Dispatcher {
    /// Call loops until the end.
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        while let Some(loops) = released(py, || self.post.take()) {
            for address in loops {
                if let Err(error) = port::call_soon(py, address) {
                    error.write_unraisable(py, None);
                }
            }
        }
        Ok(())
    }
}

/// Where the loops to call are put; starts the thread if there is none.
pub(super) fn post(py: Python<'_>) -> PyResult<Arc<Post>> {
    let here = process::id();
    if let Some(running) = &*DISPATCHER.take(py)?
        && running.process == here
    {
        return Ok(Arc::clone(&running.post));
    }
    let post = Arc::new(Post { due: Mutex::default(), changed: Condvar::new() });
    let settings = PyDict::new(py);
    settings.set_item("target", Bound::new(py, Dispatcher { post: Arc::clone(&post) })?)?;
    settings.set_item("name", "agent-dispatcher")?;
    settings.set_item("daemon", true)?;
    let thread = THREAD.get(py)?.call((), Some(&settings))?;
    thread.call_method0("start")?;
    let running = Running { process: here, post: Arc::clone(&post), thread: thread.unbind() };
    // Two threads may have come here at the same time: each loop keeps the post that it was given.
    let before = DISPATCHER.take(py)?.replace(running);
    drop(before);
    Ok(post)
}

/// Ends the thread.
pub(super) fn end(py: Python<'_>) -> PyResult<()> {
    let running = DISPATCHER.take(py)?.take();
    match running {
        Some(running) if running.process == process::id() => {
            running.post.end();
            running.thread.call_method0(py, "join").map(drop)
        }
        Some(_) | None => Ok(()),
    }
}
