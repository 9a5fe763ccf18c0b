//! A lock for what is only touched by threads that are attached to the interpreter.
//!
//! With the interpreter lock, an attached thread is the only one that runs, so that a plain flag
//! does what a mutex does with atomic instructions, at a tenth of a cache hit less. Free-threaded
//! Python has no such lock: there this does not compile.

#![expect(unsafe_code, reason = "the one place that shows exclusive access to the compiler")]
#![expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]

use std::cell::{Cell, UnsafeCell};
use std::mem;
use std::ops::{Deref, DerefMut};
use std::panic::{self, AssertUnwindSafe};
use std::thread;

use pyo3::gc::PyVisit;
use pyo3::prelude::*;

use super::error::{InternalError, panicked};

/// Somebody holds the lock.
const TAKEN: u8 = 1;

/// An operation panicked with the lock taken, and may have left the value half changed.
const POISONED: u8 = 2;

/// A value behind the lock.
pub(crate) struct Lock<T> {
    /// [`TAKEN`], [`POISONED`], both or none.
    flags: Cell<u8>,
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
// borrowed by the one `Held` that found `flags` without `TAKEN`. A thread that detaches while it holds one
// leaves it there, so that others are refused. `T: Send`, as threads take turns.
#[cfg(not(Py_GIL_DISABLED))]
unsafe impl<T: Send> Sync for Lock<T> {}

impl<T> Lock<T> {
    /// A free lock.
    pub(crate) const fn new(value: T) -> Self {
        Self { flags: Cell::new(0), value: UnsafeCell::new(value) }
    }

    /// Takes the lock. Nobody ever has to wait: it is not kept while other threads may run.
    ///
    /// # Errors
    /// `InternalError` if an operation panicked with the lock taken.
    #[inline]
    pub(crate) fn take<'py>(&self, py: Python<'py>) -> PyResult<Held<'_, 'py, T>> {
        if self.flags.get() != 0 {
            return Err(unusable());
        }
        self.flags.set(TAKEN);
        Ok(Held { lock: self, _attached: py })
    }

    /// Looks at the value for the garbage collector, unless the lock is taken.
    pub(crate) fn visit<R>(&self, _: &PyVisit<'_>, look: impl FnOnce(&T) -> R) -> Option<R> {
        if self.flags.get() & TAKEN != 0 {
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
            self.lock.flags.set(TAKEN | POISONED);
            panicked(payload)
        })
    }
}

impl<T> Held<'_, '_, T> {
    /// Frees the lock after an operation that has not panicked.
    #[inline(always)]
    pub(crate) fn free(self) {
        self.lock.flags.set(0);
        mem::forget(self);
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
        let poisoned = if thread::panicking() { POISONED } else { 0 };
        self.lock.flags.set(self.lock.flags.get() & POISONED | poisoned);
    }
}

#[cold]
fn unusable() -> PyErr {
    InternalError::new_err("the object cannot be used any more: an operation panicked")
}
