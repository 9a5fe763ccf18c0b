//! What is behind the cache's lock, and how an operation gets there.
//!
//! The lock is never held while Python code runs, nor while an object is dropped.

#![expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]

use std::thread::{self, ThreadId};

use agent_core_utils::cache::{Cache, Flights, Match, Place, Undecided, clock};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::MAX_WEIGHT;
use super::disposal::dispose;
use super::error::{ReentrantCall, translate};
use super::hooks::{self, Cause, Gone, Hooks};
use super::object::{Object, owned};
use crate::bridge::arguments::{checked_int, checked_time};
use crate::bridge::keys::{Key, compare_plain, is_plain, mixed_hash};
use crate::bridge::lock::{Held, Lock};

/// What is behind the lock.
pub(super) struct State {
    pub(super) cache: Cache<Object, Object>,
    pub(super) flights: Flights<Object, Object>,
    hooks: Hooks,
    /// The threads that are in a key's `__hash__` or `__eq__`, called by this cache.
    callers: Vec<ThreadId>,
}

/// Where an entry is to be stored, and until when.
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) hash: u64,
    pub(super) deadline: Option<f64>,
}

/// The state, its lock, and what of it never changes.
pub(super) struct Guarded {
    state: Lock<State>,
    weighed: bool,
    notifies: bool,
    clocked: bool,
}

/// What the core makes of a comparison that may not have been possible.
#[inline(always)]
pub(super) fn matched(same: Option<bool>) -> Match {
    match same {
        Some(true) => Match::Same,
        Some(false) => Match::Other,
        None => Match::Unknown,
    }
}

impl Drop for State {
    fn drop(&mut self) {
        dispose(std::mem::replace(&mut self.cache, Cache::new(0, None, false)));
    }
}

impl State {
    /// Stores an entry; what then left is for [`Guarded::tell`].
    #[inline(always)]
    pub(super) fn store(
        &mut self,
        target: &Target,
        key: &Bound<'_, PyAny>,
        value: Object,
        weight: u64,
        gone: &mut Gone,
    ) {
        match target.place {
            Place::Occupied(slot) => {
                let old = self.cache.replace(slot, value, weight, target.deadline);
                gone.push(self.cache.key(slot).clone_ref(key.py()), old, Cause::Replaced);
            }
            Place::Vacant => {
                if let Some((key, value)) = self.cache.make_room() {
                    gone.push(key, value, Cause::Evicted);
                }
                self.cache.insert(target.hash, owned(key), value, weight, target.deadline);
            }
        }
        while let Some((key, value)) = self.cache.evict_excess() {
            gone.push(key, value, Cause::Evicted);
        }
    }
}

impl Guarded {
    pub(super) fn new(capacity: usize, max_weight: Option<u64>, hooks: Hooks) -> Self {
        let weighed = hooks.weigher.is_some();
        let notifies = hooks.on_delete.is_some();
        let clocked = hooks.clock.is_some();
        let cache = Cache::new(capacity, max_weight, weighed);
        let state = State { cache, flights: Flights::default(), hooks, callers: Vec::new() };
        Self { state: Lock::new(state), weighed, notifies, clocked }
    }

