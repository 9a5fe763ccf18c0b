//! `get_or_set`: one factory per key at a time.

use std::sync::Arc;
use std::time::Duration;

use agent_core_utils::cache::{Flight, Place, Undecided};
use pyo3::prelude::*;

use super::Cache;
use super::error::{EntryTooHeavy, translate};
use super::object::{Object, owned};
use super::state::matched;
use crate::bridge::keys::{Key, mixed_hash};

/// How long a waiting thread goes without looking whether it is to be interrupted.
const PATIENCE: Duration = Duration::from_millis(50);

/// Returns the value of `key`; if it is not there, that of `factory()`, which is stored.
pub(super) fn get_or_set(
    cache: &Cache,
    key: &Bound<'_, PyAny>,
    factory: &Bound<'_, PyAny>,
    ttl: Option<f64>,
) -> PyResult<Object> {
    let py = key.py();
    let mut found = cache.read(key)?;
    loop {
        if let Some(value) = found {
            return Ok(value);
        }
        match approach(cache, key)? {
            Approach::Arrived(value) => found = Some(value),
            Approach::Lead(flight) => return lead(cache, key, factory, ttl, &flight),
            Approach::Wait(flight) => {
                let waiting = flight.wait().map_err(|error| translate(&error))?;
                while !py.detach(|| waiting.landed_within(PATIENCE)) {
                    py.check_signals()?;
                }
                found = waiting.value(|value| value.clone_ref(py));
            }
        }
    }
}

/// What a caller finds that had found no entry.
enum Approach {
    /// An entry after all.
    Arrived(Object),
    /// Nobody at work: the factory is the caller's to run.
    Lead(Arc<Flight<Object>>),
    /// Somebody at work.
    Wait(Arc<Flight<Object>>),
}

fn approach(cache: &Cache, key: &Bound<'_, PyAny>) -> PyResult<Approach> {
    let py = key.py();
    let hash = cache.guarded.calling(py, || mixed_hash(key))?;
    let mut wanted = Key::new(key);
    loop {
        let undecided = {
            let mut guard = cache.guarded.enter(py)?;
            let state = &mut *guard;
            match state.cache.locate(hash, |stored| matched(wanted.compare(stored))) {
                Ok(Place::Occupied(slot)) => {
                    state.cache.touch(slot);
                    return Ok(Approach::Arrived(state.cache.value(slot).clone_ref(py)));
                }
                Ok(Place::Vacant) => {
                    match state.flights.locate(hash, |stored| matched(wanted.compare(stored))) {
                        Ok(Some(flight)) => return Ok(Approach::Wait(flight)),
                        Ok(None) => {
                            let flight = state.flights.start(hash, owned(key));
                            return Ok(Approach::Lead(flight));
                        }
                        Err(Undecided(stored)) => stored.clone_ref(py),
                    }
                }
                Err(Undecided(stored)) => stored.clone_ref(py),
            }
        };
        cache.guarded.calling(py, || wanted.decide(undecided))?;
    }
}

fn lead(
    cache: &Cache,
    key: &Bound<'_, PyAny>,
    factory: &Bound<'_, PyAny>,
    ttl: Option<f64>,
    flight: &Arc<Flight<Object>>,
) -> PyResult<Object> {
    let py = key.py();
    let computed = factory.call0().and_then(|value| {
        let value = value.unbind();
        match cache.put(key, value.clone_ref(py), ttl) {
            Err(error) if !error.is_instance_of::<EntryTooHeavy>(py) => Err(error),
            _ => Ok(value),
        }
    });
    let spare = cache.guarded.enter(py).map(|mut state| state.flights.remove(flight));
    flight.land(computed.as_ref().ok().map(|value| value.clone_ref(py)));
    drop(spare?);
    computed
}
