//! The contract's classes that results are of.

use agent_core_utils::files::{self, Rows};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString, PyTuple};

use crate::bridge::imported::Imported;
use crate::bridge::memory::spare;
use crate::bridge::pace::Pace;

use super::error::strerror;

/// Where the classes of results stand.
const CONTRACT: &str = "agent.components.files.contract";

pub(super) static FILE_ERROR: Imported = Imported::new(CONTRACT, "FileError");
pub(super) static LISTING: Imported = Imported::new(CONTRACT, "Listing");
pub(super) static HASHES: Imported = Imported::new(CONTRACT, "Hashes");
pub(super) static FOUND: Imported = Imported::new(CONTRACT, "Found");
pub(super) static ARRAY: Imported = Imported::new("array", "array");
pub(super) static FSDECODE: Imported = Imported::new("os", "fsdecode");

/// What is spare before objects of a few hundred bytes are made.
pub(super) const SMALL: usize = 16 * 1024;

/// Bytes, which are copied.
pub(super) fn bytes_of<'py>(py: Python<'py>, content: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, content.len(), |place| {
        place.copy_from_slice(content);
        Ok(())
    })
}

/// A path as a text.
fn name<'py>(py: Python<'py>, path: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    if path.is_ascii() {
        return PyString::from_bytes(py, path).map(Bound::into_any);
    }
    FSDECODE.get(py)?.call1((bytes_of(py, path)?,))
}

/// A list of what `make` makes of each of some things.
pub(super) fn list<'py, T>(
    py: Python<'py>,
    things: impl IntoIterator<Item = T>,
    mut make: impl FnMut(T) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let objects = PyList::empty(py);
    let mut pace = Pace::new();
    for thing in things {
        objects.append(make(thing)?)?;
        pace.step(py)?;
    }
    Ok(objects)
}

fn names<'py>(py: Python<'py>, paths: &[Vec<u8>]) -> PyResult<Bound<'py, PyList>> {
    list(py, paths, |path| name(py, path))
}

/// What became of one file of many.
pub(super) fn file_error<'py>(
    py: Python<'py>,
    path: &Bound<'py, PyAny>,
    number: i32,
) -> PyResult<Bound<'py, PyAny>> {
    FILE_ERROR.get(py)?.call1((path, number, strerror(py, number)?))
}

fn errors<'py>(py: Python<'py>, errors: &[(Vec<u8>, i32)]) -> PyResult<Bound<'py, PyTuple>> {
    let made = list(py, errors, |(path, number)| file_error(py, &name(py, path)?, *number))?;
    Ok(made.to_tuple())
}

/// Contents of files, or why there are none.
pub(super) fn contents<'py>(
    py: Python<'py>,
    paths: &[Bound<'py, PyString>],
    results: Vec<Result<Vec<u8>, i32>>,
) -> PyResult<Bound<'py, PyList>> {
    spare(SMALL)?;
    list(py, paths.iter().zip(results), |(path, result)| match result {
        Ok(content) => bytes_of(py, &content).map(Bound::into_any),
        Err(number) => file_error(py, path.as_any(), number),
    })
}

/// Lines of a file.
pub(super) fn lines<'py>(py: Python<'py>, lines: &[Vec<u8>]) -> PyResult<Bound<'py, PyList>> {
    list(py, lines, |line| bytes_of(py, line).map(Bound::into_any))
}

/// A `Listing`.
pub(super) fn listing<'py>(
    py: Python<'py>,
    listing: &files::Listing,
) -> PyResult<Bound<'py, PyAny>> {
    spare(SMALL)?;
    LISTING.get(py)?.call1((names(py, &listing.paths)?, errors(py, &listing.errors)?))
}

/// `Hashes`.
pub(super) fn hashes<'py>(py: Python<'py>, hashes: &files::Hashes) -> PyResult<Bound<'py, PyAny>> {
    spare(SMALL)?;
    let digests = bytes_of(py, &hashes.digests)?;
    HASHES.get(py)?.call1((names(py, &hashes.paths)?, digests, errors(py, &hashes.errors)?))
}

/// `Found`.
pub(super) fn found<'py>(py: Python<'py>, found: &files::Found) -> PyResult<Bound<'py, PyAny>> {
    spare(SMALL)?;
    let files = &found.files;
    let paths = list(py, files, |(path, _)| name(py, path))?;
    let ends = files.iter().scan(0, |end, (_, rows)| {
        *end += rows.lines.len() as u64;
        Some(end.cast_signed())
    });
    let rows = || files.iter().map(|(_, rows)| rows);
    let texts = list(py, rows().flat_map(|rows| &rows.texts), |text| {
        bytes_of(py, text).map(Bound::into_any)
    })?;
    let column = |of: fn(&Rows) -> &Vec<i64>| integers(py, rows().flat_map(of).copied());
    FOUND.get(py)?.call1((
        paths,
        integers(py, std::iter::once(0).chain(ends))?,
        column(|rows| &rows.lines)?,
        column(|rows| &rows.starts)?,
        column(|rows| &rows.stops)?,
        texts,
        errors(py, &found.errors)?,
    ))
}

/// An `array.array` of 64-bit integers.
fn integers(py: Python<'_>, numbers: impl Iterator<Item = i64>) -> PyResult<Bound<'_, PyAny>> {
    let mut bytes = Vec::new();
    for number in numbers {
        bytes.try_reserve(8).map_err(|_| crate::bridge::memory::out_of_memory())?;
        bytes.extend_from_slice(&number.to_ne_bytes());
    }
    ARRAY.get(py)?.call1(("q", bytes_of(py, &bytes)?))
}
