//! What several operations have in common.

#![expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]

use agent_core_utils::cache::Place;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use super::Cache;
use super::given::{Given, checked_pairs, checked_ttl};
use super::hooks::Gone;
use super::object::{Object, owned};
use super::state::Target;

impl Cache {
    /// Uses and counts the entry of `key`.
    #[inline(always)]
    pub(super) fn read(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Object>> {
        let py = key.py();
        self.guarded
            .at(key, |state, place| state.cache.read(place).map(|value| value.clone_ref(py)))
    }

    #[inline]
    pub(super) fn put(
        &self,
        key: &Bound<'_, PyAny>,
        value: Object,
        ttl: Option<f64>,
    ) -> PyResult<()> {
        let py = key.py();
        let weight = self.guarded.weigh(key, &value)?;
        let mut gone = Gone::default();
        self.guarded.at_time(key, ttl, |state, target| {
            state.store(&target, key, value, weight, &mut gone);
        })?;
        self.guarded.tell(py, &mut gone)
    }

    pub(super) fn put_many(&self, items: &Bound<'_, PyAny>, ttl: Option<f64>) -> PyResult<()> {
        let py = items.py();
        let pairs = checked_pairs(items)?;
        let mut weights = Vec::with_capacity(pairs.len());
        for (key, value) in &pairs {
            weights.push(self.guarded.weigh(key, value)?);
        }
        self.guarded.hashable(py, pairs.iter().map(|(key, _)| key))?;
        let ttl = ttl.filter(|_| !pairs.is_empty());
        let mut kept = Vec::new();
        let mut gone = Gone::default();
        let store = || -> PyResult<()> {
            let (mut state, now) = self.guarded.ready_at(py, ttl.is_some())?;
            let deadline = ttl.map(|ttl| now + ttl);
            for ((key, value), weight) in pairs.iter().zip(weights) {
                (state, ()) =
                    self.guarded.at_place(state, key, &mut kept, |state, place, hash| {
                        let target = Target { place, hash, deadline };
                        state.store(&target, key, value.clone_ref(py), weight, &mut gone);
                    })?;
            }
            Ok(())
        };
        let done = store();
        self.guarded.tell_after(py, gone, done)
    }

    pub(super) fn take(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(Object, Object)>> {
        self.guarded.at(key, |state, place| match place {
            Place::Occupied(slot) => Some(state.cache.remove(slot)),
            Place::Vacant => None,
        })
    }

    /// The time to live that an argument stands for.
    #[inline]
    pub(super) fn seconds(&self, ttl: Given<'_>) -> PyResult<Option<f64>> {
        match ttl {
            Given::Absent => Ok(self.ttl),
            Given::Object(ttl) => checked_ttl(&ttl),
        }
    }
}

pub(super) fn missing(key: &Bound<'_, PyAny>) -> PyErr {
    PyKeyError::new_err((owned(key),))
}
