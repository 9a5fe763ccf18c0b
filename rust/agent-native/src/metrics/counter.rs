//! `agent._native.Counter`.

use agent_performance_monitor::metrics::{self, Cell};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::error::translate;
use super::given::{Argument, checked_count};
use super::series::Series;

/// A number that only grows: how often something happened.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Counter(pub(super) Series<metrics::Counter>);

#[pymethods]
impl Counter {
    /// Return the metric's series with these label values, one for each of its labels.
    #[pyo3(signature = (*values))]
    fn labels(&self, values: &Bound<'_, PyTuple>) -> PyResult<Self> {
        self.0.labels(values).map(Self)
    }

    /// Add `amount`.
    #[pyo3(signature = (amount=Argument(None)), text_signature = "($self, amount=1)")]
    fn inc(&self, amount: Argument<'_, '_>) -> PyResult<()> {
        let cell = self.0.held()?;
        cell.add(checked_count("amount", amount, 0)?).map_err(translate)
    }

    /// The total since it was made or last reset.
    #[getter]
    fn value(&self) -> PyResult<u64> {
        Ok(self.0.held()?.value())
    }

    /// Begin again at 0.
    fn reset(&self) -> PyResult<()> {
        self.0.held().map(Cell::reset)
    }
}
