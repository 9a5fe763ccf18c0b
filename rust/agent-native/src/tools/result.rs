//! What a program did, in the classes of the contract.

use std::mem;

use agent_core_utils::tools::{Error, Outcome, Run, Stream};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::bridge::imported::Imported;
use crate::bridge::memory::{push, room};
use crate::bridge::pace::{detached, released};

const CONTRACT: &str = "agent.components.tools.contract";
static RESULT: Imported = Imported::new(CONTRACT, "Result");
static USAGE: Imported = Imported::new(CONTRACT, "Usage");

/// All that is used here.
pub(super) static IMPORTED: [&Imported; 2] = [&RESULT, &USAGE];

/// Runs programs to their end; returns how each ended, and its `Result`.
///
/// Output of the last is moved into objects of Python piece by piece: so there is no copy of all of it.
pub(super) fn executed<'py>(
    py: Python<'py>,
    mut run: Run<&[u8]>,
    translate: impl Fn(Error) -> PyErr,
) -> PyResult<Vec<(Outcome, Bound<'py, PyAny>)>> {
    let mut stderr = None;
    let stdout = PyBytes::new_with_writer(py, 0, |out| {
        let bytes = PyBytes::new_with_writer(py, 0, |err| {
            while let Some(stream) = detached(py, |stop| run.go(stop))?.map_err(&translate)? {
                let writer = if stream == Stream::Out { &mut *out } else { &mut *err };
                writer.write_bytes(run.output(stream))?;
                run.taken(stream);
            }
            for (stream, writer) in [(Stream::Out, &mut *out), (Stream::Err, err)] {
                writer.write_bytes(run.output(stream))?;
                run.taken(stream);
            }
            Ok(())
        })?;
        stderr = Some(bytes);
        Ok(())
    })?;
    let mut outcomes = released(py, || run.finish()).map_err(translate)?;
    let last = outcomes.pop();
    let mut results = told(py, outcomes)?;
    if let (Some(outcome), Some(stderr)) = (last, stderr) {
        let result = made(py, &outcome, stdout, stderr)?;
        push(&mut results, (outcome, result))?;
    }
    Ok(results)
}

/// How programs ended, each with its `Result`, whose output is taken from there.
pub(super) fn told(
    py: Python<'_>,
    outcomes: Vec<Outcome>,
) -> PyResult<Vec<(Outcome, Bound<'_, PyAny>)>> {
    let mut results = room(outcomes.len())?;
    for mut outcome in outcomes {
        let [stdout, stderr] = mem::take(&mut outcome.kept);
        let result = made(py, &outcome, moved(py, &stdout)?, moved(py, &stderr)?)?;
        results.push((outcome, result));
    }
    Ok(results)
}

/// An object with these bytes, or `MemoryError`.
pub(super) fn moved<'py>(py: Python<'py>, bytes: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with_writer(py, bytes.len(), |writer| writer.write_bytes(bytes))
}

fn made<'py>(
    py: Python<'py>,
    outcome: &Outcome,
    stdout: Bound<'py, PyBytes>,
    stderr: Bound<'py, PyBytes>,
) -> PyResult<Bound<'py, PyAny>> {
    let ending = outcome.ending;
    let usage = USAGE.get(py)?.call1((
        ending.user.as_secs_f64(),
        ending.system.as_secs_f64(),
        ending.max_resident_bytes,
    ))?;
    RESULT.get(py)?.call1((
        ending.returncode,
        stdout,
        stderr,
        outcome.timed_out,
        outcome.truncated,
        outcome.held,
        ending.duration.as_secs_f64(),
        usage,
    ))
}
