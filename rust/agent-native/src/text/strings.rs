//! What Python's strings hold, seen in place, and strings made of code points.

#![expect(unsafe_code, reason = "the one place that looks into Python's strings")]

use std::slice;

use agent_core_utils::text::{Chars, lower};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use pyo3::types::string::PyStringData;

/// The code points of a string, seen in place.
///
/// Strings never change: they may be looked at while other threads run Python.
pub(super) fn chars<'string>(string: &'string Bound<'_, PyString>) -> PyResult<Chars<'string>> {
    // SAFETY: the string is one of CPython's own, whose data is what its kind says, and never
    // changes or moves while the reference that is borrowed here keeps it alive.
    let (data, ascii) = unsafe { (string.data()?, ffi::PyUnicode_IS_ASCII(string.as_ptr()) != 0) };
    Ok(match data {
        PyStringData::Ucs1(units) if ascii => Chars::Ascii(units),
        PyStringData::Ucs1(units) => Chars::Narrow(units),
        PyStringData::Ucs2(units) => Chars::Wide(units),
        PyStringData::Ucs4(units) => Chars::Full(units),
    })
}

/// A string of bytes that are code points.
pub(super) fn from_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    made(py, ffi::PyUnicode_1BYTE_KIND, bytes)
}

/// A string of code points.
pub(super) fn from_codes<'py>(py: Python<'py>, codes: &[u32]) -> PyResult<Bound<'py, PyString>> {
    made(py, ffi::PyUnicode_4BYTE_KIND, codes)
}

/// An ASCII string with small letters for its capitals.
pub(super) fn lowered<'py>(string: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    let py = string.py();
    // SAFETY: the string is ASCII if its kind says so; a new one of the same length has room for as
    // many bytes, is seen by nobody else yet, and gets ASCII alone.
    let made = unsafe {
        let PyStringData::Ucs1(units) = string.data()? else {
            return Ok(string.clone());
        };
        let made = ffi::PyUnicode_New(units.len().cast_signed(), 127);
        let made = Bound::from_owned_ptr_or_err(py, made)?;
        let place = ffi::PyUnicode_DATA(made.as_ptr()).cast::<u8>();
        place.copy_from_nonoverlapping(units.as_ptr(), units.len());
        lower(slice::from_raw_parts_mut(place, units.len()));
        made
    };
    Ok(made.cast_into()?)
}

fn made<'py, T>(py: Python<'py>, kind: u32, units: &[T]) -> PyResult<Bound<'py, PyString>> {
    let length = units.len().cast_signed();
    // SAFETY: there are `length` units, of the size that `kind` says; they are copied. What comes
    // back is a new reference to a string, or null with an exception set.
    let string = unsafe {
        let made =
            ffi::PyUnicode_FromKindAndData(kind.cast_signed(), units.as_ptr().cast(), length);
        Bound::from_owned_ptr_or_err(py, made)?
    };
    Ok(string.cast_into()?)
}
