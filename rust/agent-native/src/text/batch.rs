//! Batches: how they are taken, refused, worked on and answered, in the reference's words.

use std::panic::{self, AssertUnwindSafe};

use agent_core_utils::text::{Chars, Ended, Watch, pays};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyIterator, PyList, PyString};

use super::CONTRACT;
use super::strings::{chars, exact};
use crate::bridge::arguments::listed;
use crate::bridge::error::panicked;
use crate::bridge::imported::Imported;
use crate::bridge::memory::{out_of_memory, push, room};
use crate::bridge::pace::{Pace, detached};
use crate::bridge::shown::{shown, type_name};

pub(super) static ITEM_ERROR: Imported = Imported::new(CONTRACT, "ItemError");

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
        mut make: impl FnMut(Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>>,
    ) -> PyResult<Self> {
        let py = items.py();
        let objects = iterated(name, items)?;
        let mut batch = Self { strings: room(objects.len())?, errors: vec![] };
        let mut pace = Pace::new();
        for (index, object) in objects.into_iter().enumerate() {
            pace.step(py)?;
            match object.cast_into::<PyString>() {
                Ok(string) => batch.strings.push(make(exact(string)?)?),
                Err(error) => {
                    let object = error.into_inner();
                    let name = type_name(&object)?;
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
        all_chars(&self.strings)
    }

    /// A list of what is made of the results, with each error in the place of its item.
    pub(super) fn answer<T, R: IntoPyObject<'py>>(
        &self,
        py: Python<'py>,
        results: impl IntoIterator<Item = T>,
        make: impl FnMut(T) -> PyResult<R>,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut pace = Pace::new();
        let mut objects = results.into_iter().map(make);
        let first = objects.by_ref().take(PIECE).collect::<PyResult<Vec<_>>>()?;
        let list = PyList::new(py, first)?;
        // The rest is appended: making a long list in one piece panics where memory is exhausted.
        for object in objects {
            pace.step(py)?;
            list.append(object?)?;
        }
        for (index, message) in &self.errors {
            pace.step(py)?;
            list.set_item(*index, item_error(py, *index, message)?)?;
        }
        Ok(list)
    }
}

/// The number of results that a list is made of in one piece.
const PIECE: usize = 1024;

/// The code points of each string.
pub(super) fn all_chars<'batch>(
    strings: &'batch [Bound<'_, PyString>],
) -> PyResult<Vec<Chars<'batch>>> {
    let mut texts = room(strings.len())?;
    let mut pace = Pace::new();
    for string in strings {
        pace.step(string.py())?;
        texts.push(chars(string)?);
    }
    Ok(texts)
}

/// What an iterable yields, but for a single string.
fn iterated<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let single = value.is_instance_of::<PyString>() || value.is_instance_of::<PyBytes>();
    if single || !value.get_type().hasattr("__iter__")? {
        let kind = type_name(value)?;
        return Err(PyTypeError::new_err(format!("{name} must be an iterable of str, not {kind}")));
    }
    if value.is_exact_instance_of::<PyList>() {
        return listed(value);
    }
    let iterator = value.get_type().getattr("__iter__")?.call1((value,))?;
    match iterator.cast_into::<PyIterator>() {
        Ok(iterator) => {
            let mut objects = vec![];
            for object in iterator {
                push(&mut objects, object?)?;
            }
            Ok(objects)
        }
        Err(error) => {
            // In CPython's own message, a class of this module would have its module in its name.
            let kind = type_name(&error.into_inner())?;
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
    let objects = iterated(name, value)?;
    let mut strings = room(objects.len())?;
    let mut pace = Pace::new();
    for (index, object) in objects.into_iter().enumerate() {
        pace.step(value.py())?;
        match object.cast_into::<PyString>() {
            Ok(string) => strings.push(exact(string)?),
            Err(error) => {
                let kind = type_name(&error.into_inner())?;
                let message = format!("{name}[{index}] must be a str, not {kind}");
                return Err(PyTypeError::new_err(message));
            }
        }
    }
    Ok(strings)
}

/// The text of a `str` argument; `name` says which.
pub(super) fn checked_text<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    if let Ok(string) = value.cast::<PyString>() {
        return exact(string.clone());
    }
    let kind = type_name(value)?;
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
        if matches!(chars(&text)?, Chars::Ascii(text) if text == word.as_bytes()) {
            return Ok(*meaning);
        }
    }
    let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
    let (words, given) = (words.join(", "), shown(value)?);
    Err(PyValueError::new_err(format!("{name} must be one of {words}, not {given}")))
}

/// What is wrong with one item, as the contract's class.
pub(super) fn item_error<'py>(
    py: Python<'py>,
    index: usize,
    message: &str,
) -> PyResult<Bound<'py, PyAny>> {
    ITEM_ERROR.get(py)?.call1((index, message))
}

/// How many characters there are together.
pub(super) fn total(texts: &[Chars<'_>]) -> usize {
    texts.iter().map(|text| text.len()).sum()
}

/// Does work on Rust's data, detached from the interpreter if that is worth it.
///
/// # Errors
/// What a signal handler raises meanwhile; `MemoryError`; `InternalError` if `work` panics.
pub(super) fn run<R: Send>(
    py: Python<'_>,
    characters: usize,
    work: impl FnOnce(&Watch<'_>) -> R + Send,
) -> PyResult<R> {
    let watched = |stop: &(dyn Fn() -> bool + Sync)| {
        let watch = Watch::new(stop);
        let result = work(&watch);
        (result, watch.ended())
    };
    let (result, ended) = if pays(characters) {
        detached(py, watched)?
    } else {
        panic::catch_unwind(AssertUnwindSafe(|| watched(&|| false))).map_err(panicked)?
    };
    match ended {
        Some(Ended::Exhausted) => Err(out_of_memory()),
        Some(Ended::Stopped) | None => Ok(result),
    }
}
