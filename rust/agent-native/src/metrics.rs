//! The glue of the metrics: `agent._native.Metrics`, and what it gives.
//!
//! # Layout
//! - here: the registry's operations.
//! - `series`: what counters, gauges and histograms have in common.
//! - `counter`, `float_counter`, `gauge`, `histogram`, `span`, `snapshot`: one class each.
//! - `paced`: work on many series.
//! - `error`: the core's errors, in Python.
//! - `given`: how arguments outside the domain are refused.

mod counter;
mod error;
mod float_counter;
mod gauge;
mod given;
mod histogram;
mod paced;
mod series;
mod snapshot;
mod span;

use std::sync::Arc;

use agent_performance_monitor::metrics::{self, Cell, Dialect, Family, Registry, Shape};
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::bridge::exits::{add_class, guarded};
use crate::bridge::imported::import_all;
use crate::bridge::pace::detached;

use crate::bridge::arguments::{checked_callable, checked_int};
use crate::bridge::shown::type_name;
use counter::Counter;
use error::translate;
use float_counter::FloatCounter;
use gauge::Gauge;
use given::{Argument, checked_labels, checked_name, checked_text};
use histogram::Histogram;
use paced::paced;
use series::Series;
use snapshot::Snapshot;
use span::Span;

const MAX_STEPS: u64 = 1_000_000_000;
const MAX_PRECISION: u64 = 10;
const PRECISION: u32 = 7;

/// A registry of metrics.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Metrics {
    registry: Registry,
    clock: Option<Py<PyAny>>,
}

/// Puts the classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_class::<Counter>(module)?;
    add_class::<FloatCounter>(module)?;
    add_class::<Gauge>(module)?;
    add_class::<Histogram>(module)?;
    add_class::<Metrics>(module)?;
    add_class::<Snapshot>(module)?;
    add_class::<Span>(module)
}

#[guarded]
#[pymethods]
impl Metrics {
    #[new]
    #[pyo3(signature = (*, clock=None))]
    fn new(py: Python<'_>, clock: Option<Bound<'_, PyAny>>) -> PyResult<Self> {
        import_all(py, &snapshot::IMPORTED)?;
        error::load(py);
        clock.as_ref().map_or(Ok(()), |clock| checked_callable("clock", clock))?;
        Ok(Self { registry: Registry::default(), clock: clock.map(Bound::unbind) })
    }

