//! What counters, gauges and histograms have in common.

use std::sync::Arc;

use agent_performance_monitor::metrics::{Cell, Family};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::error::translate;
use super::given::checked_value;

/// A metric, and one of its series where that is certain.
pub(super) struct Series<C> {
    pub(super) family: Arc<Family<C>>,
    pub(super) cell: Option<Arc<C>>,
}

impl<C: Cell> Series<C> {
    /// The metric's series with these label values.
    pub(super) fn labels(&self, values: &Bound<'_, PyTuple>) -> PyResult<Self> {
        self.family.expect(values.len()).map_err(translate)?;
        let items: Vec<_> = values.iter_borrowed().collect();
        let values = items.iter().map(checked_value).collect::<PyResult<Vec<_>>>()?;
        let cell = self.family.member(&values);
        Ok(Self { family: self.family.clone(), cell: Some(cell) })
    }

    /// The series.
    #[inline]
    pub(super) fn held(&self) -> PyResult<&C> {
        self.cell.as_deref().ok_or_else(|| self.unlabelled())
    }

    /// The series, to be kept.
    pub(super) fn shared(&self) -> PyResult<Arc<C>> {
        self.cell.clone().ok_or_else(|| self.unlabelled())
    }

    #[cold]
    fn unlabelled(&self) -> PyErr {
        translate(self.family.unlabelled())
    }
}
