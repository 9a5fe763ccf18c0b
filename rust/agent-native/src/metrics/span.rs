//! `agent._native.Span`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use agent_performance_monitor::metrics::{Histogram, clock};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyTuple};

use crate::bridge::exits::guarded;

use super::error::{SpanStopped, translate};
use super::given::checked_steps;
use crate::bridge::arguments::checked_time;

/// A time that is being measured; as a context manager it stops at the end of the block.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Span {
    cell: Arc<Histogram>,
    clock: Option<Py<PyAny>>,
    started: f64,
    stopped: AtomicBool,
}

impl Span {
    pub(super) fn start(
        py: Python<'_>,
        cell: Arc<Histogram>,
        clock: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let started = now(py, clock.as_ref())?;
        Ok(Self { cell, clock, started, stopped: AtomicBool::new(false) })
    }
}

#[guarded]
#[pymethods]
impl Span {
    /// Observe the seconds since the start, and return them; a span stops once.
    fn stop<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyFloat>> {
        if self.stopped.load(Relaxed) {
            return Err(stopped());
        }
        let seconds = PyFloat::new(py, (now(py, self.clock.as_ref())? - self.started).max(0.0));
        let steps = checked_steps(&seconds, self.cell.shape())?;
        if self.stopped.swap(true, Relaxed) {
            return Err(stopped()); // by the clock, or by another thread meanwhile
        }
        self.cell.observe(steps, 1).map_err(|error| {
            self.stopped.store(false, Relaxed);
            translate(error)
        })?;
        Ok(seconds)
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*details))]
    fn __exit__(&self, details: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.stop(details.py()).map(drop)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self.clock.as_ref())
    }
}

#[cold]
fn stopped() -> PyErr {
    SpanStopped::new_err("a span stops once")
}

/// The time in seconds, by this clock or by the system's.
fn now(py: Python<'_>, clock: Option<&Py<PyAny>>) -> PyResult<f64> {
    clock.map_or_else(|| Ok(clock::now()), |clock| checked_time(&clock.bind(py).call0()?))
}
