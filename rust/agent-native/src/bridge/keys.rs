//! Calling back into Python to hash and compare keys.
//!
//! Under a component's lock, only keys are compared whose equality runs no Python code. Any other
//! comparison is made outside the lock; its verdict is kept with the key looked for, and the look-up
//! is repeated: what two objects say of each other stays true whatever happened to the component
//! meanwhile. All stored keys that may be the one looked for are collected at once, so that a look-up
//! compares each of them at most once and is repeated only if the component has changed.

use std::collections::HashMap;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyEllipsis, PyFloat, PyInt, PyString, PyTuple, PyType};

use super::memory::{out_of_memory, push};

/// The most objects in a plain tuple, itself and those in the tuples that it contains included.
const PLAIN_OBJECTS: usize = 64;

/// A key that is looked for.
pub(crate) struct Key<'a, 'py> {
    object: &'a Bound<'py, PyAny>,
    plain: bool,
    /// The stored keys that it was compared with, by their addresses; holding them keeps those theirs.
    verdicts: HashMap<usize, (Py<PyAny>, bool)>,
}

impl<'a, 'py> Key<'a, 'py> {
    /// A key without verdicts.
    pub(crate) fn new(object: &'a Bound<'py, PyAny>) -> Self {
        Self { object, plain: is_plain(object), verdicts: HashMap::new() }
    }

    /// The key itself.
    pub(crate) fn object(&self) -> &'a Bound<'py, PyAny> {
        self.object
    }

    /// Whether a stored key is this one; None if only Python code could say.
    pub(crate) fn compare(&self, stored: &Py<PyAny>) -> Option<bool> {
        if stored.is(self.object) {
            return Some(true);
        }
        match self.verdicts.get(&(stored.as_ptr() as usize)) {
            Some((_, verdict)) => Some(*verdict),
            None if self.plain => compare_plain(self.object, stored),
            None => None,
        }
    }

    /// The stored keys to [decide](Key::decide) on, of those with this key's hash, in their order.
    pub(crate) fn undecided<'s>(
        &self,
        stored: impl Iterator<Item = &'s Py<PyAny>>,
    ) -> PyResult<Vec<Py<PyAny>>> {
        let mut undecided = Vec::new();
        for stored in stored {
            match self.compare(stored) {
                Some(true) => break,
                Some(false) => {}
                None => push(&mut undecided, stored.clone_ref(self.object.py()))?,
            }
        }
        Ok(undecided)
    }

    /// Compares with stored keys until one is this one; in Python's order: the stored one is asked.
    pub(crate) fn decide(&mut self, undecided: Vec<Py<PyAny>>) -> PyResult<()> {
        let py = self.object.py();
        self.verdicts.try_reserve(undecided.len()).map_err(|_| out_of_memory())?;
        for stored in undecided {
            let same = stored.bind(py).eq(self.object)?;
            self.verdicts.insert(stored.as_ptr() as usize, (stored, same));
            if same {
                break;
            }
        }
        Ok(())
    }

    /// How many stored keys it was compared with.
    pub(crate) fn decided(&self) -> usize {
        self.verdicts.len()
    }

    /// The stored keys that it was compared with.
    pub(crate) fn compared(self) -> impl Iterator<Item = Py<PyAny>> {
        self.verdicts.into_values().map(|(stored, _)| stored)
    }
}

/// Whether a stored key is the plain one that is looked for; None if only Python code could say.
#[inline]
pub(crate) fn compare_plain(key: &Bound<'_, PyAny>, stored: &Py<PyAny>) -> Option<bool> {
    if stored.is(key) { Some(true) } else { compare_others(key, stored.bind(key.py())) }
}

#[inline(never)]
fn compare_others(key: &Bound<'_, PyAny>, stored: &Bound<'_, PyAny>) -> Option<bool> {
    if let (Ok(one), Ok(other)) = (stored.cast_exact::<PyTuple>(), key.cast_exact::<PyTuple>()) {
        return if is_plain(stored) { compare_tuples(one, other) } else { None };
    }
    is_plain(stored).then(|| compare_kinds(key, stored)).flatten()
}

/// Compares plain tuples as Python does: up to the first elements that differ.
fn compare_tuples(one: &Bound<'_, PyTuple>, other: &Bound<'_, PyTuple>) -> Option<bool> {
    if one.len() != other.len() {
        return Some(false);
    }
    for (mine, theirs) in one.iter_borrowed().zip(other.iter_borrowed()) {
        if mine.is(theirs) {
            continue;
        }
        let nested = (mine.cast_exact::<PyTuple>(), theirs.cast_exact::<PyTuple>());
        let same = match nested {
            (Ok(mine), Ok(theirs)) => compare_tuples(&mine, &theirs),
            _ => compare_kinds(&theirs, &mine),
        };
        if same != Some(true) {
            return same;
        }
    }
    Some(true)
}

/// Compares plain objects that are not both tuples.
fn compare_kinds(key: &Bound<'_, PyAny>, stored: &Bound<'_, PyAny>) -> Option<bool> {
    if key.get_type().is(stored.get_type()) || is_number(key) && is_number(stored) {
        #[expect(clippy::disallowed_methods, reason = "what raises is repeated outside the lock")]
        return stored.eq(key).ok();
    }
    // Under `python -b`, comparing bytes with a str warns, which may run any code.
    let warns = |one: &Bound<'_, PyAny>, other: &Bound<'_, PyAny>| {
        one.is_exact_instance_of::<PyBytes>() && other.is_exact_instance_of::<PyString>()
    };
    (!warns(key, stored) && !warns(stored, key)).then_some(false)
}

/// Whether hashing the object, and comparing it with another plain one, runs no Python code.
#[inline]
pub(crate) fn is_plain(object: &Bound<'_, PyAny>) -> bool {
    object.is_exact_instance_of::<PyString>() || is_plain_within(object, &mut 0)
}

fn is_plain_within(object: &Bound<'_, PyAny>, seen: &mut usize) -> bool {
    *seen += 1;
    if let Ok(tuple) = object.cast_exact::<PyTuple>() {
        return *seen + tuple.len() <= PLAIN_OBJECTS
            && tuple.iter_borrowed().all(|element| is_plain_within(&element, seen));
    }
    is_number(object)
        || object.is_exact_instance_of::<PyString>()
        || object.is_exact_instance_of::<PyBytes>()
        || object.is_exact_instance_of::<PyType>()
        || object.is_exact_instance_of::<PyEllipsis>()
        || object.is_exact_instance_of::<PyAny>()
        || object.is_none()
}

#[inline]
fn is_number(object: &Bound<'_, PyAny>) -> bool {
    object.is_exact_instance_of::<PyInt>()
        || object.is_exact_instance_of::<PyFloat>()
        || object.is_exact_instance_of::<PyBool>()
}

/// Python's hash of the object, mixed so that all bits depend on it, without collisions.
#[inline]
pub(crate) fn mixed_hash(object: &Bound<'_, PyAny>) -> PyResult<u64> {
    let hash = object.hash()?.cast_unsigned() as u64;
    let product = hash.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Ok(product ^ (product >> 32))
}
