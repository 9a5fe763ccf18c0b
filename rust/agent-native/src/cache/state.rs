//! What is behind the cache's lock, and how an operation gets there.
//!
//! The lock is never held while Python code runs, nor while an object is dropped.

#![expect(clippy::inline_always, reason = "returning results through memory doubles a call's time")]

use std::thread::{self, ThreadId};

use agent_core_utils::cache::{Cache, Flights, Match, OutOfMemory, Place, clock};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::MAX_WEIGHT;
use super::disposal::dispose;
use super::error::{ReentrantCall, translate};
use super::hooks::{self, Cause, Gone, Hooks};
use super::object::{Object, owned};
use crate::bridge::arguments::{checked_int, checked_time};
use crate::bridge::keys::{compare_plain, is_plain, mixed_hash};
use crate::bridge::lock::{Held, Lock};
use crate::bridge::memory::out_of_memory;
use crate::bridge::pace::{Pace, dropped};

/// What is behind the lock.
pub(super) struct State {
    pub(super) cache: Cache<Object, Object>,
    pub(super) flights: Flights<Object, Object>,
    hooks: Hooks,
    /// The threads that are in a key's `__hash__` or `__eq__`, called by this cache.
    pub(super) callers: Vec<ThreadId>,
}

/// Where an entry is to be stored, and until when.
pub(super) struct Target {
    pub(super) place: Place,
    pub(super) hash: u64,
    pub(super) deadline: Option<f64>,
}

/// The state, its lock, and what of it never changes.
pub(super) struct Guarded {
    pub(super) state: Lock<State>,
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
    /// Stores an entry; what then left is for [`Guarded::tell_of_store`].
    ///
    /// # Errors
    /// [`OutOfMemory`]: nothing is stored, or the entry is and not all that is too heavy has been
    /// evicted for it: the next store evicts it.
    #[inline(always)]
    pub(super) fn store(
        &mut self,
        target: &Target,
        key: &Bound<'_, PyAny>,
        value: Object,
        weight: u64,
        gone: &mut Gone,
    ) -> Result<(), OutOfMemory> {
        self.cache.reserve(target.place, target.deadline.is_some())?;
        gone.reserve()?;
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
        while self.cache.is_overweight() {
            gone.reserve()?;
            let Some((key, value)) = self.cache.evict() else { break };
            gone.push(key, value, Cause::Evicted);
        }
        Ok(())
    }

    /// The place of a key and its hash, unless it takes Python code to find it.
    #[inline(always)]
    pub(super) fn seek(&self, key: &Bound<'_, PyAny>) -> PyResult<Option<(Place, u64)>> {
        if !is_plain(key) {
            return Ok(None);
        }
        let hash = mixed_hash(key)?;
        let place = self.cache.locate(hash, |stored| matched(compare_plain(key, stored)));
        #[expect(clippy::disallowed_methods, reason = "what is undecided is no exception")]
        Ok(place.ok().map(|place| (place, hash)))
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
        if let Some(next) = state.cache.next_deadline()
            && (self.clocked || !clock::is_long_before(next))
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
        let (mut state, deadline) = match ttl {
            None => (self.ready(py)?, None),
            Some(ttl) => {
                let (state, now) = self.ready_at(py, true)?;
                (state, Some(now + ttl))
            }
        };
        let Some((place, hash)) = state.seek(key)? else {
            drop(state);
            return self.at_time_asking(key, deadline, operation);
        };
        let result = operation(&mut state, Target { place, hash, deadline });
        state.free();
        Ok(result)
    }

    /// Does as [`Guarded::at_time`] for keys that take Python code to hash or compare.
    #[cold]
    pub(super) fn at_time_asking<R>(
        &self,
        key: &Bound<'_, PyAny>,
        deadline: Option<f64>,
        operation: impl FnOnce(&mut State, Target) -> R,
    ) -> PyResult<R> {
        let mut kept = Vec::new(); // what is dropped after the lock is free
        let (state, result) = self.at_place_asking(key, &mut kept, |state, place, hash| {
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
        if let Some((place, hash)) = state.seek(key)? {
            let result = operation(&mut state, place, hash);
            return Ok((state, result));
        }
        drop(state);
        self.at_place_asking(key, kept, operation)
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
            return hooks::tell(py, &on_delete, gone.taken());
        }
        gone.forget(py)
    }

    /// Does as [`Guarded::tell`] after [`State::store`]; returns what that did.
    #[inline(always)]
    pub(super) fn tell_of_store<R>(
        &self,
        py: Python<'_>,
        gone: &mut Gone,
        stored: Result<R, OutOfMemory>,
    ) -> PyResult<R> {
        match stored {
            Ok(stored) => self.tell(py, gone).map(|()| stored),
            Err(OutOfMemory) => self.tell_after(py, gone, Err(out_of_memory())),
        }
    }

    /// Does as [`Guarded::tell`] after an operation that may have stopped at an error; returns what
    /// it did.
    pub(super) fn tell_after<R>(
        &self,
        py: Python<'_>,
        gone: &mut Gone,
        done: PyResult<R>,
    ) -> PyResult<R> {
        match (done, self.tell(py, gone)) {
            (done, Ok(())) => done,
            (Ok(_), Err(told)) => Err(told),
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
            drop(entries);
            drop(hooks);
        }
    }

    /// Expires what is due at a time; returns how many entries that were.
    pub(super) fn expire_at(&self, py: Python<'_>, now: f64) -> PyResult<usize> {
        let mut gone = Gone::default();
        let mut pace = Pace::new();
        let mut expire = || loop {
            let more = self.enter(py)?.run(|state| {
                while !pace.is_due() {
                    gone.reserve()?;
                    let Some((key, value)) = state.cache.expire(now) else { return Ok(false) };
                    gone.push(key, value, Cause::Expired);
                }
                Ok(true)
            })?;
            if !more.map_err(|OutOfMemory| out_of_memory())? {
                return Ok(());
            }
            pace.pause(py)?;
        };
        let done = expire();
        let count = gone.len();
        self.tell_after(py, &mut gone, done)?;
        Ok(count)
    }

    /// Removes every entry, then tells `on_delete` of them, and drops them.
    pub(super) fn clear(&self, py: Python<'_>) -> PyResult<()> {
        let entries = self.ready(py)?.run(|state| state.cache.clear())?;
        let on_delete = if self.notifies { self.hook(py, |hooks| &hooks.on_delete)? } else { None };
        match on_delete {
            Some(on_delete) => {
                let gone = entries.map(|(key, value)| (key, value, Cause::Deleted));
                hooks::tell(py, &on_delete, gone)
            }
            None => dropped(py, entries),
        }
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
