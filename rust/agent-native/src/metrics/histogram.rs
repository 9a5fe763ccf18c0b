//! `agent._native.Histogram`.

use agent_performance_monitor::metrics::{self, Cell};
use pyo3::exceptions::PyTypeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::bridge::exits::guarded;

use super::error::translate;
use super::given::{Argument, checked_count, checked_percent, checked_steps};
use super::series::Series;
use super::span::Span;
use crate::bridge::shown::type_name;

/// How observations are distributed.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Histogram {
    pub(super) series: Series<metrics::Histogram>,
    pub(super) clock: Option<Py<PyAny>>,
}

#[guarded]
#[pymethods]
impl Histogram {
    /// Return the metric's series with these label values, by position or by name.
    #[pyo3(signature = (*values, **by_name))]
    fn labels(
        &self,
        values: &Bound<'_, PyTuple>,
        by_name: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let clock = self.clock.as_ref().map(|clock| clock.clone_ref(values.py()));
        Ok(Self { series: self.series.labels(values, by_name)?, clock })
    }

    /// Remove the series with these label values, if there is one.
    #[pyo3(signature = (*values))]
    fn remove(&self, values: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.series.remove(values)
    }

    /// Remove the series that have these values for these labels.
    fn remove_by_labels(&self, labels: &Bound<'_, PyAny>) -> PyResult<()> {
        self.series.remove_by_labels(labels)
    }

    /// Remove all series of a metric that has labels.
    fn clear(&self, py: Python<'_>) {
        self.series.clear(py);
    }

    /// Count `value`, from 0 to `MAX_TOTAL` steps, as observed `count` times.
    #[pyo3(
        signature = (value, /, count=Argument(None)),
        text_signature = "($self, value, /, count=1)"
    )]
    fn observe(&self, value: &Bound<'_, PyAny>, count: Argument<'_, '_>) -> PyResult<()> {
        let cell = self.series.held()?;
        let steps = checked_steps(value, cell.shape())?;
        cell.observe(steps, checked_count("count", count, 1)?).map_err(translate)
    }

    /// Return the percentile, from 0 to 100; None where nothing was observed.
    #[pyo3(signature = (percent, /))]
    fn percentile(&self, percent: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
        let cell = self.series.held()?;
        Ok(cell.percentile(checked_percent(percent)?))
    }

    /// Add all that `other` observed, as if it had been observed here.
    #[pyo3(signature = (other, /))]
    fn merge(&self, other: &Bound<'_, PyAny>) -> PyResult<()> {
        let cell = self.series.held()?;
        let Ok(other) = other.cast::<Self>() else {
            let message = format!("other must be a Histogram, not {}", type_name(other)?);
            return Err(PyTypeError::new_err(message));
        };
        cell.merge(other.get().series.held()?).map_err(translate)
    }

    /// Begin to measure a time, which the span then observes, in seconds.
    fn start(&self, py: Python<'_>) -> PyResult<Span> {
        let clock = self.clock.as_ref().map(|clock| clock.clone_ref(py));
        Span::start(py, self.series.shared()?, clock)
    }

    /// Forget all observations.
    fn reset(&self) -> PyResult<()> {
        self.series.held().map(Cell::reset)
    }

    /// How many observations there were.
    #[getter]
    fn count(&self) -> PyResult<u64> {
        Ok(self.series.held()?.count())
    }

    /// The sum of the observations.
    #[getter]
    fn sum(&self) -> PyResult<f64> {
        Ok(self.series.held()?.sum())
    }

    /// The least observation; None where there is none.
    #[getter]
    fn minimum(&self) -> PyResult<Option<f64>> {
        Ok(self.series.held()?.extremes().map(|(least, _)| least))
    }

    /// The greatest observation; None where there is none.
    #[getter]
    fn maximum(&self) -> PyResult<Option<f64>> {
        Ok(self.series.held()?.extremes().map(|(_, greatest)| greatest))
    }

    /// Return bound and number of observations of each bucket that holds any, in order.
    fn buckets(&self) -> PyResult<Vec<(f64, u64)>> {
        self.series.held()?.filled().map_err(translate)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(self.clock.as_ref())
    }
}
