//! The tools that are defined, and how their arguments are taken.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::sync::Arc;
use std::time::Duration;

use agent_core_utils::tools::{Kind, Placeholder, Template, is_name};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyInt, PyString};

use super::error::{mismatch, no_template};
use super::given::{checked_text, checked_timeout, encoded, wrong_type};
use crate::bridge::arguments::{checked_int, fitting};
use crate::bridge::memory::{push, room};
use crate::bridge::shown::{shown, type_name};

const MAX_OUTPUT: u64 = 1 << 40;
const DEFAULT_OUTPUT: u64 = 1 << 24;

/// How long a program may take, and how much of its output is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// The timeout in seconds.
    pub(super) seconds: Option<f64>,
    /// Bytes of each stream.
    pub(super) max_output: u64,
}

impl Bounds {
    /// The timeout.
    pub(super) fn timeout(self) -> Option<Duration> {
        self.seconds.map(Duration::from_secs_f64)
    }
}

/// Takes both bounds; an output that is left out is the default.
pub(super) fn checked_bounds(
    timeout: Option<Bound<'_, PyAny>>,
    max_output: Option<Bound<'_, PyAny>>,
) -> PyResult<Bounds> {
    let seconds = timeout.map(|timeout| checked_timeout(&timeout)).transpose()?;
    let max_output = max_output
        .map_or(Ok(DEFAULT_OUTPUT), |most| checked_int("max_output", &most, 0, MAX_OUTPUT))?;
    Ok(Bounds { seconds, max_output })
}

/// A tool.
#[derive(Debug)]
pub(super) struct Tool {
    pub(super) template: Template,
    pub(super) bounds: Bounds,
}

/// The tools by name.
#[derive(Debug, Default)]
pub(super) struct Table(BTreeMap<String, Arc<Tool>>);

impl Table {
    /// Adds a tool; returns whether its name was free.
    pub(super) fn add(&mut self, name: &str, template: Template, bounds: Bounds) -> bool {
        let is_free = !self.0.contains_key(name);
        if is_free {
            self.0.insert(name.to_owned(), Arc::new(Tool { template, bounds }));
        }
        is_free
    }

    /// The tool of a name.
    pub(super) fn get(&self, name: &str) -> Option<Arc<Tool>> {
        self.0.get(name).cloned()
    }

    /// The names, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// The name of a tool.
pub(super) fn checked_name(value: &Bound<'_, PyAny>) -> PyResult<String> {
    let Ok(text) = value.cast::<PyString>() else {
        return Err(wrong_type("name", "a str", value));
    };
    let name = text.to_string_lossy();
    if is_name(&name) {
        return Ok(name.into_owned());
    }
    let message =
        format!("name must be small letters, digits and _, a letter first, not {}", shown(value)?);
    Err(PyValueError::new_err(message))
}

/// A template.
pub(super) fn read_template(argv: &[Bound<'_, PyString>]) -> PyResult<Template> {
    let mut elements = room(argv.len())?;
    for each in argv {
        elements.push(encoded(each)?);
    }
    Template::parse(&elements).map_err(no_template)
}

/// The argument list of a tool for arguments by name.
pub(super) fn fill(
    tool: &str,
    template: &Template,
    arguments: &Bound<'_, PyAny>,
) -> PyResult<Vec<OsString>> {
    let py = arguments.py();
    let Ok(given) = arguments.cast::<PyDict>() else {
        let message = format!("arguments must be a dict, not {}", type_name(arguments)?);
        return Err(PyTypeError::new_err(message));
    };
    let mut known = Vec::new();
    for (key, value) in given {
        let name = if let Ok(text) = key.cast::<PyString>() {
            text.to_string_lossy().into_owned()
        } else {
            String::new()
        };
        if !template.names().any(|each| each == name) {
            let shown = if is_name(&name) { name } else { shown(&key)? };
            return Err(mismatch(py, format!("{tool} has no argument {shown}")));
        }
        push(&mut known, (name, value))?;
    }
    for name in template.names() {
        if !known.iter().any(|(key, _)| key == name) {
            return Err(mismatch(py, format!("{tool} lacks the argument {name}")));
        }
    }
    template.fill(|placeholder| {
        let value = known.iter().find(|(key, _)| *key == placeholder.name);
        value.map_or_else(|| Ok(OsString::new()), |(_, value)| text_of(placeholder, value))
    })
}

/// The text of a value in its place.
fn text_of(placeholder: &Placeholder, value: &Bound<'_, PyAny>) -> PyResult<OsString> {
    let name = &placeholder.name;
    if placeholder.kind == Kind::Int {
        return Ok(checked_whole(name, value)?.to_string().into());
    }
    let text = encoded(&checked_text(name, value)?)?;
    if placeholder.kind == Kind::Path && text.is_empty() {
        return Err(PyValueError::new_err(format!("{name} must be a path, not ''")));
    }
    if !placeholder.begins || !text.as_encoded_bytes().starts_with(b"-") {
        return Ok(text);
    }
    if placeholder.kind == Kind::Path {
        let mut path = OsString::from("./");
        path.push(text);
        return Ok(path);
    }
    let shown = shown(value)?;
    let message =
        format!("{name} must not begin with -, as {shown}: it would be taken for an option");
    Err(PyValueError::new_err(message))
}

fn checked_whole(name: &str, value: &Bound<'_, PyAny>) -> PyResult<i64> {
    if !value.is_instance_of::<PyInt>() || value.is_instance_of::<PyBool>() {
        return Err(wrong_type(name, "an int", value));
    }
    if let Some(whole) = fitting::<i64>(value)? {
        return Ok(whole);
    }
    let (low, high, shown) = (i64::MIN, i64::MAX, shown(value)?);
    Err(PyValueError::new_err(format!("{name} must be from {low} to {high}, not {shown}")))
}
