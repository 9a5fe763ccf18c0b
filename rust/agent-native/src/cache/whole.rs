//! Operations on the cache as a whole: views, copies, comparison.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyTuple};

use super::Cache;
use super::given::TIMEDELTA;
use super::hooks::Hooks;
use super::object::Object;
use super::state::Guarded;
use crate::bridge::arguments::{MAPPING, is_mapping};
use crate::bridge::imported::Imported;
use crate::bridge::memory::{ZIP, list, push, room, zipped};
use crate::bridge::pace::Pace;
use crate::bridge::shown::shown;

static STATS: Imported = Imported::new("agent.components.cache.contract", "CacheStats");
static CONSTRUCT: Imported = Imported::new("agent.components.cache.copying", "construct");

const VIEWS: &str = "agent.components.cache.views";
pub(super) static KEYS: Imported = Imported::new(VIEWS, "KeysView");
pub(super) static VALUES: Imported = Imported::new(VIEWS, "LiveValuesView");
pub(super) static ENTRIES: Imported = Imported::new(VIEWS, "EntriesView");

/// All that a cache may use.
pub(super) static IMPORTED: [&Imported; 8] =
    [&MAPPING, &TIMEDELTA, &ZIP, &STATS, &CONSTRUCT, &KEYS, &VALUES, &ENTRIES];

/// An entry as it is copied: key, value, and the seconds it has left.
pub(super) type Lifetime<'py> = (Bound<'py, PyAny>, Object, Option<f64>);

/// The counts, as the contract's class.
pub(super) fn stats<'py>(cache: &Cache, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    let stats = cache.guarded.ready(py)?.cache.stats();
    STATS.get(py)?.call1((stats.hits, stats.misses, stats.evictions, stats.expirations))
}

/// Keys and values in the order of use.
pub(super) fn entries(cache: &Cache, py: Python<'_>) -> PyResult<(Vec<Object>, Vec<Object>)> {
    let state = cache.guarded.ready(py)?;
    let (mut keys, mut values) = (room(state.cache.len())?, room(state.cache.len())?);
    for (key, value, _) in state.cache.iter() {
        keys.push(key.clone_ref(py));
        values.push(value.clone_ref(py));
    }
    drop(state);
    Ok((keys, values))
}

/// The entries in the order of use.
pub(super) fn snapshot<'py>(cache: &Cache, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
    let mut pace = Pace::begun();
    let (keys, values) = entries(cache, py)?;
    let length = keys.len();
    let keys = list(py, &mut pace, keys.into_iter())?;
    let values = list(py, &mut pace, values.into_iter())?;
    zipped(py, &mut pace, length, (keys, values))
}

/// A live view, of a class that both implementations share.
pub(super) fn view<'py>(
    cache: &Bound<'py, Cache>,
    class: &Imported,
) -> PyResult<Bound<'py, PyAny>> {
    class.get(cache.py())?.call1((cache,))
}

/// A cache with the same settings and entries, and new statistics.
pub(super) fn copy(cache: &Cache, py: Python<'_>) -> PyResult<Cache> {
    let Cache { capacity, ttl, max_weight, .. } = *cache;
    let guarded = Guarded::new(capacity, max_weight, cache.guarded.hooks(py)?);
    let duplicate = Cache { capacity, ttl, max_weight, guarded };
    let mut pace = Pace::begun();
    for (key, value, remaining) in lifetimes(cache, py)? {
        put_back(&duplicate, (key.into_bound(py), value, remaining))?;
        pace.step(py)?;
    }
    Ok(duplicate)
}

/// How a pickled or deeply copied cache is made again.
pub(super) fn reduce<'py>(cache: &Cache, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
    let construct = CONSTRUCT.get(py)?;
    let Hooks { weigher, on_delete, clock } = cache.guarded.hooks(py)?;
    let settings = PyDict::new(py);
    settings.set_item("capacity", cache.capacity)?;
    settings.set_item("ttl", cache.ttl)?;
    settings.set_item("max_weight", cache.max_weight)?;
    settings.set_item("weigher", weigher)?;
    settings.set_item("on_delete", on_delete)?;
    settings.set_item("clock", clock)?;
    let (mut keys, mut values, mut remaining) = (Vec::new(), Vec::new(), Vec::new());
    let mut pace = Pace::begun();
    for (key, value, seconds) in lifetimes(cache, py)? {
        push(&mut keys, key)?;
        push(&mut values, value)?;
        push(&mut remaining, seconds)?;
        pace.step(py)?;
    }
    let length = keys.len();
    let columns = (
        list(py, &mut pace, keys.into_iter())?,
        list(py, &mut pace, values.into_iter())?,
        list(py, &mut pace, remaining.into_iter())?,
    );
    (construct, (settings,), zipped(py, &mut pace, length, columns)?).into_pyobject(py)
}

/// Stores a copied entry.
pub(super) fn put_back(cache: &Cache, (key, value, remaining): Lifetime<'_>) -> PyResult<()> {
    cache.put(&key, value, remaining)
}

/// Whether the cache holds the same entries as another mapping, in whatever order.
pub(super) fn equal<'py>(cache: &Cache, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = other.py();
    if !is_mapping(other)? {
        return Ok(py.NotImplemented().into_bound(py));
    }
    let mine = PyDict::from_sequence(snapshot(cache, py)?.as_any())?;
    let theirs = PyDict::from_sequence(&other.call_method0("items")?)?;
    mine.rich_compare(theirs, pyo3::basic::CompareOp::Eq)
}

/// Class, settings, size and weight.
pub(super) fn describe(cache: &Cache, py: Python<'_>) -> PyResult<String> {
    let (size, weight) = {
        let state = cache.guarded.ready(py)?;
        (state.cache.len(), state.cache.weight())
    };
    let capacity = cache.capacity;
    let ttl = cache.ttl.into_pyobject(py)?;
    let max_weight = cache.max_weight.into_pyobject(py)?;
    let (ttl, max_weight) = (shown(&ttl)?, shown(&max_weight)?);
    Ok(format!(
        "Cache(capacity={capacity}, ttl={ttl}, max_weight={max_weight}, size={size}, weight={weight})"
    ))
}

fn lifetimes(cache: &Cache, py: Python<'_>) -> PyResult<Vec<(Object, Object, Option<f64>)>> {
    let (state, now) = cache.guarded.ready_at(py, false)?;
    let lives = |deadline: Option<f64>| deadline.is_none_or(|deadline| deadline > now);
    let alive = state.cache.iter().filter(|(_, _, deadline)| lives(*deadline));
    let mut kept = room(state.cache.len())?;
    for (key, value, deadline) in alive {
        let remaining = deadline.map(|deadline| (deadline - now).min(f64::MAX));
        kept.push((key.clone_ref(py), value.clone_ref(py), remaining));
    }
    Ok(kept)
}
