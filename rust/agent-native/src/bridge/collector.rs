//! What the garbage collector need not look at.

#![expect(unsafe_code, reason = "the one place that tells the collector")]

use pyo3::ffi;
use pyo3::prelude::*;

/// The object, which the garbage collector leaves alone from now on.
///
/// For immutable objects that hold nothing but such, of which there may be many: as their number grew,
/// the collector would look at all objects of the process, again and again, and no other thread runs
/// meanwhile. One that were part of a reference cycle would never be freed.
pub(crate) fn untracked(object: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
    // SAFETY: the object is alive. It has what the collector knows it by, as it is tracked; like the
    // interpreter's own tuples of such objects, it may stop being so at any time.
    unsafe {
        if ffi::PyObject_GC_IsTracked(object.as_ptr()) != 0 {
            ffi::PyObject_GC_UnTrack(object.as_ptr().cast());
        }
    }
    object
}
