//! What is used of Python's modules.
//!
//! It is imported when an object of a component is made, and not by the first operation that needs it. A
//! signal handler that uses the object would find a module half imported, or wait for ever for the
//! import under way in its own thread; a process that is forked meanwhile would keep the lock of that
//! import; and a finalizer can import nothing any more when the interpreter is ending.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

/// An object of a module, imported once and kept.
pub(crate) struct Imported {
    module: &'static str,
    name: &'static str,
    object: PyOnceLock<Py<PyAny>>,
}

impl Imported {
    /// What `module` calls `name`, which is not imported yet.
    pub(crate) const fn new(module: &'static str, name: &'static str) -> Self {
        Self { module, name, object: PyOnceLock::new() }
    }

    /// The object.
    ///
    /// # Errors
    /// What importing it raises.
    #[inline]
    pub(crate) fn get<'py>(&self, py: Python<'py>) -> PyResult<&Bound<'py, PyAny>> {
        let import = || py.import(self.module)?.getattr(self.name).map(Bound::unbind);
        Ok(self.object.get_or_try_init(py, import)?.bind(py))
    }
}

/// Imports them all.
///
/// # Errors
/// What importing one raises.
pub(crate) fn import_all(py: Python<'_>, objects: &[&Imported]) -> PyResult<()> {
    objects.iter().try_for_each(|object| object.get(py).map(drop))
}
