//! The core's errors become those of `subprocess` and of `agent.components.tools.errors`.

use std::io;

use agent_core_utils::tools::Error;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};

use crate::bridge::error::InternalError;
use crate::bridge::imported::Imported;
use crate::bridge::memory::out_of_memory;
use crate::bridge::shown::shown;

const ERRORS: &str = "agent.components.tools.errors";
static FAILED: Imported = Imported::new(ERRORS, "ToolFailed");
static TIMEOUT: Imported = Imported::new(ERRORS, "ToolTimeout");
static STRERROR: Imported = Imported::new("os", "strerror");

/// All that is used here.
pub(super) static IMPORTED: [&Imported; 3] = [&FAILED, &TIMEOUT, &STRERROR];

/// The Python exception for an error of the core.
#[cold]
pub(super) fn translate(
    py: Python<'_>,
    error: Error,
    program: Option<&Bound<'_, PyString>>,
    folder: Option<&Bound<'_, PyString>>,
) -> PyErr {
    let (reason, place) = match error {
        Error::Program(reason) => (reason, program),
        Error::Folder(reason) => (reason, folder),
        Error::System(reason) => (reason, None),
        Error::Memory => return out_of_memory(),
        // What the handler of a signal raised is raised instead.
        Error::Stopped => return InternalError::new_err("a program was stopped by nobody"),
    };
    system(py, reason, place)
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
    program: Option<&Bound<'_, PyString>>,
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
    program: Option<&Bound<'_, PyString>>,
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
    program: Option<&Bound<'_, PyString>>,
    ending: &str,
    result: Bound<'_, PyAny>,
) -> PyErr {
    let made = class.get(py).and_then(|class| {
        let message = match program {
            Some(program) => program.add(ending)?,
            None => PyString::new(py, ending).into_any(),
        };
        class.call1((message, result))
    });
    made.map_or_else(|error| error, PyErr::from_value)
}