    /// Takes the lock, for an operation.
    ///
    /// Refuses a thread that is in a key's `__hash__` or `__eq__`, called by this cache.
    #[inline(always)]
    pub(super) fn enter<'py>(&self, py: Python<'py>) -> PyResult<Held<'_, 'py, State>> {
        admitted(self.state.take(py)?)
    }

    /// Expires what is due, then takes the lock for an operation.
    #[inline(always)]
    pub(super) fn ready<'py>(&self, py: Python<'py>) -> PyResult<Held<'_, 'py, State>> {
        let state = self.state.take(py)?;
        if self.clocked && state.cache.has_deadlines()
            || state.cache.next_deadline().is_some_and(|next| !clock::is_long_before(next))
        {
            drop(state);
            return self.ready_at(py, false).map(|(state, _)| state);
        }
        admitted(state)
    }

    /// Does as [`Guarded::ready`], and tells the time if any entry has a deadline or if it is `timed`.
    pub(super) fn ready_at<'py>(
        &self,
        py: Python<'py>,
        timed: bool,
    ) -> PyResult<(Held<'_, 'py, State>, f64)> {
        if !timed && !self.state.take(py)?.cache.has_deadlines() {
            return Ok((self.enter(py)?, 0.0));
        }
        let now = self.now(py)?;
        let state = self.enter(py)?;
        if state.cache.next_deadline().is_none_or(|next| now < next) {
            return Ok((state, now));
        }
        drop(state);
        self.expire_at(py, now)?;
        Ok((self.enter(py)?, now))
    }

    /// Expires what is due; returns how many entries that were.
    pub(super) fn expire(&self, py: Python<'_>) -> PyResult<usize> {
        if !self.state.take(py)?.cache.has_deadlines() {
            return self.enter(py).map(|_| 0);
        }
        let now = self.now(py)?;
        self.expire_at(py, now)
    }

    /// Runs an operation at a key's place.
    #[inline(always)]
    pub(super) fn at<R>(
        &self,
        key: &Bound<'_, PyAny>,
        operation: impl FnOnce(&mut State, Place) -> R,
    ) -> PyResult<R> {
        self.at_time(key, None, |state, target| operation(state, target.place))
    }

    /// Runs an operation that may store an entry at a key's place.
    #[inline(always)]
    pub(super) fn at_time<R>(
        &self,
        key: &Bound<'_, PyAny>,
        ttl: Option<f64>,
        operation: impl FnOnce(&mut State, Target) -> R,
    ) -> PyResult<R> {
        let py = key.py();
        let (state, deadline) = match ttl {
            None => (self.ready(py)?, None),
            Some(ttl) => {
                let (state, now) = self.ready_at(py, true)?;
                (state, Some(now + ttl))
            }
        };
        let mut kept = Vec::new();
        let (state, result) = self.at_place(state, key, &mut kept, |state, place, hash| {
            operation(state, Target { place, hash, deadline })
        })?;
        drop(state);
        Ok(result)
    }

    /// Runs an operation at a key's place, with the lock taken; hands the lock on, and what must not
    /// be dropped before it is free.
    #[inline(always)]
    pub(super) fn at_place<'lock, 'py, R>(
        &'lock self,
        mut state: Held<'lock, 'py, State>,
        key: &Bound<'py, PyAny>,
        kept: &mut Vec<Object>,
        operation: impl FnOnce(&mut State, Place, u64) -> R,
    ) -> PyResult<(Held<'lock, 'py, State>, R)> {
        let operation = if is_plain(key) {
            let hash = mixed_hash(key)?;
            let done = state.run(|state| {
                match state.cache.locate(hash, |stored| matched(compare_plain(key, stored))) {
                    Ok(place) => Ok(operation(state, place, hash)),
                    Err(Undecided(_)) => Err(operation),
                }
            })?;
            match done {
                Ok(result) => return Ok((state, result)),
                Err(operation) => operation,
            }
        } else {
            operation
        };
        drop(state);
        self.at_place_asking(key, kept, operation)
    }

    /// Does as [`Guarded::at_place`] for keys that take Python code to hash or compare.
    #[cold]
    fn at_place_asking<'lock, 'py, R>(
        &'lock self,
        key: &Bound<'py, PyAny>,
        kept: &mut Vec<Object>,
        operation: impl FnOnce(&mut State, Place, u64) -> R,
    ) -> PyResult<(Held<'lock, 'py, State>, R)> {
        let hash = self.calling(key.py(), || mixed_hash(key))?;
        let mut wanted = Key::new(key);
        loop {
            let mut state = self.enter(key.py())?;
            let undecided = match state.cache.locate(hash, |stored| matched(wanted.compare(stored)))
            {
                Ok(place) => {
                    kept.extend(wanted.compared());
                    let result = state.run(|state| operation(state, place, hash))?;
                    return Ok((state, result));
                }
                Err(Undecided(stored)) => stored.clone_ref(key.py()),
            };
            drop(state);
            self.calling(key.py(), || wanted.decide(undecided))?;
        }
    }

    /// Refuses keys that cannot be hashed.
    pub(super) fn hashable<'a, 'py: 'a>(
        &self,
        py: Python<'py>,
        keys: impl Iterator<Item = &'a Bound<'py, PyAny>>,
    ) -> PyResult<()> {
        drop(self.enter(py)?);
        for key in keys.filter(|key| !is_plain(key)) {
            self.calling(py, || key.hash())?;
        }
        Ok(())
    }

    /// The weight of an entry, if the cache may hold it at all.
    #[inline(always)]
    pub(super) fn weigh(&self, key: &Bound<'_, PyAny>, value: &Object) -> PyResult<u64> {
        let py = key.py();
        let weigher = if self.weighed { self.hook(py, |hooks| &hooks.weigher)? } else { None };
        let Some(weigher) = weigher else {
            return Ok(1);
        };
        let weight = weigher.bind(py).call1((key, value))?;
        let weight = checked_int("weight", &weight, 0, MAX_WEIGHT)?;
        let admitted = self.state.take(py)?.cache.admit(weight);
        admitted.map(|()| weight).map_err(|error| translate(&error))
    }

    /// Tells `on_delete` of what left, and drops it.
    #[inline(always)]
    pub(super) fn tell(&self, py: Python<'_>, gone: &mut Gone) -> PyResult<()> {
        if self.notifies
            && let Some(on_delete) = self.hook(py, |hooks| &hooks.on_delete)?
        {
            return hooks::tell(py, &on_delete, gone);
        }
        gone.forget(py);
        Ok(())
    }

    /// Does as [`Guarded::tell`] after an operation that may have stopped at an error.
    pub(super) fn tell_after(
        &self,
        py: Python<'_>,
        mut gone: Gone,
        done: PyResult<()>,
    ) -> PyResult<()> {
        match (done, self.tell(py, &mut gone)) {
            (Ok(()), told) => told,
            (Err(error), Ok(())) => Err(error),
            (Err(earlier), Err(later)) => Err(hooks::raised_during(py, earlier, later)),
        }
    }

    /// The cache's hooks, as the constructor takes them.
    pub(super) fn hooks(&self, py: Python<'_>) -> PyResult<Hooks> {
        let state = self.state.take(py)?;
        let kept = |hook: &Option<Object>| hook.as_ref().map(|hook| hook.clone_ref(py));
        let Hooks { weigher, on_delete, clock } = &state.hooks;
        Ok(Hooks { weigher: kept(weigher), on_delete: kept(on_delete), clock: kept(clock) })
    }

    /// Visits every object held, for the garbage collector. While the lock is taken there is nothing
    /// to see: what is not visited is not collected this time.
    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let visited = self.state.visit(visit, |state| {
            for (key, value, _) in state.cache.iter() {
                visit.call(key)?;
                visit.call(value)?;
            }
            for key in state.flights.keys() {
                visit.call(key)?;
            }
            let Hooks { weigher, on_delete, clock } = &state.hooks;
            [weigher, on_delete, clock].into_iter().try_for_each(|hook| visit.call(hook.as_ref()))
        });
        visited.unwrap_or(Ok(()))
    }

    /// Lets go of every entry and hook, to break a cycle of references.
    pub(super) fn release(&self, py: Python<'_>) {
        if let Ok(mut state) = self.state.take(py) {
            let entries = state.cache.clear();
            let hooks = std::mem::take(&mut state.hooks);
            drop(state);
            drop((entries, hooks));
        }
    }

    fn expire_at(&self, py: Python<'_>, now: f64) -> PyResult<usize> {
        let mut gone = Gone::default();
        self.enter(py)?.run(|state| {
            while let Some((key, value)) = state.cache.expire(now) {
                gone.push(key, value, Cause::Expired);
            }
        })?;
        let count = gone.len();
        self.tell(py, &mut gone)?;
        Ok(count)
    }

    fn now(&self, py: Python<'_>) -> PyResult<f64> {
        match self.hook(py, |hooks| &hooks.clock)? {
            Some(clock) => checked_time(&clock.bind(py).call0()?),
            None => Ok(clock::now()),
        }
    }

    fn hook(
        &self,
        py: Python<'_>,
        choose: impl FnOnce(&Hooks) -> &Option<Object>,
    ) -> PyResult<Option<Object>> {
        Ok(choose(&self.state.take(py)?.hooks).as_ref().map(|hook| hook.clone_ref(py)))
    }

    /// Runs a key's `__hash__` or `__eq__`, during which this thread may not use the cache.
    pub(super) fn calling<R>(
        &self,
        py: Python<'_>,
        ask: impl FnOnce() -> PyResult<R>,
    ) -> PyResult<R> {
        let me = thread::current().id();
        self.enter(py)?.callers.push(me);
        let answer = ask();
        self.state.take(py)?.callers.retain(|caller| *caller != me);
        answer
    }
}

/// Lets an operation in, unless its thread is in a key's `__hash__` or `__eq__`.
#[inline(always)]
fn admitted<'lock, 'py>(state: Held<'lock, 'py, State>) -> PyResult<Held<'lock, 'py, State>> {
    if !state.callers.is_empty() && state.callers.contains(&thread::current().id()) {
        drop(state);
        let message = "a key's __hash__ or __eq__ used the cache that was calling it";
        return Err(ReentrantCall::new_err(message));
    }
    Ok(state)
}
