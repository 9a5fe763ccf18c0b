//! Calling back into Python to hash and compare keys.
//!
//! Under a component's lock, only keys are compared whose equality runs no Python code. Any other
//! comparison is made outside the lock; its verdict is kept with the key looked for, and the look-up
//! is repeated: what two objects say of each other stays true whatever happened to the cache
//! meanwhile, and each repetition knows one more verdict.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyFloat, PyInt, PyString};

/// A key that is looked for.
pub(crate) struct Key<'a, 'py> {
    object: &'a Bound<'py, PyAny>,
    verdicts: Vec<(Py<PyAny>, bool)>,
}

impl<'a, 'py> Key<'a, 'py> {
    /// A key without verdicts.
    #[inline]
    pub(crate) fn new(object: &'a Bound<'py, PyAny>) -> Self {
        Self { object, verdicts: Vec::new() }
    }

    /// Whether a stored key is this one; None if only Python code could say.
    pub(crate) fn compare(&self, stored: &Py<PyAny>) -> Option<bool> {
        match self.verdicts.iter().find(|(other, _)| other.is(stored)) {
            Some((_, verdict)) => Some(*verdict),
            None if is_plain(self.object) => compare_plain(self.object, stored),
            None if stored.is(self.object) => Some(true),
            None => None,
        }
    }

    /// The stored keys that it was compared with.
    pub(crate) fn compared(self) -> impl Iterator<Item = Py<PyAny>> {
        self.verdicts.into_iter().map(|(stored, _)| stored)
    }

    /// Compares with a stored key, in Python's order: the stored one is asked first.
    pub(crate) fn decide(&mut self, stored: Py<PyAny>) -> PyResult<()> {
        let same = stored.bind(self.object.py()).eq(self.object)?;
        self.verdicts.push((stored, same));
        Ok(())
    }
}

/// Whether a stored key is the plain one that is looked for; None if only Python code could say.
#[inline]
pub(crate) fn compare_plain(key: &Bound<'_, PyAny>, stored: &Py<PyAny>) -> Option<bool> {
    if stored.is(key) { Some(true) } else { compare_others(key, stored) }
}

#[inline(never)]
fn compare_others(key: &Bound<'_, PyAny>, stored: &Py<PyAny>) -> Option<bool> {
    let stored = stored.bind(key.py());
    if !is_plain(stored) {
        return None;
    }
    stored.eq(key).ok() // an error is raised where the comparison is repeated, outside the lock
}

/// Whether hashing the object, and comparing it with another plain one, runs no Python code.
#[inline]
pub(crate) fn is_plain(object: &Bound<'_, PyAny>) -> bool {
    object.is_exact_instance_of::<PyString>()
        || object.is_exact_instance_of::<PyInt>()
        || object.is_exact_instance_of::<PyBytes>()
        || object.is_exact_instance_of::<PyFloat>()
        || object.is_exact_instance_of::<PyBool>()
        || object.is_none()
}

/// Python's hash of the object, mixed so that all bits depend on it, without collisions.
#[inline]
pub(crate) fn mixed_hash(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    let hash = object.hash()?.cast_unsigned() as u64;
    let product = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Ok(product ^ (product >> 32))
}
