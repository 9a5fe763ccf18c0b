//! How arguments outside the domain of the metrics are refused, in the reference's words.

use std::convert::Infallible;

use agent_performance_monitor::metrics::Shape;
use agent_performance_monitor::metrics::names::{is_label, is_name};
use pyo3::exceptions::{PyOverflowError, PyTypeError, PyUnicodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::bridge::arguments::{checked_int, fitting};
use crate::bridge::memory::out_of_memory;
use crate::bridge::shown::{shown, type_name};

const MAX_TOTAL: u64 = i64::MAX.unsigned_abs();

/// An argument that may be left out; None is one that was given.
#[derive(Clone, Copy)]
pub(super) struct Argument<'a, 'py>(pub(super) Option<Borrowed<'a, 'py, PyAny>>);

impl<'a, 'py> FromPyObject<'a, 'py> for Argument<'a, 'py> {
    type Error = Infallible;

    #[inline]
    fn extract(object: Borrowed<'a, 'py, PyAny>) -> Result<Self, Infallible> {
        Ok(Self(Some(object)))
    }
}

/// An int or a float, of whichever class.
enum Number {
    Float(f64),
    /// From -2⁶³ to 2⁶³ - 1.
    Int(i64),
    /// Any other int.
    Large,
}

/// How much a counter is to grow, or how often something was observed.
#[inline]
pub(super) fn checked_count(name: &str, value: Argument<'_, '_>, low: u64) -> PyResult<u64> {
    value.0.map_or(Ok(1), |value| checked_int(name, &value, low, MAX_TOTAL))
}

/// What a gauge may hold.
#[inline]
pub(super) fn checked_float(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if let Some(float) = number("value must be a float or an int", value)? {
        return Ok(float);
    }
    let message = format!("value is too large for a float: {}", shown(value)?);
    Err(PyValueError::new_err(message))
}

/// What may be added to a gauge.
#[inline]
pub(super) fn checked_finite(amount: Argument<'_, '_>) -> PyResult<f64> {
    let Some(amount) = amount.0 else { return Ok(1.0) };
    match number("amount must be a float or an int", &amount)? {
        Some(float) if float.is_finite() => Ok(float),
        _ => {
            let message = format!("amount must be finite, not {}", shown(&amount)?);
            Err(PyValueError::new_err(message))
        }
    }
}

/// How much a counter that adds floats is to grow.
#[inline]
pub(super) fn checked_growth(amount: Argument<'_, '_>) -> PyResult<f64> {
    let Some(amount) = amount.0 else { return Ok(1.0) };
    match number("amount must be a float or an int", &amount)? {
        Some(float) if float.is_finite() && float >= 0.0 => Ok(float),
        _ => Err(refused(&amount, "amount must be from 0 to 1.7976931348623157e+308")),
    }
}

/// A percentile that is asked for.
pub(super) fn checked_percent(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    match number("percent must be a float or an int", value)? {
        Some(percent) if (0.0..=100.0).contains(&percent) => Ok(percent),
        _ => {
            let message = format!("percent must be from 0 to 100, not {}", shown(value)?);
            Err(PyValueError::new_err(message))
        }
    }
}

/// The steps of an observation.
#[inline]
pub(super) fn checked_steps(value: &Bound<'_, PyAny>, shape: Shape) -> PyResult<u64> {
    let steps = match kind("value must be a float or an int", value)? {
        Number::Float(float) => {
            let steps = shape.steps_of(float);
            if shape.steps == 1 && steps.is_some() && float.fract() != 0.0 {
                return Err(not_whole(value));
            }
            steps
        }
        Number::Int(whole) => {
            if whole < 0 {
                None
            } else {
                shape.steps_of_whole(whole.unsigned_abs())
            }
        }
        Number::Large => None,
    };
    steps.map_or_else(|| Err(not_observed(value, shape)), Ok)
}

#[cold]
fn not_observed(value: &Bound<'_, PyAny>, shape: Shape) -> PyErr {
    let steps = shape.steps;
    refused(value, &format!("value must be from 0 to {MAX_TOTAL} steps of 1/{steps}"))
}

#[cold]
fn not_whole(value: &Bound<'_, PyAny>) -> PyErr {
    refused(value, "value must be whole in a histogram of steps=1")
}

/// The error for a value that breaks a rule, or what showing the value raises.
fn refused(value: &Bound<'_, PyAny>, rule: &str) -> PyErr {
    match shown(value) {
        Ok(given) => PyValueError::new_err(format!("{rule}, not {given}")),
        Err(error) => error,
    }
}

/// A text that can be exposed.
pub(super) fn checked_text(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = text(name, value)?.to_str().or_else(|error| surrogates(name, value, error))?;
    let mut copy = String::new();
    copy.try_reserve_exact(text.len()).map_err(|_| out_of_memory())?;
    copy.push_str(text);
    Ok(copy)
}

/// A label's value, without a copy.
#[inline]
pub(super) fn checked_value<'a>(value: &'a Borrowed<'_, '_, PyAny>) -> PyResult<&'a str> {
    let name = "a label value";
    text(name, value)?.to_str().or_else(|error| surrogates(name, value, error))
}

