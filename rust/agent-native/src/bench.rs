//! What only measuring needs: a call that does nothing, and the cores without Python around them.

use std::path::PathBuf;

use agent_core_utils::cache::replay::Replay;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::lock::Lock;

/// An object whose method does nothing: calling it costs what the bridge costs.
#[pyclass(frozen, module = "agent._native")]
struct Bridge;

#[pymethods]
impl Bridge {
    #[new]
    const fn new() -> Self {
        Self
    }

    /// Take what `Cache.get` takes, and return None.
    #[pyo3(signature = (key, /, default=None))]
    #[expect(unused_variables, clippy::unused_self, reason = "taking them is what it is for")]
    const fn noop(&self, key: &Bound<'_, PyAny>, default: Option<&Bound<'_, PyAny>>) {}

    /// Fail as a defect in a core would.
    #[expect(clippy::unused_self, clippy::panic, reason = "panicking is what it is for")]
    fn panic(&self, py: Python<'_>) -> PyResult<()> {
        Lock::new(()).take(py)?.run(|()| panic!("{}", "a defect"))
    }
}

/// A workload that runs on the cache's core alone.
#[pyclass(frozen, module = "agent._native")]
struct CoreRun {
    replay: Lock<Replay>,
}

#[pymethods]
impl CoreRun {
    /// Read a workload that was exported.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "an argument from Python is owned")]
    fn new(path: PathBuf) -> PyResult<Self> {
        let replay =
            Replay::read(&path).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { replay: Lock::new(replay) })
    }

    /// Run it; return the nanoseconds it took, and the last run's hits, misses and total.
    #[pyo3(signature = (repeats, /))]
    fn run(&self, py: Python<'_>, repeats: u64) -> PyResult<(u128, u64, u64, i64)> {
        let (took, answer) = self.replay.take(py)?.time(repeats);
        Ok((took.as_nanos(), answer.hits, answer.misses, answer.total))
    }
}

/// Puts the classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Bridge>()?;
    module.add_class::<CoreRun>()
}
