//! Looking for keys that take Python code to hash or compare.

use std::thread;

use agent_core_utils::cache::{Place, Undecided};
use pyo3::prelude::*;

use super::object::Object;
use super::state::{Guarded, State, matched};
use crate::bridge::keys::{Key, is_plain, mixed_hash};
use crate::bridge::lock::Held;
use crate::bridge::memory::{out_of_memory, push};
use crate::bridge::pace::Pace;

impl Guarded {
    /// Does as [`Guarded::at_place`] for keys that take Python code to hash or compare.
    #[cold]
    pub(super) fn at_place_asking<'lock, 'py, R>(
        &'lock self,
        key: &Bound<'py, PyAny>,
        kept: &mut Vec<Object>,
        operation: impl FnOnce(&mut State, Place, u64) -> R,
    ) -> PyResult<(Held<'lock, 'py, State>, R)> {
        let mut wanted = Key::new(key);
        let (mut state, (place, hash)) = self.asking(&mut wanted, |state, wanted, hash| {
            let place = state.cache.locate(hash, |stored| matched(wanted.compare(stored)));
            place
                .map(|place| (place, hash))
                .map_err(|Undecided| wanted.undecided(state.cache.keys_of(hash)))
        })?;
        kept.try_reserve(wanted.decided()).map_err(|_| out_of_memory())?;
        kept.extend(wanted.compared());
        let result = state.run(|state| operation(state, place, hash))?;
        Ok((state, result))
    }

    /// Looks until all is decided, and compares outside the lock what is not; hands the lock on.
    ///
    /// `look` returns what it finds, or the stored keys to be compared.
    pub(super) fn asking<'lock, 'py, R>(
        &'lock self,
        wanted: &mut Key<'_, 'py>,
        mut look: impl FnMut(&mut State, &Key<'_, 'py>, u64) -> Result<R, PyResult<Vec<Object>>>,
    ) -> PyResult<(Held<'lock, 'py, State>, R)> {
        let py = wanted.object().py();
        let hash = self.calling(py, || mixed_hash(wanted.object()))?;
        loop {
            let mut state = self.enter(py)?;
            let undecided = match state.run(|state| look(state, wanted, hash))? {
                Ok(found) => return Ok((state, found)),
                Err(undecided) => undecided?,
            };
            drop(state);
            self.calling(py, || wanted.decide(undecided))?;
        }
    }

    /// Refuses keys that cannot be hashed.
    pub(super) fn hashable<'a, 'py: 'a>(
        &self,
        py: Python<'py>,
        keys: impl Iterator<Item = &'a Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        drop(self.enter(py)?);
        let mut pace = Pace::new();
        for key in keys {
            if !is_plain(key) {
                self.calling(py, || key.hash())?;
            }
            pace.step(py)?;
        }
        Ok(())
    }

    /// Runs a key's `__hash__` or `__eq__`, during which this thread may not use the cache.
    pub(super) fn calling<R>(
        &self,
        py: Python<'_>,
        ask: impl FnOnce() -> PyResult<R>,
    ) -> PyResult<R> {
        let me = thread::current().id();
        push(&mut self.enter(py)?.callers, me)?;
        let answer = ask();
        self.state.take(py)?.callers.retain(|caller| *caller != me);
        answer
    }
}
