//! `agent._native.FloatCounter`.

use agent_performance_monitor::metrics::{self, Cell};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::bridge::exits::guarded;

use super::error::translate;
use super::given::{Argument, checked_growth};
use super::series::Series;

/// A sum of floats that only grows: how much there was.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct FloatCounter(pub(super) Series<metrics::Sum>);

#[guarded]
#[pymethods]
impl FloatCounter {
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

    /// Add `amount`.
    #[pyo3(signature = (amount=Argument(None)), text_signature = "($self, amount=1.0)")]
    fn inc(&self, amount: Argument<'_, '_>) -> PyResult<()> {
        let cell = self.0.held()?;
        cell.add(checked_growth(amount)?).map_err(translate)
    }

    /// The total since it was made or last reset.
    #[getter]
    fn value(&self) -> PyResult<f64> {
        Ok(self.0.held()?.value())
    }

    /// Begin again at 0.0.
    fn reset(&self) -> PyResult<()> {
        self.0.held().map(Cell::reset)
    }
}
