//! How arguments outside the domain are refused that only the cache takes.

use std::convert::Infallible;

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyEllipsis, PyFloat, PyList, PyTuple};

use crate::bridge::arguments::{checked_moment, checked_number, is_mapping};
use crate::bridge::imported::Imported;
use crate::bridge::memory::push;
use crate::bridge::pace::Pace;
use crate::bridge::shown::{shown, type_name};

/// The class of times to live that are no numbers.
pub(super) static TIMEDELTA: Imported = Imported::new("datetime", "timedelta");

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
    let class = TIMEDELTA.get(value.py())?;
    let seconds = if !value.is_instance_of::<PyFloat>() && value.is_instance(class)? {
        class.call_method1("total_seconds", (value,))?.extract()?
    } else {
        checked_number(value, "ttl must be a float, an int, a timedelta or None")?
    };
    if seconds > 0.0 && seconds < f64::INFINITY {
        return Ok(Some(seconds));
    }
    Err(PyValueError::new_err(format!("ttl must be positive and finite, not {}", shown(value)?)))
}

/// The time up to which entries are due, in seconds.
pub(super) fn checked_due(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    checked_moment(value, ["time must be a float or an int", "time must be a finite number"])
}

/// The pairs of a mapping or of an iterable of pairs.
pub(super) fn checked_pairs<'py>(
    items: &Bound<'py, PyAny>,
) -> PyResult<Vec<(Bound<'py, PyAny>, Py<PyAny>)>> {
    let pairs = if is_mapping(items)? { items.call_method0("items")? } else { items.clone() };
    if !pairs.get_type().hasattr("__iter__")? {
        let name = type_name(items)?;
        let message = format!("items must be a mapping or an iterable of pairs, not {name}");
        return Err(PyTypeError::new_err(message));
    }
    let mut checked = Vec::new();
    let mut pace = Pace::new();
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
            let name = type_name(&pair)?;
            let message = format!("each of items must be a (key, value) pair, not {name}");
            return Err(PyTypeError::new_err(message));
        };
        push(&mut checked, (key?, value?.unbind()))?;
        pace.step(items.py())?;
    }
    Ok(checked)
}
