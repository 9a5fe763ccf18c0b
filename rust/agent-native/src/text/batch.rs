//! Batches: how they are taken, refused, worked on and answered, in the reference's words.

use std::panic::{self, AssertUnwindSafe};

use agent_core_utils::text::{Chars, pays};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyIterator, PyList, PyString, PyType};

use super::strings::{chars, from_codes};
use crate::bridge::arguments::listed;
use crate::bridge::error::panicked;

/// The strings of a batch, an empty one for what is no string, and what is wrong.
pub(super) struct Batch<'py> {
    pub(super) strings: Vec<Bound<'py, PyString>>,
    /// The place and the message of each error, in the order of the batch.
    pub(super) errors: Vec<(usize, String)>,
}

impl<'py> Batch<'py> {
    /// Takes an iterable of items.
    pub(super) fn read(name: &str, items: &Bound<'py, PyAny>) -> PyResult<Self> {
        Self::read_each(name, items, Ok)
    }

    /// Takes an iterable of items, of each string what `make` makes of it.
    pub(super) fn read_each(
        name: &str,
        items: &Bound<'py, PyAny>,
        make: impl Fn(Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>>,
    ) -> PyResult<Self> {
        let objects = iterated(name, items)?;
        let mut batch = Self { strings: Vec::with_capacity(objects.len()), errors: vec![] };
        for (index, object) in objects.into_iter().enumerate() {
            match object.cast_into::<PyString>() {
                Ok(string) => batch.strings.push(make(exact(string)?)?),
                Err(error) => {
                    let object = error.into_inner();
                    let name = object.get_type().name()?;
                    batch.errors.push((index, format!("an item must be a str, not {name}")));
                    batch.strings.push(PyString::new(object.py(), ""));
                }
            }
        }
        Ok(batch)
    }

    /// Takes two batches of the same length; what is wrong is told of each pair once.
    pub(super) fn read_pairs(
        lefts: &Bound<'py, PyAny>,
        rights: &Bound<'py, PyAny>,
    ) -> PyResult<(Self, Self)> {
        let mut ours = Self::read("lefts", lefts)?;
        let mut theirs = Self::read("rights", rights)?;
        let (left, right) = (ours.strings.len(), theirs.strings.len());
        if left != right {
            let message = format!("lefts and rights must be equally many, not {left} and {right}");
            return Err(PyValueError::new_err(message));
        }
        // The left one's message stands last, so that it is the one that stays.
        theirs.errors.append(&mut ours.errors);
        std::mem::swap(&mut ours.errors, &mut theirs.errors);
        Ok((ours, theirs))
    }

    /// The code points of each string.
    pub(super) fn chars(&self) -> PyResult<Vec<Chars<'_>>> {
        self.strings.iter().map(chars).collect()
    }

    /// A list of the results, with each error in the place of its item.
    pub(super) fn answer<T: IntoPyObject<'py>>(
        &self,
        py: Python<'py>,
        results: impl ExactSizeIterator<Item = T>,
    ) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::new(py, results)?;
        for (index, message) in &self.errors {
            list.set_item(*index, item_error(py, *index, message)?)?;
        }
        Ok(list)
    }
}

/// What an iterable yields, but for a single string.
fn iterated<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let single = value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>();
    if single || !value.get_type().hasattr("__iter__")? {
        let kind = value.get_type().name()?;
        return Err(PyTypeError::new_err(format!("{name} must be an iterable of str, not {kind}")));
    }
    if value.is_exact_instance_of::<PyList>() {
        return listed(value);
    }
    let iterator = value.get_type().getattr("__iter__")?.call1((value,))?;
    match iterator.cast_into::<PyIterator>() {
        Ok(iterator) => iterator.collect(),
        Err(error) => {
            // In CPython's own message, a class of this module would have its module in its name.
            let kind = error.into_inner().get_type().name()?;
            let message = format!("iter() returned non-iterator of type '{kind}'");
            Err(PyTypeError::new_err(message))
        }
    }
}

/// The strings of `value`, if they all are.
pub(super) fn checked_strings<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyString>>> {
    let check = |(index, object): (usize, Bound<'py, PyAny>)| match object.cast_into::<PyString>() {
        Ok(string) => exact(string),
        Err(error) => {
            let kind = error.into_inner().get_type().name()?;
            let message = format!("{name}[{index}] must be a str, not {kind}");
            Err(PyTypeError::new_err(message))
        }
    };
    iterated(name, value)?.into_iter().enumerate().map(check).collect()
}

/// The text of a `str` argument; `name` says which.
pub(super) fn checked_text<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    if let Ok(string) = value.cast::<PyString>() {
        return exact(string.clone());
    }
    let kind = value.get_type().name()?;
    Err(PyTypeError::new_err(format!("{name} must be a str, not {kind}")))
}

/// Which of the `known` words an argument is.
pub(super) fn checked_word<T: Copy>(
    name: &str,
    value: &Bound<'_, PyAny>,
    known: &[(&str, T)],
) -> PyResult<T> {
    let text = checked_text(name, value)?;
    for (word, meaning) in known {
        if text == *word {
            return Ok(*meaning);
        }
    }
    let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
    let (words, given) = (words.join(", "), value.repr()?);
    Err(PyValueError::new_err(format!("{name} must be one of {words}, not {given}")))
}

/// The string itself, or, of an instance of a subclass, the string that it holds.
fn exact(string: Bound<'_, PyString>) -> PyResult<Bound<'_, PyString>> {
    if string.is_exact_instance_of::<PyString>() {
        return Ok(string);
    }
    let py = string.py();
    from_codes(py, &chars(&string)?.codes())
}

/// What is wrong with one item, as the contract's class.
pub(super) fn item_error<'py>(
    py: Python<'py>,
    index: usize,
    message: &str,
) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    CLASS.import(py, "agent.components.text.contract", "ItemError")?.call1((index, message))
}

/// How many characters there are together.
pub(super) fn total(texts: &[Chars<'_>]) -> usize {
    texts.iter().map(|text| text.len()).sum()
}

/// Does what takes longer than letting others run Python meanwhile, if it does.
///
/// # Errors
/// `InternalError` if `work` panics.
pub(super) fn run<R: Send>(
    py: Python<'_>,
    characters: usize,
    work: impl FnOnce() -> R + Send,
) -> PyResult<R> {
    let caught = || panic::catch_unwind(AssertUnwindSafe(work));
    let result = if pays(characters) { py.detach(caught) } else { caught() };
    result.map_err(panicked)
}
