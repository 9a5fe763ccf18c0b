//! The glue of the cache: `agent._native.Cache`.
//!
//! # Layout
//! - here: the operations of the contract.
//! - `state`: what is behind the lock, and how an operation gets there.
//! - `asking`: looking for keys that take Python code to hash or compare.
//! - `disposal`: dropping caches that are in each other.
//! - `error`: the core's errors, in Python.
//! - `given`: how arguments outside the domain are refused.
//! - `hooks`: the weigher, the clock and `on_delete`.
//! - `object`: a Python object that is kept.
//! - `compute`: `get_or_set`.
//! - `steps`: what several operations have in common.
//! - `whole`: operations on the cache as a whole: views, copies, comparison.

mod asking;
mod compute;
mod disposal;
mod error;
mod given;
mod hooks;
mod object;
mod state;
mod steps;
mod whole;

use agent_core_utils::cache::{OutOfMemory, Place};
use pyo3::exceptions::PyKeyError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyGenericAlias, PyIterator, PyList, PyTuple, PyType};

use crate::bridge::exits::{add_class, guarded};
use crate::bridge::imported::import_all;

use crate::bridge::arguments::{Items, checked_callable, checked_int, listed};
use crate::bridge::memory::{list, room};
use crate::bridge::pace::{Pace, dropped};
use given::{Given, checked_due, checked_ttl};
use hooks::{Cause, Gone, Hooks};
use object::{Object, owned};
use state::Guarded;
use steps::missing;

const MAX_CAPACITY: u64 = 1 << 31;
const MAX_WEIGHT: u64 = i64::MAX.unsigned_abs();

/// A bounded mapping that forgets the least recently used and the expired.
#[pyclass(frozen, weakref, mapping, module = "agent._native")]
pub(crate) struct Cache {
    capacity: usize,
    ttl: Option<f64>,
    max_weight: Option<u64>,
    guarded: Guarded,
}

/// Puts the class into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let class = module.py().get_type::<Cache>();
    add_class::<Cache>(module)?;
    let abc = module.py().import("collections.abc")?;
    abc.getattr("MutableMapping")?.call_method1("register", (class,))?;
    compute::hear_of_forks(module)
}

#[guarded]
#[pymethods]
impl Cache {
    #[new]
    #[pyo3(signature = (capacity, *, ttl=None, max_weight=None, weigher=None, on_delete=None, clock=None))]
    fn new(
        capacity: &Bound<'_, PyAny>,
        ttl: Option<&Bound<'_, PyAny>>,
        max_weight: Option<&Bound<'_, PyAny>>,
        weigher: Option<Bound<'_, PyAny>>,
        on_delete: Option<Bound<'_, PyAny>>,
        clock: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        import_all(capacity.py(), &whole::IMPORTED)?;
        error::load(capacity.py());
        let capacity = checked_int("capacity", capacity, 1, MAX_CAPACITY)?;
        let capacity = usize::try_from(capacity)?;
        let ttl = ttl.map(checked_ttl).transpose()?.flatten();
        let max_weight =
            max_weight.map(|bound| checked_int("max_weight", bound, 1, MAX_WEIGHT)).transpose()?;
        for (name, hook) in [("weigher", &weigher), ("on_delete", &on_delete), ("clock", &clock)] {
            hook.as_ref().map_or(Ok(()), |hook| checked_callable(name, hook))?;
        }
        let [weigher, on_delete, clock] =
            [weigher, on_delete, clock].map(|hook| hook.map(Bound::unbind));
        let hooks = Hooks { weigher, on_delete, clock };
        Ok(Self { capacity, ttl, max_weight, guarded: Guarded::new(capacity, max_weight, hooks) })
    }

    /// Most entries held at once.
    #[getter]
    fn capacity(&self) -> usize {
        self.capacity
    }

    /// Default time to live in seconds, or None.
    #[getter]
    fn ttl(&self) -> Option<f64> {
        self.ttl
    }

    /// Largest total weight held at once, or None.
    #[getter]
    fn max_weight(&self) -> Option<u64> {
        self.max_weight
    }

    /// Total weight of the entries.
    #[getter]
    fn weight(&self, py: Python<'_>) -> PyResult<u128> {
        Ok(self.guarded.ready(py)?.cache.weight())
    }

