//! Literal patterns: `agent._native.Patterns`.

use agent_core_utils::text::{self, Found, in_shares};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::batch::{Batch, all_chars, checked_strings, checked_text, run, total};
use super::columns::matches;
use super::strings::decoded;
use crate::bridge::exits::guarded;
use crate::bridge::memory::out_of_memory;

/// Literal patterns, ready to be searched for.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Patterns {
    patterns: text::Patterns,
    workers: usize,
}

impl Patterns {
    pub(super) fn make(patterns: &Bound<'_, PyAny>, workers: usize) -> PyResult<Self> {
        let strings = checked_strings("patterns", patterns)?;
        let texts = all_chars(&strings)?;
        if let Some(index) = texts.iter().position(|text| text.is_empty()) {
            let message = format!("patterns[{index}] must not be empty");
            return Err(PyValueError::new_err(message));
        }
        let patterns = run(patterns.py(), total(&texts), |watch| {
            text::Patterns::new(&texts, &mut watch.steps())
        })?;
        Ok(Self { patterns: patterns.ok_or_else(out_of_memory)?, workers })
    }
}

#[guarded]
#[pymethods]
impl Patterns {
    /// Find all matches in each item.
    #[pyo3(signature = (items, /))]
    fn find_all<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let texts = batch.chars()?;
        let characters = total(&texts);
        let found = run(py, characters, |watch| {
            in_shares(&texts, self.workers, characters, watch, |share, steps| {
                let mut found = Found::default();
                self.patterns.find_all(share, &mut found, steps);
                found
            })
        })?;
        matches(py, &found, &batch)
    }

    /// Replace every match: by the one string, or by that of its pattern.
    #[pyo3(signature = (items, replacements, /))]
    fn replace_all<'py>(
        &self,
        items: &Bound<'py, PyAny>,
        replacements: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let replacements = self.checked_replacements(replacements)?;
        let texts = batch.chars()?;
        let characters = total(&texts);
        let replacement = |pattern| {
            let index = if replacements.len() == 1 { 0 } else { pattern };
            replacements.get(index).map_or(&[][..], |bytes| bytes)
        };
        let replaced = run(py, characters, |watch| {
            in_shares(&texts, self.workers, characters, watch, |share, steps| {
                let replace =
                    |text: &_, steps: &mut _| self.patterns.replace(*text, replacement, steps);
                steps.each(share, replace)
            })
        })?;
        let results = batch.strings.iter().zip(replaced);
        batch.answer(py, results, |(string, replaced)| match replaced {
            None => Ok(string.clone()),
            Some(bytes) => decoded(py, &bytes),
        })
    }

    fn __len__(&self) -> usize {
        self.patterns.count()
    }

    fn __repr__(&self) -> String {
        format!("Patterns({})", self.patterns.count())
    }
}

impl Patterns {
    /// The bytes of the replacements: one for each pattern, or one for all.
    fn checked_replacements(&self, value: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<u8>>> {
        let strings = if value.is_instance_of::<PyString>() {
            vec![checked_text("replacements", value)?]
        } else {
            let strings = checked_strings("replacements", value)?;
            let (count, given) = (self.patterns.count(), strings.len());
            if given != count {
                let message =
                    format!("replacements must be as many as the patterns: {count}, not {given}");
                return Err(PyValueError::new_err(message));
            }
            strings
        };
        let texts = all_chars(&strings)?;
        run(value.py(), total(&texts), |watch| {
            watch.steps().each(&texts, |text, steps| text::encode(*text, steps))
        })
    }
}
