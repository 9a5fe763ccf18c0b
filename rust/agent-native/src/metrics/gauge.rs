//! `agent._native.Gauge`.

use agent_performance_monitor::metrics::{self, Cell};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::bridge::exits::guarded;

use super::given::{Argument, checked_finite, checked_float};
use super::series::Series;

/// A number that goes up and down: how much there is.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Gauge(pub(super) Series<metrics::Gauge>);

#[guarded]
#[pymethods]
impl Gauge {
    /// Return the metric's series with these label values, by position or by name.
    #[pyo3(signature = (*values, **by_name))]
    fn labels(
        &self,
        values: &Bound<'_, PyTuple>,
        by_name: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        self.0.labels(values, by_name).map(Self)
    }

    /// Remove the series with these label values, if there is one.
    #[pyo3(signature = (*values))]
    fn remove(&self, values: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.0.remove(values)
    }

    /// Remove the series that have these values for these labels.
    fn remove_by_labels(&self, labels: &Bound<'_, PyAny>) -> PyResult<()> {
        self.0.remove_by_labels(labels)
    }

    /// Remove all series of a metric that has labels.
    fn clear(&self, py: Python<'_>) {
        self.0.clear(py);
    }

    /// Hold `value`, which may be infinite or NaN.
    #[pyo3(signature = (value, /))]
    fn set(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let cell = self.0.held()?;
        cell.set(checked_float(value)?);
        Ok(())
    }

    /// Add `amount`.
    #[pyo3(signature = (amount=Argument(None)), text_signature = "($self, amount=1.0)")]
    fn inc(&self, amount: Argument<'_, '_>) -> PyResult<()> {
        let cell = self.0.held()?;
        cell.add(checked_finite(amount)?);
        Ok(())
    }

    /// Subtract `amount`.
    #[pyo3(signature = (amount=Argument(None)), text_signature = "($self, amount=1.0)")]
    fn dec(&self, amount: Argument<'_, '_>) -> PyResult<()> {
        let cell = self.0.held()?;
        cell.add(-checked_finite(amount)?);
        Ok(())
    }

    /// What it holds; 0.0 at first.
    #[getter]
    fn value(&self) -> PyResult<f64> {
        Ok(self.0.held()?.value())
    }

    /// Hold 0.0.
    fn reset(&self) -> PyResult<()> {
        self.0.held().map(Cell::reset)
    }
}
