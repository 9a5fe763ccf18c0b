//! `get_or_set`: one factory per key at a time.

use std::sync::Arc;
use std::time::Duration;

use agent_core_utils::cache::{Flight, Place, Undecided, forked};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use super::Cache;
use super::error::{EntryTooHeavy, translate};
use super::object::{Object, owned};
use super::state::matched;
use crate::bridge::exits::{guarded, is_finalizing};
use crate::bridge::keys::Key;

/// How long a waiting thread goes without looking whether it is to be interrupted.
const PATIENCE: Duration = Duration::from_millis(50);

/// Has the system tell of forks: what other threads compute never arrives in the child.
pub(super) fn hear_of_forks(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let os = module.py().import("os")?;
    if os.hasattr("register_at_fork")? {
        let hooks = PyDict::new(module.py());
        hooks.set_item("after_in_child", wrap_pyfunction!(after_fork, module)?)?;
        os.call_method("register_at_fork", (), Some(&hooks))?;
    }
    Ok(())
}

#[guarded]
#[pyfunction]
fn after_fork() {
    forked();
}

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
                    if is_finalizing(py) {
                        forked(); // as there, this thread is the only one left
                    }
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
    let mut wanted = Key::new(key);
    let (state, approach) = cache.guarded.asking(&mut wanted, |state, wanted, hash| {
        let same = |stored: &Object| matched(wanted.compare(stored));
        let flight = match state.cache.locate(hash, same) {
            Ok(Place::Occupied(slot)) => {
                state.cache.touch(slot);
                return Ok(Approach::Arrived(state.cache.value(slot).clone_ref(py)));
            }
            Ok(Place::Vacant) => state.flights.locate(hash, same),
            Err(Undecided) => Err(Undecided),
        };
        match flight {
            Ok(Some(flight)) => Ok(Approach::Wait(flight)),
            Ok(None) => Ok(Approach::Lead(state.flights.start(hash, owned(key)))),
            Err(Undecided) => {
                let stored = state.cache.keys_of(hash).chain(state.flights.keys_of(hash));
                Err(wanted.undecided(stored))
            }
        }
    })?;
    drop(state);
    Ok(approach)
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
    #[expect(clippy::disallowed_methods, reason = "what the factory raised is returned below")]
    flight.land(computed.as_ref().ok().map(|value| value.clone_ref(py)));
    drop(spare?);
    computed
}
