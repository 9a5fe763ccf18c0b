//! What belongs to one process, and is left alone by its forked children.
//!
//! A child has the memory of its parent, but one thread of it. A lock that another thread held stays
//! taken for ever, so that nothing that runs in threads may be used there, or even dropped.

#![cfg(feature = "async")]

use std::mem;
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// The number that was found when it was last looked up, which takes a call of the kernel.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// This process's number.
pub(super) fn id() -> u32 {
    NUMBER.load(Ordering::Relaxed)
}

/// Looks up this process's number, which is another in a forked child.
pub(super) fn look_up() -> u32 {
    let number = process::id();
    NUMBER.store(number, Ordering::Relaxed);
    number
}

/// A value that is neither used nor dropped in a forked child.
pub(crate) struct Own<T> {
    process: u32,
    /// None once it is being dropped.
    value: Option<T>,
}

impl<T> Own<T> {
    /// A value of this process.
    pub(crate) fn new(value: T) -> Self {
        Self { process: id(), value: Some(value) }
    }

    /// Whether this is the process that made it.
    pub(crate) fn is_here(&self) -> bool {
        self.process == id()
    }

    /// The value; None in a forked child.
    pub(crate) fn get_mut(&mut self) -> Option<&mut T> {
        if self.is_here() { self.value.as_mut() } else { None }
    }
}

impl<T> Drop for Own<T> {
    fn drop(&mut self) {
        if !self.is_here() {
            mem::forget(self.value.take());
        }
    }
}

/// The exception for the use of what the parent began.
#[cold]
pub(crate) fn inherited(what: &str) -> PyErr {
    PyRuntimeError::new_err(format!(
        "{what} was begun by the process that this one was forked from, and cannot be used here"
    ))
}
