//! What counters, gauges and histograms have in common.

use std::sync::Arc;

use agent_performance_monitor::metrics::{Cell, Error, Family};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::bridge::pace::released;
use crate::bridge::shown::{shown, type_name};

use super::error::{LabelMismatch, translate};
use super::given::checked_value;
use super::paced::paced;

/// A metric, and one of its series where that is certain.
pub(super) struct Series<C> {
    pub(super) family: Arc<Family<C>>,
    pub(super) cell: Option<Arc<C>>,
}

impl<C: Cell> Series<C> {
    /// The metric's series with these label values, by position or by name.
    #[inline]
    pub(super) fn labels(
        &self,
        values: &Bound<'_, PyTuple>,
        by_name: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let cell = match by_name.filter(|names| !names.is_empty()) {
            Some(by_name) => self.named(values, by_name)?,
            None => self.with_values(values, |values| self.family.member(values))?,
        };
        Ok(Self { family: self.family.clone(), cell: Some(cell) })
    }

    /// Removes the series with these label values, if it exists.
    pub(super) fn remove(&self, values: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.family.expect_labels().map_err(translate)?;
        self.with_values(values, |values| self.family.remove(values))
    }

    /// Removes the series that have these values for these labels.
    pub(super) fn remove_by_labels(&self, labels: &Bound<'_, PyAny>) -> PyResult<()> {
        self.family.expect_labels().map_err(translate)?;
        let Ok(labels) = labels.cast::<PyDict>() else {
            let message = format!("labels must be a dict, not {}", type_name(labels)?);
            return Err(PyTypeError::new_err(message));
        };
        let py = labels.py();
        let rest = labels.copy()?;
        let found = self.taken(&rest)?;
        self.refuse(Vec::new(), &rest)?;
        if labels.is_empty() {
            return Ok(());
        }
        let items: Vec<_> =
            found.iter().map(|value| value.as_ref().map(|value| value.as_borrowed())).collect();
        let wanted = items
            .iter()
            .map(|value| value.as_ref().map(checked_value).transpose())
            .collect::<PyResult<Vec<_>>>()?;
        paced(py, |pause| self.family.remove_all(&wanted, pause))
    }

    /// Removes all series.
    pub(super) fn clear(&self, py: Python<'_>) {
        let removed = self.family.clear();
        if removed.is_large() {
            released(py, || drop(removed));
        }
    }

    /// Does something with label values, one for each label.
    #[inline]
    fn with_values<R>(
        &self,
        values: &Bound<'_, PyTuple>,
        act: impl FnOnce(&[&str]) -> Result<R, Error>,
    ) -> PyResult<R> {
        self.family.expect(values.len()).map_err(translate)?;
        let items: Vec<_> = values.iter_borrowed().collect();
        let values = items.iter().map(checked_value).collect::<PyResult<Vec<_>>>()?;
        act(&values).map_err(translate)
    }

    #[cold]
    fn named(&self, values: &Bound<'_, PyTuple>, by_name: &Bound<'_, PyDict>) -> PyResult<Arc<C>> {
        let py = values.py();
        if !values.is_empty() {
            let message = "label values are given by position or by name, not both";
            return Err(LabelMismatch::new_err(message));
        }
        let rest = by_name.copy()?;
        let found = self.taken(&rest)?;
        let labels = self.family.labels();
        let missing = labels.iter().zip(&found).filter(|(_, value)| value.is_none());
        self.refuse(missing.map(|(label, _)| format!("'{label}' is missing")).collect(), &rest)?;
        let given: Vec<_> = found.into_iter().flatten().collect();
        self.with_values(&PyTuple::new(py, given)?, |values| self.family.member(values))
    }

    /// The value for each label, which is taken out of `rest`.
    fn taken<'py>(&self, rest: &Bound<'py, PyDict>) -> PyResult<Vec<Option<Bound<'py, PyAny>>>> {
        let mut found = Vec::new();
        for label in self.family.labels() {
            let value = rest.get_item(label)?;
            if value.is_some() {
                rest.del_item(label)?;
            }
            found.push(value);
        }
        Ok(found)
    }

    /// Refuses labels that are missing, and names of others.
    fn refuse(&self, mut wrong: Vec<String>, rest: &Bound<'_, PyDict>) -> PyResult<()> {
        for name in rest.keys() {
            wrong.push(format!("{} is unknown", shown(&name)?));
        }
        if wrong.is_empty() {
            return Ok(());
        }
        let message = format!("{}: {}", self.family.described(), wrong.join(", "));
        Err(LabelMismatch::new_err(message))
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
