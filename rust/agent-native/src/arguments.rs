//! How arguments outside a contract's domain are refused, in the reference's words.

use std::convert::Infallible;

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyEllipsis, PyFloat, PyInt, PyList, PyMapping, PyTuple};

/// An argument that may be left out, told apart from None; `...` counts as left out.
pub(crate) enum Given<'py> {
    /// Left out.
    Absent,
    /// Given, whatever its type.
    Object(Bound<'py, PyAny>),
}

impl<'py> FromPyObject<'_, 'py> for Given<'py> {
    type Error = Infallible;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> Result<Self, Infallible> {
        if object.is_exact_instance_of::<PyEllipsis>() {
            Ok(Self::Absent)
        } else {
            Ok(Self::Object(object.to_owned()))
        }
    }
}

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

/// A time to live in seconds, or None.
pub(crate) fn checked_ttl(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if value.is_none() {
        return Ok(None);
    }
    let seconds = number(value, "ttl must be a float, an int or None")?;
    if seconds > 0.0 && seconds < f64::INFINITY {
        return Ok(Some(seconds));
    }
    Err(PyValueError::new_err(format!("ttl must be positive and finite, not {}", value.repr()?)))
}

/// What a clock may return, in seconds.
pub(crate) fn checked_time(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let seconds = number(value, "clock must return a float or an int")?;
    if seconds.is_finite() {
        return Ok(seconds);
    }
    Err(PyValueError::new_err(format!("clock must return a finite number, not {}", value.repr()?)))
}

/// A similarity: a number from 0.0 to 1.0.
pub(crate) fn checked_similarity(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let similarity = number(value, &format!("{name} must be a float or an int"))?;
    if (0.0..=1.0).contains(&similarity) {
        return Ok(similarity);
    }
    Err(PyValueError::new_err(format!("{name} must be from 0.0 to 1.0, not {}", value.repr()?)))
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
fn number(value: &Bound<'_, PyAny>, rule: &str) -> PyResult<f64> {
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

/// The pairs of a mapping or of an iterable of pairs.
pub(crate) fn checked_pairs<'py>(
    items: &Bound<'py, PyAny>,
) -> PyResult<Vec<(Bound<'py, PyAny>, Py<PyAny>)>> {
    let pairs = match items.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) => items.clone(),
    };
    if !pairs.get_type().hasattr("__iter__")? {
        let name = items.get_type().name()?;
        let message = format!("items must be a mapping or an iterable of pairs, not {name}");
        return Err(PyTypeError::new_err(message));
    }
    let mut checked = Vec::new();
    for pair in pairs.try_iter()? {
        let pair = pair?;
        let both = if let Ok(pair) = pair.cast::<PyTuple>() {
            (pair.len() == 2).then(|| (pair.get_item(0), pair.get_item(1)))
        } else if let Ok(pair) = pair.cast::<PyList>() {
            (pair.len() == 2).then(|| (pair.get_item(0), pair.get_item(1)))
        } else {
            None
        };
        let Some((key, value)) = both else {
            let name = pair.get_type().name()?;
            let message = format!("each of items must be a (key, value) pair, not {name}");
            return Err(PyTypeError::new_err(message));
        };
        checked.push((key?, value?.unbind()));
    }
    Ok(checked)
}
