//! Texts and the bytes of files. The codecs are Python's own.

use agent_core_utils::files::universal;
use pyo3::exceptions::{PyUnicodeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::bridge::arguments::Items;
use crate::bridge::memory::out_of_memory;
use crate::bridge::shown::shown;

use super::given::{checked_text, checked_word};
use super::results::bytes_of;

const UTF_8: &str = "utf-8";
const STRICT: &str = "strict";

const ENCODINGS: [(&str, &str); 3] = [("ascii", "ascii"), ("latin-1", "latin-1"), (UTF_8, UTF_8)];

const HANDLERS: [(&str, &str); 5] = [
    (STRICT, STRICT),
    ("ignore", "ignore"),
    ("replace", "replace"),
    ("backslashreplace", "backslashreplace"),
    ("surrogateescape", "surrogateescape"),
];

/// How texts and bytes become each other.
pub(super) struct Codec {
    encoding: &'static str,
    handler: &'static str,
    /// What stands for a line feed in a file; None for any of the three.
    newline: Option<&'static str>,
}

impl Codec {
    /// The codec that arguments ask for.
    pub(super) fn checked(
        encoding: Items<'_>,
        handler: Items<'_>,
        newline: Items<'_>,
    ) -> PyResult<Self> {
        Ok(Self {
            encoding: checked_word("encoding", encoding, &ENCODINGS, UTF_8)?,
            handler: checked_word("errors", handler, &HANDLERS, STRICT)?,
            newline: checked_newline(newline)?,
        })
    }

    /// The text of bytes.
    pub(super) fn decode<'py>(
        &self,
        py: Python<'py>,
        content: &[u8],
    ) -> PyResult<Bound<'py, PyAny>> {
        if self.newline.is_none()
            && let Some(changed) = universal(content).map_err(|_| out_of_memory())?
        {
            // Where this fails, the error is to be about what the file holds.
            match self.decoded(py, &changed) {
                Err(error) if error.is_instance_of::<PyUnicodeError>(py) => {}
                decoded => return decoded,
            }
        }
        self.decoded(py, content)
    }

    fn decoded<'py>(&self, py: Python<'py>, content: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        if self.encoding == UTF_8 && self.handler == STRICT {
            return PyString::from_bytes(py, content).map(Bound::into_any);
        }
        bytes_of(py, content)?.call_method1("decode", (self.encoding, self.handler))
    }

    /// Passes the bytes of a text on to `work`.
    pub(super) fn encode<R>(
        &self,
        text: Bound<'_, PyString>,
        work: impl FnOnce(&[u8]) -> PyResult<R>,
    ) -> PyResult<R> {
        let text = match self.newline {
            Some(ending @ ("\r" | "\r\n")) => {
                text.call_method1("replace", ("\n", ending))?.cast_into::<PyString>()?
            }
            _ => text,
        };
        if self.encoding == UTF_8 {
            match text.to_str() {
                Ok(text) => return work(text.as_bytes()),
                Err(error) if error.is_instance_of::<PyUnicodeError>(text.py()) => {}
                Err(error) => return Err(error),
            }
        }
        let bytes = text.call_method1("encode", (self.encoding, self.handler))?;
        work(bytes.cast::<PyBytes>()?.as_bytes())
    }
}

fn checked_newline(value: Items<'_>) -> PyResult<Option<&'static str>> {
    let Some(value) = value.0.filter(|value| !value.is_none()) else { return Ok(None) };
    let text = checked_text("newline", &value)?;
    let given = text.to_string_lossy();
    for known in ["", "\n", "\r", "\r\n"] {
        if given == known {
            return Ok(Some(known));
        }
    }
    let rule = r"newline must be None, '', '\n', '\r' or '\r\n'";
    Err(PyValueError::new_err(format!("{rule}, not {}", shown(&value)?)))
}
