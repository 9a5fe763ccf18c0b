//! `agent._native.Snapshot`, and the classes of the contract that results are of.

use agent_performance_monitor::metrics::{self, Reading, Row};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyType};

const CONTRACT: &str = "agent.components.metrics.contract";

/// What every series held, taken at one moment, or gained between two.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Snapshot(pub(super) metrics::Snapshot);

#[pymethods]
impl Snapshot {
    /// Return the series, metric by metric.
    fn series<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyAny>>> {
        self.0.readings().iter().map(|reading| told(py, reading)).collect()
    }
}

fn told<'py>(py: Python<'py>, reading: &Reading) -> PyResult<Bound<'py, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let class = CLASS.import(py, CONTRACT, "Series")?;
    let labels = PyTuple::new(py, reading.labels().collect::<Vec<_>>())?;
    let (name, kind) = (reading.name(), reading.kind().name());
    match reading.row() {
        Row::Counter(total) => class.call1((name, kind, labels, total)),
        Row::Gauge(value) => class.call1((name, kind, labels, value)),
        Row::Histogram(count, sum, buckets) => {
            class.call1((name, kind, labels, count, sum, PyTuple::new(py, buckets)?))
        }
    }
}

/// What the system knows of this process.
#[cfg(target_os = "linux")]
pub(super) fn process(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    let usage = metrics::process::read()?;
    CLASS.import(py, CONTRACT, "ProcessReading")?.call1((
        usage.cpu_seconds,
        usage.resident_bytes,
        usage.virtual_bytes,
        usage.open_fds,
        usage.threads,
        usage.start_time,
    ))
}

/// What the system knows of this process: nothing is asked for here.
#[cfg(not(target_os = "linux"))]
pub(super) fn process(_: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Err(pyo3::exceptions::PyFileNotFoundError::new_err("there is no /proc"))
}
