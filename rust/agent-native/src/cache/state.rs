//! What is behind the cache's lock, and how an operation gets there.
//!
//! The lock is never held while Python code runs, nor while an object is dropped.

use std::sync::{Mutex, MutexGuard, TryLockError};
use std::thread::{self, ThreadId};

use agent_core_utils::cache::{Cache, Flights, Place, Undecided};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::hooks::{self, Cause, Gone, Hooks};
use super::MAX_WEIGHT;
use crate::arguments::{checked_int, checked_time};
use crate::error::{InternalError, ReentrantCall, translate};
use crate::keys::{Key, is_plain, mixed_hash};

/// A Python object, kept.
pub(super) type Object = Py<PyAny>;

/// What is behind the lock.
pub(super) struct State {
    pub(super) cache: Cache<Object, Object>,
    pub(super) flights: Flights<Object, Object>,
    hooks: Hooks,
    /// The threads that are in a key's `__hash__` or `__eq__`, called by this cache.
    callers: Vec<ThreadId>,
}

/// Where an entry is to be stored, and until when.
pub(super) struct Spot {
    pub(super) place: Place,
    pub(super) hash: u64,
    pub(super) deadline: Option<f64>,
}

/// The state, its lock, and what of it never changes.
pub(super) struct Guarded {
    state: Mutex<State>,
    weighed: bool,
    notifies: bool,
    clocked: bool,
}

/// Another reference to the same object.
pub(super) fn owned(object: &Bound<'_, PyAny>) -> Object {
    object.clone().unbind()
}

impl State {
    /// Stores an entry; returns what left, for [`Guarded::tell`].
    #[inline]
    pub(super) fn store(&mut self, spot: Spot, key: Object, value: Object, weight: u64, py: Python<'_>) -> Gone {
        let Spot { place, hash, deadline } = spot;
        let stored = self.cache.store(place, hash, key, value, weight, deadline);
        let mut gone = Gone::new();
        if let Some((_, old)) = stored.replaced {
            gone.push((self.cache.key(stored.slot).clone_ref(py), old, Cause::Replaced));
        }
        gone.extend(stored.evicted.into_iter().map(|(key, value)| (key, value, Cause::Evicted)));
        gone
    }
}

impl Guarded {
    pub(super) fn new(capacity: usize, max_weight: Option<u64>, hooks: Hooks) -> Self {
        let weighed = hooks.weigher.is_some();
        let notifies = hooks.on_delete.is_some();
        let clocked = hooks.clock.is_some();
        let cache = Cache::new(capacity, max_weight, weighed);
        let state = State { cache, flights: Flights::default(), hooks, callers: Vec::new() };
        Self { state: Mutex::new(state), weighed, notifies, clocked }
    }

