//! What only measuring needs: a call that does nothing, and the cores without Python around them.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use agent_core_utils::{cache, text};
use agent_performance_monitor::metrics;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

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

/// A workload that runs on its component's core alone.
#[pyclass(frozen, module = "agent._native")]
struct CoreRun {
    replay: Lock<Replay>,
}

/// A workload of one of the components.
enum Replay {
    Cache(cache::replay::Replay),
    Metrics(metrics::replay::Replay),
    Text(text::replay::Replay),
}

impl Replay {
    /// Reads a workload of the component that its first line names.
    fn read(path: &Path) -> io::Result<Self> {
        let content = fs::read_to_string(path)?;
        match content.lines().next().and_then(|line| line.strip_prefix("agent-trace 1 ")) {
            Some("cache") => cache::replay::Replay::read(path).map(Self::Cache),
            Some("metrics") => metrics::replay::Replay::read(path).map(Self::Metrics),
            Some("text") => text::replay::Replay::read(path).map(Self::Text),
            _ => Err(io::Error::other(format!("{} is no workload of a core", path.display()))),
        }
    }

    /// Runs it so many times; returns the time it took and what the last run came to.
    fn time(&mut self, repeats: u64) -> (Duration, Vec<i64>) {
        match self {
            Self::Cache(replay) => {
                let (took, answer) = replay.time(repeats);
                let [hits, misses] = [answer.hits, answer.misses].map(u64::cast_signed);
                (took, vec![hits, misses, answer.total])
            }
            Self::Metrics(replay) => replay.time(repeats),
            Self::Text(replay) => replay.time(repeats),
        }
    }
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

    /// Run it; return the nanoseconds it took, and what the last run came to.
    #[pyo3(signature = (repeats, /))]
    fn run<'py>(&self, py: Python<'py>, repeats: u64) -> PyResult<(u128, Bound<'py, PyTuple>)> {
        let (took, answer) = self.replay.take(py)?.time(repeats);
        Ok((took.as_nanos(), PyTuple::new(py, answer)?))
    }
}

/// Puts the classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Bridge>()?;
    module.add_class::<CoreRun>()
}
