//! Operations on the cache as a whole: views, copies, comparison.

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMapping, PyTuple, PyType};

use super::Cache;
use super::hooks::Hooks;
use super::object::Object;
use super::state::Guarded;

/// An entry as it is copied: key, value, and the seconds it has left.
pub(super) type Lifetime<'py> = (Bound<'py, PyAny>, Object, Option<f64>);

/// The counts, as the contract's class.
pub(super) fn stats<'py>(cache: &Cache, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let stats = cache.guarded.ready(py)?.cache.stats();
    let class = CLASS.import(py, "agent.components.cache.contract", "CacheStats")?;
    class.call1((stats.hits, stats.misses, stats.evictions, stats.expirations))
}

/// The entries in the order of use.
pub(super) fn snapshot(cache: &Cache, py: Python<'_>) -> PyResult<Vec<(Object, Object)>> {
    let state = cache.guarded.ready(py)?;
    let entries = state.cache.iter();
    Ok(entries.map(|(key, value, _)| (key.clone_ref(py), value.clone_ref(py))).collect())
}

/// A live view, of a class that both implementations share.
pub(super) fn view<'py>(cache: &Bound<'py, Cache>, class: &str) -> PyResult<Bound<'py, PyAny>> {
    let views = cache.py().import("agent.components.cache.views")?;
    views.getattr(class)?.call1((cache,))
}

/// A cache with the same settings and entries, and new statistics.
pub(super) fn copy(cache: &Cache, py: Python<'_>) -> PyResult<Cache> {
    let Cache { capacity, ttl, max_weight, .. } = *cache;
    let guarded = Guarded::new(capacity, max_weight, cache.guarded.hooks(py)?);
    let duplicate = Cache { capacity, ttl, max_weight, guarded };
    for (key, value, remaining) in lifetimes(cache, py)? {
        put_back(&duplicate, (key.into_bound(py), value, remaining))?;
    }
    Ok(duplicate)
}

/// How a pickled or deeply copied cache is made again.
pub(super) fn reduce<'py>(cache: &Cache, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
    let construct = py.import("agent.components.cache.copying")?.getattr("construct")?;
    let Hooks { weigher, on_delete, clock } = cache.guarded.hooks(py)?;
    let settings = PyDict::new(py);
    settings.set_item("capacity", cache.capacity)?;
    settings.set_item("ttl", cache.ttl)?;
    settings.set_item("max_weight", cache.max_weight)?;
    settings.set_item("weigher", weigher)?;
    settings.set_item("on_delete", on_delete)?;
    settings.set_item("clock", clock)?;
    (construct, (settings,), lifetimes(cache, py)?).into_pyobject(py)
}

/// Stores a copied entry.
pub(super) fn put_back(cache: &Cache, (key, value, remaining): Lifetime<'_>) -> PyResult<()> {
    cache.put(&key, value, remaining)
}

/// Whether the cache holds the same entries as another mapping, in whatever order.
pub(super) fn equal<'py>(cache: &Cache, other: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = other.py();
    let Ok(mapping) = other.cast::<PyMapping>() else {
        return Ok(py.NotImplemented().into_bound(py));
    };
    let mine = PyDict::from_sequence(&snapshot(cache, py)?.into_pyobject(py)?)?;
    let theirs = PyDict::from_sequence(mapping.items()?.as_any())?;
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
    let (ttl, max_weight) = (ttl.repr()?, max_weight.repr()?);
    Ok(format!(
        "Cache(capacity={capacity}, ttl={ttl}, max_weight={max_weight}, size={size}, weight={weight})"
    ))
}

fn lifetimes(cache: &Cache, py: Python<'_>) -> PyResult<Vec<(Object, Object, Option<f64>)>> {
    let (state, now) = cache.guarded.ready_at(py, false)?;
    let lives = |deadline: Option<f64>| deadline.is_none_or(|deadline| deadline > now);
    let alive = state.cache.iter().filter(|(_, _, deadline)| lives(*deadline));
    let kept = alive.map(|(key, value, deadline)| {
        let remaining = deadline.map(|deadline| deadline - now);
        (key.clone_ref(py), value.clone_ref(py), remaining)
    });
    Ok(kept.collect())
}