/// The name of a metric, without the `ending` that its kind gives its sample.
pub(super) fn checked_name(value: &Bound<'_, PyAny>, ending: &str) -> PyResult<String> {
    let given = checked_text("name", value)?;
    let name = given.strip_suffix(ending).unwrap_or(&given);
    if is_name(name) {
        return Ok(name.to_owned());
    }
    let message =
        format!("name must be letters, digits, _ and :, no digit first, not {}", shown(value)?);
    Err(PyValueError::new_err(message))
}

/// The names of a metric's labels.
pub(super) fn checked_labels(value: &Bound<'_, PyAny>) -> PyResult<Vec<String>> {
    if !value.is_instance_of::<PyList>() && !value.is_instance_of::<PyTuple>() {
        let name = type_name(value)?;
        let message = format!("labels must be a list or a tuple, not {name}");
        return Err(PyTypeError::new_err(message));
    }
    let mut names = Vec::new();
    for each in value.try_iter()? {
        let each = each?;
        let name = checked_text("a label", &each)?;
        if !is_label(&name) || names.contains(&name) {
            let shown = shown(&each)?;
            let message =
                format!("a label must be letters, digits and _, and be there once, not {shown}");
            return Err(PyValueError::new_err(message));
        }
        names.push(name);
    }
    Ok(names)
}

fn text<'a, 'py>(name: &str, value: &'a Bound<'py, PyAny>) -> PyResult<&'a Bound<'py, PyString>> {
    let Ok(text) = value.cast::<PyString>() else {
        let message = format!("{name} must be a str, not {}", type_name(value)?);
        return Err(PyTypeError::new_err(message));
    };
    Ok(text)
}

/// Says why a text has no bytes: `error` is what encoding it raised.
#[cold]
fn surrogates<T>(name: &str, value: &Bound<'_, PyAny>, error: PyErr) -> PyResult<T> {
    if !error.is_instance_of::<PyUnicodeError>(value.py()) {
        return Err(error);
    }
    let message = format!("{name} must not hold lone surrogates, as {}", shown(value)?);
    Err(PyValueError::new_err(message))
}

/// A number as a float; None if it is too large for one.
#[inline]
fn number(rule: &str, value: &Bound<'_, PyAny>) -> PyResult<Option<f64>> {
    #[expect(clippy::cast_precision_loss, reason = "rounded, as Python does")]
    match kind(rule, value)? {
        Number::Float(float) => Ok(Some(float)),
        Number::Int(whole) => Ok(Some(whole as f64)),
        Number::Large => {
            let py = value.py();
            let float = py.get_type::<PyInt>().call_method1("__float__", (value,));
            match float.and_then(|float| float.extract()) {
                Err(error) if error.is_instance_of::<PyOverflowError>(py) => Ok(None),
                float => float.map(Some),
            }
        }
    }
}

#[inline]
fn kind(rule: &str, value: &Bound<'_, PyAny>) -> PyResult<Number> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(Number::Float(float.value()));
    }
    if value.is_instance_of::<PyInt>() && !value.is_instance_of::<PyBool>() {
        return Ok(fitting(value)?.map_or(Number::Large, Number::Int));
    }
    Err(PyTypeError::new_err(format!("{rule}, not {}", type_name(value)?)))
}
