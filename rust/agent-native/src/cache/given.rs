//! How arguments outside the domain are refused that only the cache takes.

use std::convert::Infallible;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyEllipsis, PyList, PyMapping, PyTuple};

use crate::bridge::arguments::checked_number;

/// An argument that may be left out, told apart from None; `...` counts as left out.
pub(super) enum Given<'py> {
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

/// A time to live in seconds, or None.
pub(super) fn checked_ttl(value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    if value.is_none() {
        return Ok(None);
    }
    let seconds = checked_number(value, "ttl must be a float, an int or None")?;
    if seconds > 0.0 && seconds < f64::INFINITY {
        return Ok(Some(seconds));
    }
    Err(PyValueError::new_err(format!("ttl must be positive and finite, not {}", value.repr()?)))
}

/// The pairs of a mapping or of an iterable of pairs.
pub(super) fn checked_pairs<'py>(
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
