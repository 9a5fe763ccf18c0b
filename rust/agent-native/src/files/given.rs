//! How arguments outside the domain of the file operations are refused, in the reference's words.

use agent_core_utils::files::{Algorithm, Error, Glob, Links, Pattern, Selection};
use pyo3::exceptions::{PyTypeError, PyUnicodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyList, PyString, PyTuple};

use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::imported::Imported;
use crate::bridge::shown::{shown, type_name};

use super::error::translate;

pub(super) static PATH_LIKE: Imported = Imported::new("os", "PathLike");
pub(super) static FSPATH: Imported = Imported::new("os", "fspath");
pub(super) static FSENCODE: Imported = Imported::new("os", "fsencode");

const MAX_PATTERN: usize = 1000;
const MAX_CONTEXT: u64 = 1000;

pub(super) const LINKS: [(&str, Links); 3] =
    [("follow", Links::Follow), ("replace", Links::Replace), ("refuse", Links::Refuse)];

pub(super) const ALGORITHMS: [(&str, Algorithm); 2] =
    [("sha256", Algorithm::Sha256), ("blake3", Algorithm::Blake3)];

/// A path, as it was given and as the system has it.
pub(super) struct Place<'py> {
    pub(super) text: Bound<'py, PyString>,
    pub(super) bytes: Vec<u8>,
}

/// A path of a `str` or of an `os.PathLike`.
pub(super) fn checked_path<'py>(name: &str, value: &Bound<'py, PyAny>) -> PyResult<Place<'py>> {
    let py = value.py();
    let mut given = value.clone();
    if !value.is_instance_of::<PyString>() {
        if !value.is_instance(PATH_LIKE.get(py)?)? {
            let message =
                format!("{name} must be a str or an os.PathLike, not {}", type_name(value)?);
            return Err(PyTypeError::new_err(message));
        }
        given = FSPATH.get(py)?.call1((value,))?;
        if !given.is_instance_of::<PyString>() {
            let message = format!("{name} must lead to a str, not {}", type_name(&given)?);
            return Err(PyTypeError::new_err(message));
        }
    }
    let text = exact(&given)?;
    let bytes = encoded(&text)?;
    if bytes.contains(&0) {
        let message = format!("{name} must not hold a null character, as {}", shown(value)?);
        return Err(PyValueError::new_err(message));
    }
    Ok(Place { text, bytes })
}

/// The string itself, or, of an instance of a subclass, the string that it holds.
pub(super) fn exact<'py>(value: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        return Ok(text.clone());
    }
    let plain = value.py().get_type::<PyString>().call_method1("__str__", (value,))?;
    Ok(plain.cast_into()?)
}

/// A text as the bytes of a name.
fn encoded(text: &Bound<'_, PyString>) -> PyResult<Vec<u8>> {
    let py = text.py();
    let ascii = match text.to_str() {
        Ok(text) => Some(text.as_bytes()).filter(|bytes| bytes.is_ascii()),
        Err(error) if error.is_instance_of::<PyUnicodeError>(py) => None,
        Err(error) => return Err(error),
    };
    if let Some(bytes) = ascii {
        return Ok(bytes.to_vec());
    }
    // What is not ASCII depends on the encoding of names, and may have no UTF-8.
    let bytes = FSENCODE.get(py)?.call1((text,))?;
    Ok(bytes.cast::<PyBytes>()?.as_bytes().to_vec())
}

/// The items of a list or tuple.
pub(super) fn listed<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        let message = format!("{name} must be a list or a tuple, not {}", type_name(value)?);
        return Err(PyTypeError::new_err(message));
    }
    crate::bridge::arguments::listed(value)
}

/// The paths of a list or tuple.
pub(super) fn checked_paths<'py>(value: &Bound<'py, PyAny>) -> PyResult<Vec<Place<'py>>> {
    listed("paths", value)?.iter().map(|each| checked_path("a path", each)).collect()
}

