//! What only measuring needs: Rust's allocations, counted.

use std::sync::{Mutex, PoisonError};

use dhat::{Alloc, HeapStats, Profiler};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use super::exits::guarded;

#[global_allocator]
static ALLOCATOR: Alloc = Alloc;

static PROFILER: Mutex<Option<Profiler>> = Mutex::new(None);

/// Begin to count.
#[guarded]
#[pyfunction]
fn heap_start() -> PyResult<()> {
    let mut profiler = PROFILER.lock().unwrap_or_else(PoisonError::into_inner);
    if profiler.is_some() {
        return Err(PyRuntimeError::new_err("allocations are being counted already"));
    }
    *profiler = Some(Profiler::builder().testing().build());
    Ok(())
}

/// Return what was allocated since the start and is there still, in blocks and bytes, and the most
/// bytes that were there at once.
#[guarded]
#[pyfunction]
fn heap_stats() -> PyResult<(usize, usize, usize)> {
    if PROFILER.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
        return Err(PyRuntimeError::new_err("allocations are not being counted"));
    }
    let stats = HeapStats::get();
    Ok((stats.curr_blocks, stats.curr_bytes, stats.max_bytes))
}

/// Count no more.
#[guarded]
#[pyfunction]
fn heap_stop() {
    PROFILER.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// Puts the functions into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(heap_start, module)?)?;
    module.add_function(wrap_pyfunction!(heap_stats, module)?)?;
    module.add_function(wrap_pyfunction!(heap_stop, module)?)
}
