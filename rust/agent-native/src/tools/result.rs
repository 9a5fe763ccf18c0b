//! What a program did, in the classes of the contract.

use agent_core_utils::tools::Outcome;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::bridge::imported::Imported;
use crate::bridge::memory::spare;

const CONTRACT: &str = "agent.components.tools.contract";
static RESULT: Imported = Imported::new(CONTRACT, "Result");
static USAGE: Imported = Imported::new(CONTRACT, "Usage");

/// All that is used here.
pub(super) static IMPORTED: [&Imported; 2] = [&RESULT, &USAGE];

/// Bytes, whose number is the program's.
fn bytes<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    spare(data.len())?;
    Ok(PyBytes::new(py, data))
}

/// A `Result`.
pub(super) fn told<'py>(py: Python<'py>, outcome: &Outcome) -> PyResult<Bound<'py, PyAny>> {
    let ending = &outcome.ending;
    let usage = USAGE.get(py)?.call1((
        ending.user.as_secs_f64(),
        ending.system.as_secs_f64(),
        ending.max_resident_bytes,
    ))?;
    RESULT.get(py)?.call1((
        ending.returncode,
        bytes(py, &outcome.stdout)?,
        bytes(py, &outcome.stderr)?,
        outcome.timed_out,
        outcome.truncated,
        outcome.held,
        ending.duration.as_secs_f64(),
        usage,
    ))
}
