//! What Python's strings hold, seen in place, and strings made of code points.

#![expect(unsafe_code, reason = "the one place that looks into Python's strings")]

use std::mem::MaybeUninit;
use std::slice;

use agent_core_utils::text::{Chars, decode, lower, pays};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyString;
use pyo3::types::string::PyStringData;

use crate::bridge::memory::out_of_memory;
use crate::bridge::pace::released;

/// The length from which on making a string takes longer than a millisecond or so.
const LONG: usize = 1 << 18;

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

/// The string itself, or, of an instance of a subclass, the string that it holds.
pub(super) fn exact(string: Bound<'_, PyString>) -> PyResult<Bound<'_, PyString>> {
    if string.is_exact_instance_of::<PyString>() {
        return Ok(string);
    }
    // SAFETY: what comes back is a new reference to a string, or null with an exception set.
    let exact = unsafe {
        let exact = ffi::PyUnicode_FromObject(string.as_ptr());
        Bound::from_owned_ptr_or_err(string.py(), exact)?
    };
    Ok(exact.cast_into()?)
}

/// A string of the bytes that the core writes.
pub(super) fn decoded<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    if bytes.is_ascii() {
        return from_bytes(py, bytes);
    }
    let codes = if pays(bytes.len()) { released(py, || decode(bytes)) } else { decode(bytes) };
    from_codes(py, &codes.map_err(|_| out_of_memory())?)
}

/// A string of bytes that are code points.
fn from_bytes<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyString>> {
    made(py, ffi::PyUnicode_1BYTE_KIND, bytes)
}

/// A string of code points.
pub(super) fn from_codes<'py>(py: Python<'py>, codes: &[u32]) -> PyResult<Bound<'py, PyString>> {
    if codes.len() > LONG { written(py, codes) } else { made(py, ffi::PyUnicode_4BYTE_KIND, codes) }
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
        if pays(units.len()) {
            let place = slice::from_raw_parts_mut(place.cast(), units.len());
            write(py, units.iter().map(u8::to_ascii_lowercase), place);
        } else {
            place.copy_from_nonoverlapping(units.as_ptr(), units.len());
            lower(slice::from_raw_parts_mut(place, units.len()));
        }
        made
    };
    Ok(made.cast_into()?)
}

/// A long string of code points, written while other threads run Python.
#[expect(clippy::cast_possible_truncation, reason = "no code point is above the highest")]
fn written<'py>(py: Python<'py>, codes: &[u32]) -> PyResult<Bound<'py, PyString>> {
    let length = codes.len();
    let highest = released(py, || codes.iter().copied().max().unwrap_or_default());
    // SAFETY: a new string is seen by nobody else yet, and has room for as many units as it is long,
    // of a size that holds the highest code point.
    let made = unsafe {
        let made = ffi::PyUnicode_New(length.cast_signed(), highest);
        let made = Bound::from_owned_ptr_or_err(py, made)?;
        let place = ffi::PyUnicode_DATA(made.as_ptr());
        match highest {
            0..0x100 => {
                let place = slice::from_raw_parts_mut(place.cast(), length);
                write(py, codes.iter().map(|&code| code as u8), place);
            }
            0x100..0x1_0000 => {
                let place = slice::from_raw_parts_mut(place.cast(), length);
                write(py, codes.iter().map(|&code| code as u16), place);
            }
            _ => {
                let place = slice::from_raw_parts_mut(place.cast(), length);
                write(py, codes.iter().copied(), place);
            }
        }
        made
    };
    Ok(made.cast_into()?)
}

/// Writes units into a new string while other threads run Python.
fn write<T: Send>(
    py: Python<'_>,
    units: impl Iterator<Item = T> + Send,
    place: &mut [MaybeUninit<T>],
) {
    released(py, || {
        for (place, unit) in place.iter_mut().zip(units) {
            place.write(unit);
        }
    });
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
