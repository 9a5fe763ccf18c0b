//! The steps of a transformation, and what it made of files.

use agent_core_utils::files::{Change, Codec, Encoding, Repair, Step};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyList, PyString};

use crate::bridge::arguments::Items;
use crate::bridge::imported::Imported;
use crate::bridge::memory::spare;
use crate::bridge::shown::{shown, type_name};

use super::given::{checked_text, checked_word, listed};
use super::results::{SMALL, file_error, list};

/// Where the classes of steps and changes stand.
const CONTRACT: &str = "agent.components.files.contract";

static REPLACE: Imported = Imported::new(CONTRACT, "Replace");
static NEWLINES: Imported = Imported::new(CONTRACT, "Newlines");
static TRIM_LINES: Imported = Imported::new(CONTRACT, "TrimLines");
static KEEP_LINES: Imported = Imported::new(CONTRACT, "KeepLines");
static DROP_LINES: Imported = Imported::new(CONTRACT, "DropLines");
static CHANGE: Imported = Imported::new(CONTRACT, "Change");

/// All that a transformation may use.
pub(super) static IMPORTED: [&Imported; 6] =
    [&REPLACE, &NEWLINES, &TRIM_LINES, &KEEP_LINES, &DROP_LINES, &CHANGE];

const ENCODINGS: [(&str, Encoding); 3] =
    [("ascii", Encoding::Ascii), ("latin-1", Encoding::Latin1), ("utf-8", Encoding::Utf8)];

const REPAIRS: [(&str, Repair); 3] =
    [("strict", Repair::Strict), ("ignore", Repair::Ignore), ("replace", Repair::Replace)];

/// The steps of a list or tuple.
pub(super) fn checked_steps(value: &Bound<'_, PyAny>) -> PyResult<Vec<Step>> {
    listed("steps", value)?.iter().map(checked_step).collect()
}

fn checked_step(step: &Bound<'_, PyAny>) -> PyResult<Step> {
    let py = step.py();
    if step.is_instance(REPLACE.get(py)?)? {
        let old = checked_part("old", step)?;
        let old = old.to_str()?;
        let new = checked_text("new", &step.getattr("new")?)?;
        return Ok(Step::replace(old, new.to_str()?));
    }
    if step.is_instance(NEWLINES.get(py)?)? {
        return checked_end(&step.getattr("newline")?).map(Step::Newlines);
    }
    if step.is_instance(TRIM_LINES.get(py)?)? {
        return Ok(Step::Trim);
    }
    let keep = step.is_instance(KEEP_LINES.get(py)?)?;
    if keep || step.is_instance(DROP_LINES.get(py)?)? {
        return Ok(Step::filter(checked_part("containing", step)?.to_str()?, keep));
    }
    let message = format!("a step must be one of the contract's, not {}", type_name(step)?);
    Err(PyTypeError::new_err(message))
}

/// A text that a step is about, which is not empty.
fn checked_part<'py>(name: &str, step: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyString>> {
    let text = checked_text(name, &step.getattr(name)?)?;
    if text.is_empty()? {
        return Err(PyValueError::new_err(format!("{name} must not be empty")));
    }
    Ok(text)
}

/// What a line may end with.
fn checked_end(value: &Bound<'_, PyAny>) -> PyResult<&'static [u8]> {
    let given = checked_text("newline", value)?;
    match &*given.to_string_lossy() {
        "\n" => Ok(b"\n"),
        "\r" => Ok(b"\r"),
        "\r\n" => Ok(b"\r\n"),
        _ => {
            let rule = r"newline must be '\n', '\r' or '\r\n'";
            Err(PyValueError::new_err(format!("{rule}, not {}", shown(value)?)))
        }
    }
}

/// How files become texts, and texts files.
pub(super) fn checked_codec(
    encoding: Items<'_>,
    errors: Items<'_>,
    to: Items<'_>,
) -> PyResult<Codec> {
    let from = checked_word("encoding", encoding, &ENCODINGS, Encoding::Utf8)?;
    let repair = checked_word("errors", errors, &REPAIRS, Repair::Strict)?;
    let to = Items(to.0.filter(|to| !to.is_none()));
    Ok(Codec { from, to: checked_word("to", to, &ENCODINGS, from)?, repair })
}

/// What became of files.
pub(super) fn changes<'py>(
    py: Python<'py>,
    paths: &[Bound<'py, PyString>],
    results: Vec<Result<Change, i32>>,
) -> PyResult<Bound<'py, PyList>> {
    spare(SMALL)?;
    list(py, paths.iter().zip(results), |(path, result)| {
        let (changed, diff): (bool, &[u8]) = match &result {
            Err(number) => return file_error(py, path.as_any(), *number),
            Ok(Change::Unchanged) => (false, b""),
            Ok(Change::Written) => (true, b""),
            Ok(Change::Planned(diff)) => (true, diff),
        };
        let diff = PyString::from_bytes(py, diff)?;
        CHANGE.get(py)?.call1((path, PyBool::new(py, changed), diff))
    })
}
