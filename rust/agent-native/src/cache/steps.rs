//! What several operations have in common.

#![expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]

use agent_core_utils::cache::{OutOfMemory, Place};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;

use super::Cache;
use super::given::{Given, checked_pairs, checked_ttl};
use super::hooks::{Cause, Gone};
use super::object::{Object, owned};
use super::state::Target;
use crate::bridge::arguments::listed;
use crate::bridge::memory::{out_of_memory, room};
use crate::bridge::pace::{Pace, dropped};

impl Cache {
    /// Uses and counts the entry of `key`.
    #[inline(always)]
    pub(super) fn read(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Object>> {
        let mut state = self.guarded.ready(key.py())?;
        let Some((place, _)) = state.seek(key)? else {
            drop(state);
            return self.read_asking(key);
        };
        let found = state.cache.read(place).map(|value| value.clone_ref(key.py()));
        state.free();
        Ok(found)
    }

    /// Does as [`Cache::read`] for keys that take Python code to hash or compare.
    #[cold]
    fn read_asking(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<Object>> {
        self.guarded.at_time_asking(key, None, |state, target| {
            state.cache.read(target.place).map(|value| value.clone_ref(key.py()))
        })
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
        let stored = self.guarded.at_time(key, ttl, |state, target| {
            state.store(&target, key, value, weight, &mut gone)
        })?;
        self.guarded.tell_of_store(py, &mut gone, stored)
    }

    pub(super) fn put_many(&self, items: &Bound<'_, PyAny>, ttl: Option<f64>) -> PyResult<()> {
        let py = items.py();
        let pairs = checked_pairs(items)?;
        let mut pace = Pace::new();
        let mut weights = room(pairs.len())?;
        for (key, value) in &pairs {
            weights.push(self.guarded.weigh(key, value)?);
            pace.step(py)?;
        }
        self.guarded.hashable(py, pairs.iter().map(|(key, _)| key))?;
        let ttl = ttl.filter(|_| !pairs.is_empty());
        let mut kept = Vec::new();
        let mut gone = Gone::default();
        let store = || -> PyResult<()> {
            let (mut state, now) = self.guarded.ready_at(py, ttl.is_some())?;
            let deadline = ttl.map(|ttl| now + ttl);
            for ((key, value), weight) in pairs.iter().zip(weights) {
                if pace.is_due() {
                    drop(state);
                    pace.pause(py)?;
                    state = self.guarded.enter(py)?;
                }
                let stored;
                (state, stored) =
                    self.guarded.at_place(state, key, &mut kept, |state, place, hash| {
                        let target = Target { place, hash, deadline };
                        state.store(&target, key, value.clone_ref(py), weight, &mut gone)
                    })?;
                stored.map_err(|OutOfMemory| out_of_memory())?;
            }
            Ok(())
        };
        let done = store();
        self.guarded.tell_after(py, &mut gone, done)?;
        dropped(py, pairs)
    }

    pub(super) fn take(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(Object, Object)>> {
        self.guarded.at(key, |state, place| match place {
            Place::Occupied(slot) => Some(state.cache.remove(slot)),
            Place::Vacant => None,
        })
    }

    pub(super) fn remove_many(&self, keys: &Bound<'_, PyAny>) -> PyResult<usize> {
        let py = keys.py();
        let unwanted = listed(keys)?;
        let mut kept = Vec::new();
        let mut gone = Gone::default();
        let mut pace = Pace::new();
        let mut delete = || -> PyResult<()> {
            let mut state = self.guarded.ready(py)?;
            for key in &unwanted {
                if pace.is_due() {
                    drop(state);
                    pace.pause(py)?;
                    state = self.guarded.enter(py)?;
                }
                let removed;
                (state, removed) =
                    self.guarded.at_place(state, key, &mut kept, |state, place, _| {
                        gone.reserve()?;
                        if let Place::Occupied(slot) = place {
                            let (key, value) = state.cache.remove(slot);
                            gone.push(key, value, Cause::Deleted);
                        }
                        Ok(())
                    })?;
                removed.map_err(|OutOfMemory| out_of_memory())?;
            }
            Ok(())
        };
        let done = delete();
        let count = gone.len();
        self.guarded.tell_after(py, &mut gone, done)?;
        dropped(py, kept)?;
        dropped(py, unwanted)?;
        Ok(count)
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
