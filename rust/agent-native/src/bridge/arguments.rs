//! How arguments outside a contract's domain are refused, in the reference's words.

use std::convert::Infallible;

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList};

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
        let message = format!("{name} must be an int, not {}", value.get_type().name()?);
        return Err(PyTypeError::new_err(message));
    }
    match value.extract::<u64>() {
        Ok(number) if (low..=high).contains(&number) => Ok(number),
        _ => {
            let message = format!("{name} must be from {low} to {high}, not {}", value.repr()?);
            Err(PyValueError::new_err(message))
        }
    }
}

/// What a clock may return, in seconds.
pub(crate) fn checked_time(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let seconds = checked_number(value, "clock must return a float or an int")?;
    if seconds.is_finite() {
        return Ok(seconds);
    }
    Err(PyValueError::new_err(format!("clock must return a finite number, not {}", value.repr()?)))
}

/// Refuses what cannot be called.
pub(crate) fn checked_callable(name: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
    if value.is_callable() {
        return Ok(());
    }
    let message = format!("{name} must be callable, not {}", value.get_type().name()?);
    Err(PyTypeError::new_err(message))
}

/// A float, or an int as a float: infinite where it is too large for one.
pub(crate) fn checked_number(value: &Bound<'_, PyAny>, rule: &str) -> PyResult<f64> {
    let is_number = value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>();
    if !is_number || value.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err(format!("{rule}, not {}", value.get_type().name()?)));
    }
    match value.extract::<f64>() {
        Err(error) if error.is_instance_of::<PyOverflowError>(value.py()) => Ok(f64::INFINITY),
        result => result,
    }
}

/// The objects of any iterable, in a list that nobody else changes.
pub(crate) fn listed<'py>(objects: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    match objects.cast_exact::<PyList>() {
        Ok(list) => Ok(list.iter().collect()),
        Err(_) => objects.try_iter()?.collect(),
    }
}