    /// Return the value of `key`, or `default` if it is not there.
    #[pyo3(signature = (key, /, default=None))]
    fn get(
        &self,
        key: &Bound<'_, PyAny>,
        default: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Option<Object>> {
        let found = self.read(key)?;
        Ok(found.or_else(|| default.map(owned)))
    }

    fn __getitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<Object> {
        self.read(key)?.ok_or_else(|| missing(key))
    }

    /// Return what `get` would, without a trace in the order or the statistics.
    #[pyo3(signature = (key, /, default=None))]
    fn peek(&self, key: &Bound<'_, PyAny>, default: Option<Object>) -> PyResult<Option<Object>> {
        let py = key.py();
        let found = self.guarded.at(key, |state, place| match place {
            Place::Occupied(slot) => Some(state.cache.value(slot).clone_ref(py)),
            Place::Vacant => None,
        })?;
        Ok(found.or(default))
    }

    fn __contains__(&self, key: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.guarded.at(key, |_, place| place != Place::Vacant)
    }

    /// Store `value` under `key`, over what is there.
    #[pyo3(signature = (key, value, /, *, ttl=Given::Absent))]
    fn set(&self, key: &Bound<'_, PyAny>, value: Object, ttl: Given<'_>) -> PyResult<()> {
        let ttl = self.seconds(ttl)?;
        self.put(key, value, ttl)
    }

    fn __setitem__(&self, key: &Bound<'_, PyAny>, value: Object) -> PyResult<()> {
        self.put(key, value, self.ttl)
    }

    /// Store `value` if `key` is not there; return whether it was stored.
    #[pyo3(signature = (key, value, /, *, ttl=Given::Absent))]
    fn add(&self, key: &Bound<'_, PyAny>, value: Object, ttl: Given<'_>) -> PyResult<bool> {
        let ttl = self.seconds(ttl)?;
        let weight = self.guarded.weigh(key, &value)?;
        let mut gone = Gone::default();
        let mut value = Some(value);
        let stored = self.guarded.at_time(key, ttl, |state, target| {
            if target.place == Place::Vacant
                && let Some(value) = value.take()
            {
                return state.store(&target, key, value, weight, &mut gone);
            }
            Ok(())
        })?;
        self.guarded.tell_of_store(key.py(), &mut gone, stored)?;
        Ok(value.is_none())
    }

    /// Return the value of `key`; if it is not there, store `default` and return that.
    #[pyo3(signature = (key, default, /, *, ttl=Given::Absent))]
    fn setdefault(
        &self,
        key: &Bound<'_, PyAny>,
        default: Object,
        ttl: Given<'_>,
    ) -> PyResult<Object> {
        let py = key.py();
        let ttl = self.seconds(ttl)?;
        let weight = self.guarded.weigh(key, &default)?;
        let mut gone = Gone::default();
        let found = self.guarded.at_time(key, ttl, |state, target| {
            let found = state.cache.read(target.place).map(|value| value.clone_ref(py));
            if found.is_none() {
                state.store(&target, key, default.clone_ref(py), weight, &mut gone)?;
            }
            Ok::<_, OutOfMemory>(found)
        })?;
        Ok(self.guarded.tell_of_store(py, &mut gone, found)?.unwrap_or(default))
    }

    /// Return the value of `key`; if it is not there, that of `factory()`, which is stored.
    #[pyo3(signature = (key, factory, /, *, ttl=Given::Absent))]
    fn get_or_set(
        &self,
        key: &Bound<'_, PyAny>,
        factory: &Bound<'_, PyAny>,
        ttl: Given<'_>,
    ) -> PyResult<Object> {
        checked_callable("factory", factory)?;
        let ttl = self.seconds(ttl)?;
        compute::get_or_set(self, key, factory, ttl)
    }

    /// Remove `key` and return its value; if it is not there, return `default` or raise `KeyError`.
    #[pyo3(signature = (key, default=Given::Absent, /))]
    fn pop(&self, key: &Bound<'_, PyAny>, default: Given<'_>) -> PyResult<Object> {
        let py = key.py();
        let Some((stored, value)) = self.take(key)? else {
            return match default {
                Given::Object(default) => Ok(default.unbind()),
                Given::Absent => Err(missing(key)),
            };
        };
        let returned = value.clone_ref(py);
        self.guarded.tell(py, &mut Gone::one(stored, value, Cause::Deleted))?;
        Ok(returned)
    }

    fn __delitem__(&self, key: &Bound<'_, PyAny>) -> PyResult<()> {
        self.pop(key, Given::Absent).map(drop)
    }

    /// Remove the least recently used entry and return it; `KeyError` when the cache is empty.
    fn popitem(&self, py: Python<'_>) -> PyResult<(Object, Object)> {
        let oldest = self.guarded.ready(py)?.run(|state| state.cache.pop_oldest())?;
        let (key, value) = oldest.ok_or_else(|| PyKeyError::new_err("the cache is empty"))?;
        let returned = (key.clone_ref(py), value.clone_ref(py));
        self.guarded.tell(py, &mut Gone::one(key, value, Cause::Deleted))?;
        Ok(returned)
    }

    /// Return for each of `keys`, in their order, what `get` would.
    #[pyo3(signature = (keys, /, default=None))]
    fn get_many<'py>(
        &self,
        keys: &Bound<'py, PyAny>,
        default: Option<Object>,
    ) -> PyResult<Bound<'py, PyList>> {
        let py = keys.py();
        let wanted = listed(keys)?;
        let default = default.unwrap_or_else(|| py.None());
        let mut kept = Vec::new();
        let mut values = room(wanted.len())?;
        let mut pace = Pace::new();
        {
            let mut state = self.guarded.ready(py)?;
            for key in &wanted {
                if pace.is_due() {
                    drop(state);
                    pace.pause(py)?;
                    state = self.guarded.enter(py)?;
                }
                (state, ()) = self.guarded.at_place(state, key, &mut kept, |state, place, _| {
                    values.push(state.cache.read(place).unwrap_or(&default).clone_ref(py));
                })?;
            }
        }
        dropped(py, wanted)?;
        list(py, &mut pace, values.into_iter())
    }

    /// Store each pair as `set` would; nothing is stored if an argument is refused.
    #[pyo3(signature = (items, /, *, ttl=Given::Absent))]
    fn set_many(&self, items: &Bound<'_, PyAny>, ttl: Given<'_>) -> PyResult<()> {
        let ttl = self.seconds(ttl)?;
        self.put_many(items, ttl)
    }

    /// Remove each of `keys` that is there; return how many were.
    #[pyo3(signature = (keys, /))]
    fn delete_many(&self, keys: &Bound<'_, PyAny>) -> PyResult<usize> {
        self.remove_many(keys)
    }

    /// Do `set_many` with `items`, then with the keyword arguments.
    #[pyo3(
        signature = (items=Items(None), /, **more),
        text_signature = "($self, items=(), /, **more)"
    )]
    fn update(
        &self,
        py: Python<'_>,
        items: Items<'_>,
        more: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let items = items.0.unwrap_or_else(|| PyTuple::empty(py).into_any());
        self.put_many(&items, self.ttl)?;
        more.map_or(Ok(()), |more| self.put_many(more, self.ttl))
    }

    /// Remove every entry; statistics stay.
    fn clear(&self, py: Python<'_>) -> PyResult<()> {
        self.guarded.clear(py)
    }

    /// Remove every entry whose deadline has come, or is not after `time`; return how many.
    #[pyo3(signature = (time=None))]
    fn expire(&self, py: Python<'_>, time: Option<&Bound<'_, PyAny>>) -> PyResult<usize> {
        match time {
            Some(time) => self.guarded.expire_at(py, checked_due(time)?),
            None => self.guarded.expire(py),
        }
    }

    /// Return the counts since the cache was made.
    fn stats<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        whole::stats(self, py)
    }

    /// Return the entries as they are at one moment, from the least to the most recently used.
    fn snapshot<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        whole::snapshot(self, py)
    }

    /// Return a live view of the keys; iterating it goes over a snapshot.
    fn keys<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        whole::view(slf, &whole::KEYS)
    }

    /// Return a live view of the values; iterating it goes over a snapshot.
    fn values<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        whole::view(slf, &whole::VALUES)
    }

    /// Return a live view of the entries; iterating it goes over a snapshot.
    fn items<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        whole::view(slf, &whole::ENTRIES)
    }

    /// Return a cache with the same settings and entries, and new statistics.
    fn copy(&self, py: Python<'_>) -> PyResult<Self> {
        whole::copy(self, py)
    }

    fn __copy__(&self, py: Python<'_>) -> PyResult<Self> {
        whole::copy(self, py)
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        whole::reduce(self, py)
    }

    fn __setstate__(&self, entries: &Bound<'_, PyAny>) -> PyResult<()> {
        let mut pace = Pace::new();
        for entry in listed(entries)? {
            whole::put_back(self, entry.extract()?)?;
            pace.step(entry.py())?;
        }
        Ok(())
    }

    #[classmethod]
    fn __class_getitem__<'py>(
        class: &Bound<'py, PyType>,
        parameters: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyGenericAlias>> {
        PyGenericAlias::new(class.py(), class, parameters)
    }

    fn __len__(&self, py: Python<'_>) -> PyResult<usize> {
        Ok(self.guarded.ready(py)?.cache.len())
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        let mut pace = Pace::begun();
        let (keys, _) = whole::entries(self, py)?;
        list(py, &mut pace, keys.into_iter())?.try_iter()
    }

    fn __eq__<'py>(&self, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        whole::equal(self, other)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        whole::describe(self, py)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.guarded.traverse(&visit)
    }

    fn __clear__(&self) {
        Python::attach(|py| self.guarded.release(py));
    }
}
