//! `agent._native.Gauge`.

use agent_performance_monitor::metrics::{self, Cell};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::given::{Argument, checked_finite, checked_float};
use super::series::Series;

/// A number that goes up and down: how much there is.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Gauge(pub(super) Series<metrics::Gauge>);

#[pymethods]
impl Gauge {
    /// Return the metric's series with these label values, one for each of its labels.
    #[pyo3(signature = (*values))]
    fn labels(&self, values: &Bound<'_, PyTuple>) -> PyResult<Self> {
        self.0.labels(values).map(Self)
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
