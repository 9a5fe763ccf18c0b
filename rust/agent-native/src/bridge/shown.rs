//! Objects of Python in messages.
//!
//! `PyO3` writes an object into a Rust string by asking for its `str`, even if it is one. That looks
//! for signals first, and what their handlers raise is lost. Here it reaches the caller.

use pyo3::prelude::*;
use pyo3::types::PyString;

/// Returns the `repr` of an object; a lone surrogate in it becomes a replacement character.
#[expect(clippy::disallowed_methods, reason = "the one place that asks for a repr")]
pub(crate) fn shown(value: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(owned(&value.repr()?))
}

/// Returns the name of an object's class.
#[expect(clippy::disallowed_methods, reason = "the one place that asks for a name")]
pub(crate) fn type_name(value: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(owned(&value.get_type().name()?))
}

fn owned(text: &Bound<'_, PyString>) -> String {
    text.to_string_lossy().into_owned()
}
