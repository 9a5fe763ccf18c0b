//! How arguments outside a contract's domain are refused, in the reference's words.

use std::convert::Infallible;

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList};

use super::imported::Imported;
use super::memory::{push, room};
use super::pace::Pace;
use super::shown::{shown, type_name};

/// The class that tells mappings.
pub(crate) static MAPPING: Imported = Imported::new("collections.abc", "Mapping");

/// What an argument that is left out stands for: an iterable without an element.
pub(crate) struct Items<'py>(pub(crate) Option<Bound<'py, PyAny>>);

impl<'py> FromPyObject<'_, 'py> for Items<'py> {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(Some(object.to_owned())))
    }
}

/// The value of an int within bounds, both included.
pub(crate) fn checked_int(
    name: &str,
    value: &Bound<'_, PyAny>,
    low: u64,
    high: u64,
) -> PyResult<u64> {
    if !value.is_instance_of::<PyInt>() || value.is_instance_of::<PyBool>() {
        let message = format!("{name} must be an int, not {}", type_name(value)?);
        return Err(PyTypeError::new_err(message));
    }
    match fitting::<u64>(value)? {
        Some(number) if (low..=high).contains(&number) => Ok(number),
        _ => {
            let message = format!("{name} must be from {low} to {high}, not {}", shown(value)?);
            Err(PyValueError::new_err(message))
        }
    }
}

/// A number as one of Rust's; None if it is too large or too small for that.
#[inline]
pub(crate) fn fitting<'py, T>(value: &Bound<'py, PyAny>) -> PyResult<Option<T>>
where
    T: for<'a> FromPyObject<'a, 'py, Error = PyErr>,
{
    match value.extract::<T>() {
        Ok(number) => Ok(Some(number)),
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Whether an object is a mapping, as `collections.abc` has it.
pub(crate) fn is_mapping(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    if object.is_instance_of::<PyDict>() {
        return Ok(true);
    }
    object.is_instance(MAPPING.get(object.py())?)
}

/// What a clock may return, in seconds.
pub(crate) fn checked_time(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    const RULES: [&str; 2] =
        ["clock must return a float or an int", "clock must return a finite number"];
    checked_moment(value, RULES)
}

/// A time of a clock, in seconds; the rules are for its type and for its range.
pub(crate) fn checked_moment(value: &Bound<'_, PyAny>, rules: [&str; 2]) -> PyResult<f64> {
    let seconds = checked_number(value, rules[0])?;
    if seconds.is_finite() {
        return Ok(seconds);
    }
    Err(PyValueError::new_err(format!("{}, not {}", rules[1], shown(value)?)))
}

/// Refuses what cannot be called.
pub(crate) fn checked_callable(name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if value.is_callable() {
        return Ok(());
    }
    let message = format!("{name} must be callable, not {}", type_name(value)?);
    Err(PyTypeError::new_err(message))
}

/// A float, or an int as a float: infinite where it is too large for one.
pub(crate) fn checked_number(value: &Bound<'_, PyAny>, rule: &str) -> PyResult<f64> {
    let is_number = value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>();
    if !is_number || value.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err(format!("{rule}, not {}", type_name(value)?)));
    }
    Ok(fitting(value)?.unwrap_or(f64::INFINITY))
}

/// The objects of any iterable, in a list that nobody else changes.
pub(crate) fn listed<'py>(objects: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    if let Ok(list) = objects.cast_exact::<PyList>() {
        let mut listed = room(list.len())?;
        listed.extend(list.iter());
        return Ok(listed);
    }
    let mut listed = Vec::new();
    let mut pace = Pace::new();
    for object in objects.try_iter()? {
        push(&mut listed, object?)?;
        pace.step(objects.py())?;
    }
    Ok(listed)
}
