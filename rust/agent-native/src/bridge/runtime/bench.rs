//! A module of Python's whose functions exercise the bridge; in builds for measuring alone.
//!
//! It is a second module in the extension's file: `agent._native` knows nothing of it.

#![cfg(feature = "bench")]

use std::future::poll_fn;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tokio::time::sleep as slept;

use super::{Coroutine, blocking, coroutine, prepare, wait};
use crate::bridge::exits::guarded;
use crate::bridge::interpreters::require_main;
use crate::bridge::stream::{Stream, stream};

static BEGUN: AtomicU64 = AtomicU64::new(0);
static FINISHED: AtomicU64 = AtomicU64::new(0);
static DROPPED: AtomicU64 = AtomicU64::new(0);

/// What a future holds while it runs; counts how it ends, which takes some time.
struct Counted {
    finished: bool,
    drop: Duration,
}

impl Counted {
    fn new(drop: Duration) -> Self {
        BEGUN.fetch_add(1, Ordering::SeqCst);
        Self { finished: false, drop }
    }

    fn finish(mut self) {
        self.finished = true;
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        thread::sleep(self.drop);
        let counter = if self.finished { &FINISHED } else { &DROPPED };
        counter.fetch_add(1, Ordering::SeqCst);
    }
}

async fn sleeping(time: Duration, drop: Duration) {
    let counted = Counted::new(drop);
    slept(time).await;
    counted.finish();
}

fn number(py: Python<'_>, value: i64) -> PyResult<Py<PyAny>> {
    Ok(value.into_pyobject(py)?.into_any().unbind())
}

fn milliseconds(value: f64) -> Duration {
    Duration::from_secs_f64(value / 1000.0)
}

/// Return the numbers of futures that began, finished, and were dropped before.
#[guarded]
#[pyfunction]
fn counts() -> (u64, u64, u64) {
    let read = |counter: &AtomicU64| counter.load(Ordering::SeqCst);
    (read(&BEGUN), read(&FINISHED), read(&DROPPED))
}

/// Give `value`, from a future that never waits.
#[guarded]
#[pyfunction]
fn ready(value: i64) -> Coroutine {
    coroutine("ready", async move { value }, number)
}

/// Give `value` after some milliseconds; dropping the future takes some, too.
#[guarded]
#[pyfunction]
#[pyo3(signature = (time, value=0, *, drop=0.0))]
fn sleep(time: f64, value: i64, drop: f64) -> Coroutine {
    let work = sleeping(milliseconds(time), milliseconds(drop));
    coroutine("sleep", work, move |py, ()| number(py, value))
}

/// Raise `ValueError` where the result becomes an object.
#[guarded]
#[pyfunction]
fn fail(message: String) -> Coroutine {
    coroutine("fail", async {}, move |_, ()| Err(PyValueError::new_err(message)))
}

/// Fail as a defect in a core would.
#[guarded]
#[pyfunction]
#[expect(clippy::panic, reason = "panicking is what it is for")]
fn panic() -> Coroutine {
    let defect = poll_fn(|_| -> Poll<()> { panic!("a defect") });
    coroutine("panic", defect, |py, ()| Ok(py.None()))
}

/// Block a thread for some milliseconds, or until told to stop unless `deaf`; give whether it was.
#[guarded]
#[pyfunction]
#[pyo3(signature = (time, *, deaf=false))]
fn block(time: f64, deaf: bool) -> Coroutine {
    let time = milliseconds(time);
    let work = move |stop: &(dyn Fn() -> bool + Sync)| {
        let counted = Counted::new(Duration::ZERO);
        let start = Instant::now();
        while start.elapsed() < time {
            if !deaf && stop() {
                return true;
            }
            thread::sleep(Duration::from_millis(1));
        }
        counted.finish();
        false
    };
    blocking("block", work, |py, stopped| {
        Ok(stopped.into_pyobject(py)?.to_owned().into_any().unbind())
    })
}

/// Wait for some milliseconds without an event loop; dropping the future takes some, too.
#[guarded]
#[pyfunction]
#[pyo3(signature = (time, *, drop=0.0))]
fn wait_for(py: Python<'_>, time: f64, drop: f64) -> PyResult<()> {
    wait(py, sleeping(milliseconds(time), milliseconds(drop)))
}

/// Give the numbers below `count`, and raise `ValueError` in place of the one that is `bad`; wait for
/// some milliseconds before each.
#[guarded]
#[pyfunction]
#[pyo3(signature = (count, *, room=64, bad=-1, pause=0.0, drop=0.0))]
fn numbers(count: i64, room: usize, bad: i64, pause: f64, drop: f64) -> Stream {
    stream(
        room,
        move |channel| async move {
            let counted = Counted::new(milliseconds(drop));
            for value in 0..count {
                if pause > 0.0 {
                    slept(milliseconds(pause)).await;
                }
                let Ok(()) = channel.send(value).await else { return };
                SENT.fetch_add(1, Ordering::SeqCst);
            }
            counted.finish();
        },
        move |py, value| {
            if value == bad {
                return Err(PyValueError::new_err("a bad number"));
            }
            number(py, value)
        },
    )
}

static SENT: AtomicU64 = AtomicU64::new(0);

/// Return how many numbers were sent by all streams.
#[guarded]
#[pyfunction]
fn sent() -> u64 {
    SENT.load(Ordering::SeqCst)
}

/// Functions that exercise the bridge.
#[guarded]
#[pymodule(gil_used = true)]
fn _async(module: &Bound<'_, PyModule>) -> PyResult<()> {
    require_main(module.py())?;
    prepare(module.py())?;
    module.add_function(wrap_pyfunction!(counts, module)?)?;
    module.add_function(wrap_pyfunction!(ready, module)?)?;
    module.add_function(wrap_pyfunction!(sleep, module)?)?;
    module.add_function(wrap_pyfunction!(fail, module)?)?;
    module.add_function(wrap_pyfunction!(panic, module)?)?;
    module.add_function(wrap_pyfunction!(block, module)?)?;
    module.add_function(wrap_pyfunction!(wait_for, module)?)?;
    module.add_function(wrap_pyfunction!(numbers, module)?)?;
    module.add_function(wrap_pyfunction!(sent, module)?)
}
