//! `agent._native.Snapshot`, and the classes of the contract that results are of.

use agent_performance_monitor::metrics::{self, Part, Reading, Row};
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString, PyTuple};

use crate::bridge::collector::untracked;
use crate::bridge::exits::guarded;
use crate::bridge::imported::Imported;
use crate::bridge::memory::spare;
use crate::bridge::pace::Pace;

use super::error::translate;

const CONTRACT: &str = "agent.components.metrics.contract";
static SERIES: Imported = Imported::new(CONTRACT, "Series");
static READING: Imported = Imported::new(CONTRACT, "ProcessReading");

/// All that metrics may use.
pub(super) static IMPORTED: [&Imported; 2] = [&SERIES, &READING];

/// What is spare before a series or a bucket is told, in bytes: more than all small requests for it.
const SMALL: usize = 16 * 1024;

/// The same for each of its labels.
const LABEL: usize = 512;

/// What every series held, taken at one moment, or gained between two.
#[pyclass(frozen, module = "agent._native")]
pub(super) struct Snapshot(pub(super) metrics::Snapshot);

#[guarded]
#[pymethods]
impl Snapshot {
    /// Return the series, metric by metric.
    fn series<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        spare(SMALL)?;
        let all = PyList::empty(py);
        let mut pace = Pace::new();
        for part in self.0.parts() {
            let metric = Metric::told(py, part)?;
            for reading in part.readings() {
                all.append(metric.series(reading, &mut pace)?)?;
                pace.pause(py)?;
            }
        }
        Ok(all)
    }
}

/// What all series of a metric have in common.
struct Metric<'py> {
    name: Bound<'py, PyString>,
    kind: Bound<'py, PyString>,
    labels: Vec<Bound<'py, PyString>>,
}

impl<'py> Metric<'py> {
    fn told(py: Python<'py>, part: &Part) -> PyResult<Self> {
        spare(SMALL + part.labels().len() * LABEL)?;
        let labels = part.labels().iter().map(|label| text(py, label));
        Ok(Self {
            name: text(py, part.name())?,
            kind: text(py, part.kind().name())?,
            labels: labels.collect::<PyResult<_>>()?,
        })
    }

    fn series(&self, reading: &Reading, pace: &mut Pace) -> PyResult<Bound<'py, PyAny>> {
        let py = self.name.py();
        spare(SMALL + self.labels.len() * LABEL)?;
        let row = reading.row().map_err(translate)?;
        let values = reading.values().iter().map(|value| text(py, value));
        let values = values.collect::<PyResult<Vec<_>>>()?;
        let labels = untracked(PyTuple::new(py, self.labels.iter().zip(values))?.into_any());
        let nothing = (py.None().into_bound(py), PyTuple::empty(py).into_any());
        let (value, (sum, buckets)) = match row {
            Row::Counter(total) => (total.into_bound_py_any(py)?, nothing),
            Row::Float(value) => (value.into_bound_py_any(py)?, nothing),
            Row::Histogram(count, sum, buckets) => {
                let told = PyList::empty(py);
                for bucket in buckets {
                    spare(SMALL)?;
                    told.append(bucket)?;
                    pace.step(py)?;
                }
                let told = py.get_type::<PyTuple>().call1((told,)).map(untracked)?;
                spare(SMALL)?;
                (count.into_bound_py_any(py)?, (sum.into_bound_py_any(py)?, told))
            }
        };
        let fields = (&self.name, &self.kind, labels, value, sum, buckets);
        SERIES.get(py)?.call1(fields).map(untracked)
    }
}

fn text<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyString>> {
    PyString::from_bytes(py, text.as_bytes())
}

/// What the system knows of this process.
#[cfg(target_os = "linux")]
pub(super) fn process(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    let usage = metrics::process::read()?;
    READING.get(py)?.call1((
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
