//! A lock for what is only touched by threads that are attached to the interpreter.
//!
//! With the interpreter lock, an attached thread is the only one that runs, so that a plain flag
//! does what a mutex does with atomic instructions, at a tenth of a cache hit less. Free-threaded
//! Python has no such lock: there this does not compile.

#![expect(unsafe_code, reason = "the one place that shows exclusive access to the compiler")]
#![expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]

use std::cell::{Cell, UnsafeCell};
use std::ops::{Deref, DerefMut};
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use pyo3::gc::PyVisit;
use pyo3::prelude::*;

use super::error::{InternalError, panicked};

/// A value behind the lock.
pub(crate) struct Lock<T> {
    taken: Cell<bool>,
    /// Whether an operation panicked with the lock taken, and may have left the value half changed.
    poisoned: Cell<bool>,
    value: UnsafeCell<T>,
}

/// The right to use the value; giving it up frees the lock.
///
/// Bound to the thread's attachment: it can neither outlive it nor be sent to another thread.
pub(crate) struct Held<'lock, 'py, T> {
    lock: &'lock Lock<T>,
    _attached: Python<'py>,
}

// SAFETY: the fields are only used by a thread that is attached (it shows a `Python` token), and
// the interpreter lock lets one such thread run at a time and orders what they do. `value` is only
// borrowed by the one `Held` that found `taken` false. A thread that detaches while it holds one
// leaves `taken` true, so that others are refused. `T: Send`, as threads take turns.
#[cfg(not(Py_GIL_DISABLED))]
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// A free lock.
    pub(crate) const fn new(value: T) -> Self {
        Self { taken: Cell::new(false), poisoned: Cell::new(false), value: UnsafeCell::new(value) }
    }

    /// Takes the lock. Nobody ever has to wait: it is not kept while other threads may run.
    ///
    /// # Errors
    /// `InternalError` if an operation panicked with the lock taken.
    #[inline]
    pub(crate) fn take<'py>(&self, py: Python<'py>) -> PyResult<Held<'_, 'py, T>> {
        if self.taken.get() || self.poisoned.get() {
            return Err(unusable());
        }
        self.taken.set(true);
        Ok(Held { lock: self, _attached: py })
    }

    /// Looks at the value for the garbage collector, unless the lock is taken.
    pub(crate) fn visit<R>(&self, _: &PyVisit<'_>, look: impl FnOnce(&T) -> R) -> Option<R> {
        if self.taken.get() {
            return None;
        }
        // SAFETY: a `PyVisit` only exists while the collector runs, on an attached thread; it calls
        // no Python code, so that no `Held` can come up while the value is borrowed.
        Some(look(unsafe { &*self.value.get() }))
    }
}

impl<T> Held<'_, '_, T> {
    /// Runs an operation on the value.
    ///
    /// # Errors
    /// `InternalError` if the operation panics; the value cannot be used any more then.
    #[inline(always)]
    pub(crate) fn run<R>(&mut self, operation: impl FnOnce(&mut T) -> R) -> PyResult<R> {
        let value = &mut **self;
        panic::catch_unwind(AssertUnwindSafe(|| operation(value))).map_err(|payload| {
            self.lock.poisoned.set(true);
            panicked(payload)
        })
    }
}

impl<T> Deref for Held<'_, '_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this is the only `Held` of the lock, and it is borrowed.
        unsafe { &*self.lock.value.get() }
    }
}

impl<T> DerefMut for Held<'_, '_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this is the only `Held` of the lock, and it is borrowed mutably.
        unsafe { &mut *self.lock.value.get() }
    }
}

impl<T> Drop for Held<'_, '_, T> {
    #[inline]
    fn drop(&mut self) {
        if thread::panicking() {
            self.lock.poisoned.set(true);
        }
        self.lock.taken.set(false);
    }
}

#[cold]
fn unusable() -> PyErr {
    InternalError::new_err("the object cannot be used any more: an operation panicked")
}
