//! The core's errors become those of `subprocess` and of `agent.components.tools.errors`.

use std::ffi::OsStr;
use std::io;

use agent_core_utils::tools::{Error, Program, TemplateError};
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyFloat, PyString};

use crate::bridge::error::InternalError;
use crate::bridge::imported::Imported;
use crate::bridge::memory::out_of_memory;
use crate::bridge::shown::shown;

const ERRORS: &str = "agent.components.tools.errors";
static FAILED: Imported = Imported::new(ERRORS, "ToolFailed");
static TIMEOUT: Imported = Imported::new(ERRORS, "ToolTimeout");
static MISMATCH: Imported = Imported::new(ERRORS, "ArgumentMismatch");
static DUPLICATE: Imported = Imported::new(ERRORS, "DuplicateTool");
static UNKNOWN: Imported = Imported::new(ERRORS, "UnknownTool");
static CLOSED: Imported = Imported::new(ERRORS, "ProcessClosed");
static SLOW: Imported = Imported::new(ERRORS, "ProcessTimeout");
static NOT_FOUND: Imported = Imported::new(ERRORS, "DelimiterNotFound");
static ENDED: Imported = Imported::new(ERRORS, "OutputEnded");
static STRERROR: Imported = Imported::new("os", "strerror");
static FSDECODE: Imported = Imported::new("os", "fsdecode");

/// All that is used here.
pub(super) static IMPORTED: [&Imported; 11] = [
    &FAILED, &TIMEOUT, &MISMATCH, &DUPLICATE, &UNKNOWN, &CLOSED, &SLOW, &NOT_FOUND, &ENDED,
    &STRERROR, &FSDECODE,
];

/// The Python exception for an error of the core.
#[cold]
pub(super) fn translate(
    py: Python<'_>,
    error: Error,
    folder: Option<&Bound<'_, PyString>>,
) -> PyErr {
    match error {
        Error::Program { reason, name } => match decoded(py, &name) {
            Ok(name) => system(py, reason, Some(&name)),
            Err(error) => error,
        },
        Error::Folder(reason) => system(py, reason, folder),
        Error::System(reason) => system(py, reason, None),
        Error::Memory => out_of_memory(),
        error @ (Error::Closed | Error::InputClosed | Error::Inherited) => {
            told(py, &CLOSED, error.to_string())
        }
        // What the handler of a signal raised is raised instead.
        Error::Stopped => InternalError::new_err("a program was stopped by nobody"),
    }
}

/// The name of a program, as it was given.
fn name<'py>(py: Python<'py>, program: &Program) -> PyResult<Bound<'py, PyString>> {
    decoded(py, program.argv.first().map(|name| &**name).unwrap_or_default())
}

fn decoded<'py>(py: Python<'py>, name: &OsStr) -> PyResult<Bound<'py, PyString>> {
    let name = FSDECODE.get(py)?.call1((PyBytes::new(py, name.as_encoded_bytes()),))?;
    Ok(name.cast_into::<PyString>()?)
}

fn system(py: Python<'_>, reason: io::Error, place: Option<&Bound<'_, PyString>>) -> PyErr {
    let Some(code) = reason.raw_os_error() else { return reason.into() };
    match STRERROR.get(py).and_then(|strerror| strerror.call1((code,))) {
        Ok(text) => {
            let text = text.unbind();
            match place {
                Some(place) => PyOSError::new_err((code, text, place.clone().unbind())),
                None => PyOSError::new_err((code, text)),
            }
        }
        Err(error) => error,
    }
}

/// What is raised for a program that was killed after its timeout.
pub(super) fn timed_out(
    py: Python<'_>,
    program: &Program,
    seconds: f64,
    result: Bound<'_, PyAny>,
) -> PyErr {
    match shown(&PyFloat::new(py, seconds)) {
        Ok(seconds) => {
            raised(py, &TIMEOUT, program, &format!(" was killed after {seconds} seconds"), result)
        }
        Err(error) => error,
    }
}

/// What is raised for a program that failed.
pub(super) fn failed(
    py: Python<'_>,
    program: &Program,
    returncode: i32,
    result: Bound<'_, PyAny>,
) -> PyErr {
    let ending = if returncode < 0 {
        format!(" was ended by signal {}", -returncode)
    } else {
        format!(" ended with status {returncode}")
    };
    raised(py, &FAILED, program, &ending, result)
}

fn raised(
    py: Python<'_>,
    class: &Imported,
    program: &Program,
    ending: &str,
    result: Bound<'_, PyAny>,
) -> PyErr {
    let made =
        class.get(py).and_then(|class| class.call1((name(py, program)?.add(ending)?, result)));
    made.map_or_else(|error| error, PyErr::from_value)
}

/// What is raised for a template that is none.
#[expect(clippy::needless_pass_by_value, reason = "as map_err hands it on")]
pub(super) fn no_template(error: TemplateError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// What is raised for a name that is taken.
pub(super) fn duplicate(py: Python<'_>, name: &str) -> PyErr {
    told(py, &DUPLICATE, format!("{name} is defined already"))
}

/// What is raised for a name that no tool has.
pub(super) fn unknown(py: Python<'_>, name: &str) -> PyErr {
    told(py, &UNKNOWN, format!("no tool is called {name}"))
}

/// What is raised for arguments that are not those of a tool.
pub(super) fn mismatch(py: Python<'_>, message: String) -> PyErr {
    told(py, &MISMATCH, message)
}

/// What is raised for an operation on a process that took too long.
pub(super) fn slow(py: Python<'_>, message: String) -> PyErr {
    told(py, &SLOW, message)
}

/// What is raised for a delimiter that is not in as many bytes as may be read.
pub(super) fn not_found(py: Python<'_>, message: String) -> PyErr {
    told(py, &NOT_FOUND, message)
}

/// What is raised for output that ended before a delimiter.
pub(super) fn output_ended(py: Python<'_>, message: String) -> PyErr {
    told(py, &ENDED, message)
}

fn told(py: Python<'_>, class: &Imported, message: String) -> PyErr {
    let made = class.get(py).and_then(|class| class.call1((message,)));
    made.map_or_else(|error| error, PyErr::from_value)
}