    /// Takes the lock, for an operation.
    ///
    /// Refuses a thread that is in a key's `__hash__` or `__eq__`, called by this cache.
    #[inline]
    pub(super) fn enter(&self) -> PyResult<MutexGuard<'_, State>> {
        admitted(self.lock()?)
    }

    /// Expires what is due, then takes the lock for an operation.
    #[inline]
    pub(super) fn ready(&self, py: Python<'_>) -> PyResult<MutexGuard<'_, State>> {
        self.ready_at(py, false).map(|(state, _)| state)
    }

    /// Does as [`Guarded::ready`], and tells the time if it is needed, or was needed to expire.
    #[inline]
    pub(super) fn ready_at(
        &self,
        py: Python<'_>,
        timed: bool,
    ) -> PyResult<(MutexGuard<'_, State>, f64)> {
        let state = self.lock()?;
        if !timed && !state.cache.has_deadlines() {
            return Ok((admitted(state)?, 0.0));
        }
        if !self.clocked {
            let now = hooks::monotonic();
            if !state.cache.is_due(now) {
                return Ok((admitted(state)?, now));
            }
        }
        drop(state);
        let now = self.now(py)?;
        self.expire_at(py, now)?;
        Ok((self.enter()?, now))
    }

    /// Expires what is due; returns how many entries that were.
    pub(super) fn expire(&self, py: Python<'_>) -> PyResult<usize> {
        if !self.lock()?.cache.has_deadlines() {
            return Ok(0);
        }
        let now = self.now(py)?;
        self.expire_at(py, now)
    }

    /// Runs an operation at a key's place.
    #[inline]
    pub(super) fn at<R>(
        &self,
        key: &Bound<'_, PyAny>,
        operation: impl FnOnce(&mut State, Place) -> R,
    ) -> PyResult<R> {
        self.at_time(key, None, |state, spot| operation(state, spot.place))
    }

    /// Runs an operation that may store an entry at a key's place.
    #[inline]
    pub(super) fn at_time<R>(
        &self,
        key: &Bound<'_, PyAny>,
        ttl: Option<f64>,
        operation: impl FnOnce(&mut State, Spot) -> R,
    ) -> PyResult<R> {
        let (state, now) = self.ready_at(key.py(), ttl.is_some())?;
        let deadline = ttl.map(|ttl| now + ttl);
        let (state, result) = self.at_place(state, key, |state, place, hash| {
            operation(state, Spot { place, hash, deadline })
        })?;
        drop(state);
        Ok(result)
    }

    /// Runs an operation at a key's place, with the lock taken; hands the lock on.
    #[inline]
    pub(super) fn at_place<'lock, R>(
        &'lock self,
        mut state: MutexGuard<'lock, State>,
        key: &Bound<'_, PyAny>,
        operation: impl FnOnce(&mut State, Place, u64) -> R,
    ) -> PyResult<(MutexGuard<'lock, State>, R)> {
        if is_plain(key) {
            let hash = mixed_hash(key)?;
            let wanted = Key::new(key);
            let place = state.cache.locate(hash, |stored| wanted.compare(stored));
            if let Ok(place) = place {
                let result = operation(&mut state, place, hash);
                return Ok((state, result));
            }
        }
        drop(state);
        self.at_place_asking(key, operation)
    }

    /// Does as [`Guarded::at_place`] for keys that take Python code to hash or compare.
    #[cold]
    fn at_place_asking<'lock, R>(
        &'lock self,
        key: &Bound<'_, PyAny>,
        operation: impl FnOnce(&mut State, Place, u64) -> R,
    ) -> PyResult<(MutexGuard<'lock, State>, R)> {
        let hash = self.calling(|| mixed_hash(key))?;
        let mut wanted = Key::new(key);
        loop {
            let mut state = self.enter()?;
            let undecided = match state.cache.locate(hash, |stored| wanted.compare(stored)) {
                Ok(place) => {
                    let result = operation(&mut state, place, hash);
                    return Ok((state, result));
                }
                Err(Undecided(stored)) => stored.clone_ref(key.py()),
            };
            drop(state);
            self.calling(|| wanted.decide(undecided))?;
        }
    }

    /// The weight of an entry, if the cache may hold it at all.
    #[inline]
    pub(super) fn weigh(&self, key: &Bound<'_, PyAny>, value: &Object) -> PyResult<u64> {
        if !self.weighed {
            return Ok(1);
        }
        let py = key.py();
        let Some(weigher) = self.hook(py, |hooks| &hooks.weigher)? else {
            return Ok(1);
        };
        let weight = weigher.bind(py).call1((key, value))?;
        let weight = checked_int("weight", &weight, 0, MAX_WEIGHT)?;
        self.lock()?.cache.admit(weight).map_err(translate)?;
        Ok(weight)
    }

    /// Tells `on_delete` of what left, and drops it.
    #[inline]
    pub(super) fn tell(&self, py: Python<'_>, gone: Gone) -> PyResult<()> {
        if self.notifies && !gone.is_empty() {
            if let Some(on_delete) = self.hook(py, |hooks| &hooks.on_delete)? {
                return hooks::tell(py, &on_delete, gone);
            }
        }
        Ok(())
    }

    /// Does as [`Guarded::tell`] after an operation that may have stopped at an error.
    pub(super) fn tell_after(&self, py: Python<'_>, gone: Gone, done: PyResult<()>) -> PyResult<()> {
        match (done, self.tell(py, gone)) {
            (Ok(()), told) => told,
            (Err(error), Ok(())) => Err(error),
            (Err(earlier), Err(later)) => Err(hooks::raised_during(py, earlier, later)),
        }
    }

    /// The cache's hooks, as the constructor takes them.
    pub(super) fn hooks(&self, py: Python<'_>) -> PyResult<Hooks> {
        let state = self.lock()?;
        let kept = |hook: &Option<Object>| hook.as_ref().map(|hook| hook.clone_ref(py));
        let Hooks { weigher, on_delete, clock } = &state.hooks;
        Ok(Hooks { weigher: kept(weigher), on_delete: kept(on_delete), clock: kept(clock) })
    }

    /// Visits every object held, for the garbage collector. A lock that is taken is not waited for:
    /// what is not visited is not collected this time.
    pub(super) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let state = match self.state.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(state)) => state.into_inner(),
            Err(TryLockError::WouldBlock) => return Ok(()),
        };
        for (key, value, _) in state.cache.iter() {
            visit.call(key)?;
            visit.call(value)?;
        }
        for key in state.flights.keys() {
            visit.call(key)?;
        }
        let Hooks { weigher, on_delete, clock } = &state.hooks;
        [weigher, on_delete, clock].into_iter().flatten().try_for_each(|hook| visit.call(hook))
    }

    /// Lets go of every entry and hook, to break a cycle of references.
    pub(super) fn release(&self) {
        if let Ok(mut state) = self.state.lock() {
            let entries = state.cache.clear();
            let hooks = std::mem::take(&mut state.hooks);
            drop(state);
            drop((entries, hooks));
        }
    }

    fn expire_at(&self, py: Python<'_>, now: f64) -> PyResult<usize> {
        let mut gone = Gone::new();
        let mut state = self.enter()?;
        while let Some((key, value)) = state.cache.expire(now) {
            gone.push((key, value, Cause::Expired));
        }
        drop(state);
        let count = gone.len();
        self.tell(py, gone)?;
        Ok(count)
    }

    fn now(&self, py: Python<'_>) -> PyResult<f64> {
        match self.hook(py, |hooks| &hooks.clock)? {
            Some(clock) => checked_time(&clock.bind(py).call0()?),
            None => Ok(hooks::monotonic()),
        }
    }

    fn hook(
        &self,
        py: Python<'_>,
        choose: impl FnOnce(&Hooks) -> &Option<Object>,
    ) -> PyResult<Option<Object>> {
        Ok(choose(&self.lock()?.hooks).as_ref().map(|hook| hook.clone_ref(py)))
    }

    /// Runs a key's `__hash__` or `__eq__`, during which this thread may not use the cache.
    pub(super) fn calling<R>(&self, ask: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
        let me = thread::current().id();
        self.enter()?.callers.push(me);
        let answer = ask();
        self.lock()?.callers.retain(|caller| *caller != me);
        answer
    }

    #[inline]
    fn lock(&self) -> PyResult<MutexGuard<'_, State>> {
        self.state.lock().map_err(|_| {
            InternalError::new_err("the cache cannot be used any more: an operation panicked")
        })
    }
}

/// Lets an operation in, unless its thread is in a key's `__hash__` or `__eq__`.
#[inline]
fn admitted(state: MutexGuard<'_, State>) -> PyResult<MutexGuard<'_, State>> {
    if !state.callers.is_empty() && state.callers.contains(&thread::current().id()) {
        drop(state);
        let message = "a key's __hash__ or __eq__ used the cache that was calling it";
        return Err(ReentrantCall::new_err(message));
    }
    Ok(state)
}
