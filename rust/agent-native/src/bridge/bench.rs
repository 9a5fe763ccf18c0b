//! What only measuring needs: a call that does nothing, and the cores without Python around them.

use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::exits::{add_class, guarded};
use super::lock::Lock;

/// An object whose method does nothing: calling it costs what the bridge costs.
#[pyclass(frozen, module = "agent._native")]
struct Bridge;

#[guarded]
#[pymethods]
impl Bridge {
    #[new]
    fn new() -> Self {
        Self
    }

    /// Take what `Cache.get` takes, and return None.
    #[pyo3(signature = (key, /, default=None))]
    #[expect(unused_variables, clippy::unused_self, reason = "taking them is what it is for")]
    fn noop(&self, key: &Bound<'_, PyAny>, default: Option<&Bound<'_, PyAny>>) {}

    /// Call `function`.
    #[expect(clippy::unused_self, reason = "a method, as the others are")]
    fn call<'py>(&self, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        function.call0()
    }

    /// Fail as a defect in a core would.
    #[expect(clippy::unused_self, clippy::panic, reason = "panicking is what it is for")]
    fn panic(&self, py: Python<'_>) -> PyResult<()> {
        Lock::new(()).take(py)?.run(|()| panic!("{}", "a defect"))
    }

    /// Fail as a defect in the glue would.
    #[expect(clippy::unused_self, reason = "panicking is what it is for")]
    fn panic_outside(&self) -> PyResult<()> {
        panic!("a defect")
    }
}

/// A way into Rust without a guard: what the guard is for can be seen there.
#[pyclass(frozen, module = "agent._native")]
struct Unguarded;

#[pymethods]
impl Unguarded {
    #[new]
    const fn new() -> Self {
        Self
    }

    /// Call `function`.
    #[expect(clippy::unused_self, reason = "a method, as the others are")]
    fn call<'py>(&self, function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        function.call0()
    }
}

/// Runs a workload so many times; returns the time it took and what the last run came to.
pub(crate) type Run = Box<dyn FnMut(u64) -> (Duration, Vec<i64>) + Send>;

/// A workload that runs on its component's core alone.
#[pyclass(frozen, module = "agent._native")]
struct CoreRun {
    run: Lock<Run>,
}

#[guarded]
#[pymethods]
impl CoreRun {
    /// Read a workload that was exported, of the component that its first line names.
    #[new]
    fn new(path: PathBuf) -> PyResult<Self> {
        let run = read(&path).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self { run: Lock::new(run) })
    }

    /// Run it; return the nanoseconds it took, and what the last run came to.
    #[pyo3(signature = (repeats, /))]
    fn run<'py>(&self, py: Python<'py>, repeats: u64) -> PyResult<(u128, Bound<'py, PyTuple>)> {
        let (took, answer) = (*self.run.take(py)?)(repeats);
        Ok((took.as_nanos(), PyTuple::new(py, answer)?))
    }
}

fn read(path: &Path) -> io::Result<Run> {
    let content = fs::read_to_string(path)?;
    let component = content.lines().next().and_then(|line| line.strip_prefix("agent-trace 1 "));
    let run = component.map_or(Ok(None), |name| crate::replay(name, path))?;
    run.ok_or_else(|| io::Error::other(format!("{} is no workload of a core", path.display())))
}

/// Puts the classes into the module.
#[expect(clippy::disallowed_methods, reason = "what lacks the guard is there to show its worth")]
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_class::<Bridge>(module)?;
    add_class::<CoreRun>(module)?;
    module.add_class::<Unguarded>()
}
