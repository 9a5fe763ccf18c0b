//! How arguments outside the domain of the tools are refused, in the reference's words.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::bridge::arguments::checked_number;
use crate::bridge::imported::Imported;
use crate::bridge::memory::{push, room};
use crate::bridge::shown::{shown, type_name};

/// The longest timeout, in seconds.
const MAX_TIMEOUT: f64 = 1e9;

static FSENCODE: Imported = Imported::new("os", "fsencode");

/// All that is used here.
pub(super) static IMPORTED: [&Imported; 1] = [&FSENCODE];

/// A text that can be passed to a program, as a plain `str`.
pub(super) fn checked_text<'py>(
    name: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyString>> {
    let Ok(text) = value.cast::<PyString>() else {
        return Err(wrong_type(name, "a str", value));
    };
    let text = if text.is_exact_instance_of::<PyString>() {
        text.clone()
    } else {
        let plain = value.py().get_type::<PyString>().call_method1("__str__", (text,))?;
        plain.cast_into::<PyString>()?
    };
    if text.contains("\0")? {
        let message = format!("{name} must not hold a null character, as {}", shown(value)?);
        return Err(PyValueError::new_err(message));
    }
    encoded(&text)?; // raises what a lone surrogate raises
    Ok(text)
}

/// A text as the system has it.
pub(super) fn encoded(text: &Bound<'_, PyString>) -> PyResult<OsString> {
    let bytes = FSENCODE.get(text.py())?.call1((text,))?.cast_into::<PyBytes>()?;
    let mut copy = room(bytes.as_bytes().len())?;
    copy.extend_from_slice(bytes.as_bytes());
    Ok(OsString::from_vec(copy))
}

/// A program and its arguments.
pub(super) fn checked_argv<'py>(value: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        return Err(wrong_type("argv", "a list or a tuple", value));
    }
    let mut argv = Vec::new();
    for (index, each) in value.try_iter()?.enumerate() {
        push(&mut argv, checked_text(&format!("argv[{index}]"), &each?)?)?;
    }
    if argv.first().map_or(Ok(true), |name| name.is_empty())? {
        return Err(PyValueError::new_err("argv must begin with a program"));
    }
    Ok(argv)
}

/// Programs and their arguments.
pub(super) fn checked_argvs<'py>(
    value: &Bound<'py, PyAny>,
) -> PyResult<Vec<Vec<Bound<'py, PyString>>>> {
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        return Err(wrong_type("argvs", "a list or a tuple", value));
    }
    let mut argvs = Vec::new();
    for each in value.try_iter()? {
        push(&mut argvs, checked_argv(&each?)?)?;
    }
    if argvs.is_empty() {
        return Err(PyValueError::new_err("argvs must not be empty"));
    }
    Ok(argvs)
}

/// One of some texts, by its place among them.
pub(super) fn checked_choice(
    name: &str,
    value: &Bound<'_, PyAny>,
    choices: &[&str],
) -> PyResult<usize> {
    let Ok(text) = value.cast::<PyString>() else {
        return Err(wrong_type(name, "a str", value));
    };
    let text = text.to_string_lossy();
    if let Some(place) = choices.iter().position(|choice| *choice == text) {
        return Ok(place);
    }
    let (known, shown) = (choices.join(" or "), shown(value)?);
    Err(PyValueError::new_err(format!("{name} must be {known}, not {shown}")))
}

/// Bytes to be written.
pub(super) fn checked_bytes<'py>(
    name: &str,
    value: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyBytes>> {
    if value.is_instance_of::<PyBytes>() {
        return Ok(value.cast_into::<PyBytes>()?);
    }
    Err(wrong_type(name, "bytes", &value))
}

/// A choice between yes and no.
pub(super) fn checked_flag(name: &str, value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_instance_of::<PyBool>() {
        return value.extract();
    }
    Err(wrong_type(name, "a bool", value))
}

/// A timeout in seconds.
pub(super) fn checked_timeout(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let seconds = checked_number(value, "timeout must be a float or an int")?;
    if seconds > 0.0 && seconds <= MAX_TIMEOUT {
        return Ok(seconds);
    }
    let message =
        format!("timeout must be above 0 and at most 1000000000.0, not {}", shown(value)?);
    Err(PyValueError::new_err(message))
}

/// A whole environment.
pub(super) fn checked_environment(value: &Bound<'_, PyAny>) -> PyResult<Vec<(OsString, OsString)>> {
    let Ok(given) = value.cast::<PyDict>() else {
        return Err(wrong_type("env", "a dict", value));
    };
    let mut env = Vec::new();
    for pair in given.call_method0("items")?.try_iter()? {
        let (key, each) = pair?.extract::<(Bound<'_, PyAny>, Bound<'_, PyAny>)>()?;
        let name = encoded(&checked_text("a name in env", &key)?)?;
        if name.is_empty() || name.as_encoded_bytes().contains(&b'=') {
            let shown = shown(&key)?;
            let message = format!("a name in env must not be empty or hold =, as {shown}");
            return Err(PyValueError::new_err(message));
        }
        push(&mut env, (name, encoded(&checked_text("a value in env", &each)?)?))?;
    }
    Ok(env)
}

/// The error for an argument of a wrong type.
pub(super) fn wrong_type(name: &str, wanted: &str, value: &Bound<'_, PyAny>) -> PyErr {
    match type_name(value) {
        Ok(kind) => PyTypeError::new_err(format!("{name} must be {wanted}, not {kind}")),
        Err(error) => error,
    }
}