    /// Return the counter of this name; register it, if it is not yet.
    #[pyo3(
        signature = (name, description=Argument(None), *, labels=Argument(None)),
        text_signature = "($self, name, description='', *, labels=())"
    )]
    fn counter(
        &self,
        name: &Bound<'_, PyAny>,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
    ) -> PyResult<Counter> {
        let name = checked_name(name, "_total")?;
        self.family(&name, description, labels, Shape::default()).map(Counter)
    }

    /// Return the counter of this name that adds floats; register it, if it is not yet.
    #[pyo3(
        signature = (name, description=Argument(None), *, labels=Argument(None)),
        text_signature = "($self, name, description='', *, labels=())"
    )]
    fn float_counter(
        &self,
        name: &Bound<'_, PyAny>,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
    ) -> PyResult<FloatCounter> {
        let name = checked_name(name, "_total")?;
        self.family(&name, description, labels, Shape::default()).map(FloatCounter)
    }

    /// Return the gauge of this name; register it, if it is not yet.
    #[pyo3(
        signature = (name, description=Argument(None), *, labels=Argument(None)),
        text_signature = "($self, name, description='', *, labels=())"
    )]
    fn gauge(
        &self,
        name: &Bound<'_, PyAny>,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
    ) -> PyResult<Gauge> {
        let name = checked_name(name, "")?;
        self.family(&name, description, labels, Shape::default()).map(Gauge)
    }

    /// Return the histogram of this name; register it, if it is not yet.
    #[pyo3(
        signature = (
            name,
            description=Argument(None),
            *,
            labels=Argument(None),
            steps=Argument(None),
            precision=Argument(None),
        ),
        text_signature = "($self, name, description='', *, labels=(), steps=1, precision=7)"
    )]
    fn histogram(
        &self,
        name: &Bound<'_, PyAny>,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
        steps: Argument<'_, '_>,
        precision: Argument<'_, '_>,
    ) -> PyResult<Histogram> {
        let steps = steps.0.map_or(Ok(1), |steps| checked_int("steps", &steps, 1, MAX_STEPS))?;
        let precision = precision.0.map_or(Ok(PRECISION), |bits| {
            let bits = checked_int("precision", &bits, 1, MAX_PRECISION)?;
            #[expect(clippy::cast_possible_truncation, reason = "it is at most 10")]
            Ok::<_, PyErr>(bits as u32)
        })?;
        self.distribution(name, description, labels, Shape { steps, precision })
    }

    /// Return a histogram of seconds in steps of a nanosecond.
    #[pyo3(
        signature = (name, description=Argument(None), *, labels=Argument(None)),
        text_signature = "($self, name, description='', *, labels=())"
    )]
    fn timer(
        &self,
        name: &Bound<'_, PyAny>,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
    ) -> PyResult<Histogram> {
        self.distribution(
            name,
            description,
            labels,
            Shape { steps: MAX_STEPS, precision: PRECISION },
        )
    }

    /// Reset every series; all metrics and series stay.
    fn reset(&self, py: Python<'_>) -> PyResult<()> {
        paced(py, |pause| self.registry.reset(pause))
    }

    /// Return what every series holds.
    fn snapshot(&self, py: Python<'_>) -> PyResult<Snapshot> {
        self.read(py).map(Snapshot)
    }

    /// Return what every series gained since an earlier snapshot.
    #[pyo3(signature = (since, /))]
    fn delta(&self, since: &Bound<'_, PyAny>) -> PyResult<Snapshot> {
        let Ok(since) = since.cast::<Snapshot>() else {
            let message = format!("since must be a Snapshot, not {}", type_name(since)?);
            return Err(PyTypeError::new_err(message));
        };
        let (py, then) = (since.py(), &since.get().0);
        let now = self.read(py)?;
        detached(py, |stop| now.since(then, stop))?.map(Snapshot).map_err(translate)
    }

    /// Return every series in Prometheus' text format 0.0.4.
    fn to_prometheus<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.exposed(py, Dialect::Prometheus)
    }

    /// Return every series in the text format of `OpenMetrics` 1.0.
    fn to_openmetrics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyString>> {
        self.exposed(py, Dialect::OpenMetrics)
    }

    /// Return what the system knows of this process.
    #[expect(clippy::unused_self, reason = "an operation of the contract")]
    fn process<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        snapshot::process(py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self.clock.as_ref())
    }
}

impl Metrics {
    fn exposed<'py>(&self, py: Python<'py>, dialect: Dialect) -> PyResult<Bound<'py, PyString>> {
        let now = self.read(py)?;
        let text = detached(py, move |stop| now.expose(dialect, stop))?.map_err(translate)?;
        PyString::from_bytes(py, text.as_bytes())
    }

    fn read(&self, py: Python<'_>) -> PyResult<metrics::Snapshot> {
        paced(py, |pause| self.registry.snapshot(pause))
    }

    fn distribution(
        &self,
        name: &Bound<'_, PyAny>,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
        shape: Shape,
    ) -> PyResult<Histogram> {
        let py = name.py();
        let name = checked_name(name, "")?;
        let series = self.family(&name, description, labels, shape)?;
        Ok(Histogram { series, clock: self.clock.as_ref().map(|clock| clock.clone_ref(py)) })
    }

    fn family<C: Cell>(
        &self,
        name: &str,
        description: Argument<'_, '_>,
        labels: Argument<'_, '_>,
        shape: Shape,
    ) -> PyResult<Series<C>> {
        let description = description
            .0
            .map_or(Ok(String::new()), |description| checked_text("description", &description))?;
        let labels = labels.0.map_or(Ok(Vec::new()), |labels| checked_labels(&labels))?;
        let family: Arc<Family<C>> =
            self.registry.register(name, description, labels, shape).map_err(translate)?;
        Ok(Series { cell: family.alone().map_err(translate)?, family })
    }
}
