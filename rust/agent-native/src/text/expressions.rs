//! Regular expressions: `agent._native.Regex`.

use agent_core_utils::text::{self, Found, Tables, in_shares};
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use crate::bridge::exits::guarded;

use super::batch::{Batch, checked_text, run, total};
use super::columns::spans;
use super::error::translate;
use super::strings::chars;
use crate::bridge::shown::shown;

/// A regular expression, ready to be searched for.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Regex {
    pattern: Py<PyString>,
    matcher: text::Regex,
    workers: usize,
}

impl Regex {
    pub(super) fn make(
        tables: &Tables,
        pattern: &Bound<'_, PyAny>,
        workers: usize,
    ) -> PyResult<Self> {
        let pattern = checked_text("pattern", pattern)?;
        let given = chars(&pattern)?;
        // The parts of even a short one may take milliseconds.
        let matcher = run(pattern.py(), usize::MAX, |watch| {
            text::Regex::new(tables, given, &mut watch.steps())
        })?;
        let matcher = matcher.map_err(|error| translate(&error))?;
        Ok(Self { pattern: pattern.unbind(), matcher, workers })
    }
}

#[guarded]
#[pymethods]
impl Regex {
    /// The expression it was made from.
    #[getter]
    fn pattern(&self, py: Python<'_>) -> Py<PyString> {
        self.pattern.clone_ref(py)
    }

    /// Find all matches in each item, each where the one before it ended or later.
    #[pyo3(signature = (items, /))]
    fn find_all<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let texts = batch.chars()?;
        let characters = total(&texts);
        let found = run(py, characters, |watch| {
            in_shares(&texts, self.workers, characters, watch, |share, steps| {
                let mut found = Found::default();
                for text in share {
                    self.matcher.find(*text, &mut found, steps);
                }
                found
            })
        })?;
        spans(py, &found, &batch)
    }

    /// Find the first match in each item, or None.
    #[pyo3(signature = (items, /))]
    fn search<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let texts = batch.chars()?;
        let characters = total(&texts);
        let found = run(py, characters, |watch| {
            in_shares(&texts, self.workers, characters, watch, |share, steps| {
                steps.each(share, |text, steps| self.matcher.search(*text, steps))
            })
        })?;
        batch.answer(py, found, Ok)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Regex({})", shown(self.pattern.bind(py))?))
    }
}
