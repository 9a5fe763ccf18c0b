//! Literal patterns: `agent._native.Patterns`.

use agent_core_utils::text::{self, Found, decode, in_shares};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};

use super::batch::{Batch, checked_strings, checked_text, run, total};
use super::columns::matches;
use super::strings::{chars, from_codes};

/// Literal patterns, ready to be searched for.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Patterns {
    patterns: text::Patterns,
    workers: usize,
}

impl Patterns {
    pub(super) fn make(patterns: &Bound<'_, PyAny>, workers: usize) -> PyResult<Self> {
        let strings = checked_strings("patterns", patterns)?;
        let texts = strings.iter().map(chars).collect::<PyResult<Vec<_>>>()?;
        if let Some(index) = texts.iter().position(|text| text.is_empty()) {
            let message = format!("patterns[{index}] must not be empty");
            return Err(PyValueError::new_err(message));
        }
        let patterns = run(patterns.py(), total(&texts), || text::Patterns::new(&texts))?;
        Ok(Self { patterns, workers })
    }
}

#[pymethods]
impl Patterns {
    /// Find all matches in each item.
    #[pyo3(signature = (items, /))]
    fn find_all<'py>(&self, items: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = items.py();
        let batch = Batch::read("items", items)?;
        let texts = batch.chars()?;
        let characters = total(&texts);
        let found = run(py, characters, || {
            in_shares(&texts, self.workers, characters, |share| {
                let mut found = Found::default();
                for text in share {
                    self.patterns.find(*text, &mut found);
                }
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
        let replaced = run(py, characters, || {
            in_shares(&texts, self.workers, characters, |share| {
                let replace = |text| self.patterns.replace(text, &replacements);
                share.iter().copied().map(replace).collect::<Vec<_>>()
            })
        })?;
        let results = batch.strings.iter().zip(replaced).map(|(string, replaced)| match replaced {
            None => Ok(string.clone()),
            Some(bytes) => from_codes(py, &decode(&bytes)),
        });
        let results = results.collect::<PyResult<Vec<_>>>()?;
        batch.answer(py, results.into_iter())
    }

    fn __len__(&self) -> usize {
        self.patterns.count()
    }

    fn __repr__(&self) -> String {
        format!("Patterns({})", self.patterns.count())
    }
}

impl Patterns {
    /// The bytes of a replacement for each pattern.
    fn checked_replacements(&self, value: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<u8>>> {
        let count = self.patterns.count();
        if value.is_instance_of::<PyString>() {
            let text = checked_text("replacements", value)?;
            return Ok(vec![text::encode(chars(&text)?); count]);
        }
        let replacements = checked_strings("replacements", value)?;
        if replacements.len() != count {
            let message = format!(
                "replacements must be as many as the patterns: {count}, not {}",
                replacements.len()
            );
            return Err(PyValueError::new_err(message));
        }
        replacements.iter().map(|text| Ok(text::encode(chars(text)?))).collect()
    }
}