/// A text.
pub(super) fn checked_text<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    if value.is_instance_of::<PyString>() {
        return exact(value);
    }
    Err(PyTypeError::new_err(format!("{name} must be a str, not {}", type_name(value)?)))
}

/// Bytes.
pub(super) fn checked_bytes<'a, 'py>(
    name: &str,
    value: &'a Bound<'py, PyAny>,
) -> PyResult<&'a Bound<'py, PyBytes>> {
    let Ok(bytes) = value.cast::<PyBytes>() else {
        let message = format!("{name} must be bytes, not {}", type_name(value)?);
        return Err(PyTypeError::new_err(message));
    };
    Ok(bytes)
}

/// What one of some words stands for.
pub(super) fn checked_word<T: Copy>(
    name: &str,
    value: Items<'_>,
    known: &[(&str, T)],
    default: T,
) -> PyResult<T> {
    let Some(value) = value.0 else { return Ok(default) };
    let text = checked_text(name, &value)?;
    // A lone surrogate is in none of them.
    let given = text.to_string_lossy();
    if let Some((_, meant)) = known.iter().find(|(word, _)| *word == given) {
        return Ok(*meant);
    }
    let words: Vec<_> = known.iter().map(|(word, _)| *word).collect();
    let message = format!("{name} must be one of {}, not {}", words.join(", "), shown(&value)?);
    Err(PyValueError::new_err(message))
}

/// A bool.
pub(super) fn checked_flag(name: &str, value: Items<'_>, default: bool) -> PyResult<bool> {
    let Some(value) = value.0 else { return Ok(default) };
    let Ok(flag) = value.cast::<PyBool>() else {
        let message = format!("{name} must be a bool, not {}", type_name(&value)?);
        return Err(PyTypeError::new_err(message));
    };
    Ok(flag.is_true())
}

/// A number of lines around a match.
pub(super) fn checked_context(value: Items<'_>) -> PyResult<usize> {
    let Some(value) = value.0 else { return Ok(0) };
    Ok(checked_int("context", &value, 0, MAX_CONTEXT)?.try_into()?)
}

/// Which files of a tree are wanted.
pub(super) fn checked_selection(
    root: &Place<'_>,
    globs: Items<'_>,
    ignore: Items<'_>,
    hidden: Items<'_>,
) -> PyResult<Selection> {
    let mut known = Vec::new();
    if let Some(globs) = globs.0 {
        for each in listed("globs", &globs)? {
            let glob = encoded(&checked_text("a glob", &each)?)?;
            if glob.contains(&0) {
                let message =
                    format!("a glob must not hold a null character, as {}", shown(&each)?);
                return Err(PyValueError::new_err(message));
            }
            known.push(glob);
        }
    }
    let made: Result<_, Error> = known.iter().map(|glob| Glob::new(glob)).collect();
    Ok(Selection {
        globs: made.map_err(|error| translate(&error, &root.text))?,
        ignore: checked_flag("ignore", ignore, false)?,
        hidden: checked_flag("hidden", hidden, true)?,
    })
}

/// A pattern of lines.
pub(super) fn checked_pattern(
    root: &Place<'_>,
    value: &Bound<'_, PyAny>,
    regex: Items<'_>,
    ignore_case: Items<'_>,
) -> PyResult<Pattern> {
    let given = checked_text("pattern", value)?;
    let length = given.len()?;
    if length > MAX_PATTERN {
        let message = format!("pattern must have at most {MAX_PATTERN} characters, not {length}");
        return Err(PyValueError::new_err(message));
    }
    if given.contains("\n")? {
        let message = format!("pattern must not hold a line feed, as {}", shown(value)?);
        return Err(PyValueError::new_err(message));
    }
    let text = given.to_str()?;
    let regex = checked_flag("regex", regex, false)?;
    let ignore_case = checked_flag("ignore_case", ignore_case, false)?;
    Pattern::new(text, regex, ignore_case).map_err(|error| translate(&error, &root.text))
}
