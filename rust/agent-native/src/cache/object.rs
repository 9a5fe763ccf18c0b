//! A Python object that is kept.

use pyo3::prelude::*;

/// A Python object, kept.
pub(super) type Object = Py<PyAny>;

/// Another reference to the same object.
pub(super) fn owned(object: &Bound<'_, PyAny>) -> Object {
    object.clone().unbind()
}
