//! What a program did, in the classes of the contract.

use agent_core_utils::tools::{Error, Outcome, Run, Stream};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::bridge::imported::Imported;
use crate::bridge::pace::{detached, released};

const CONTRACT: &str = "agent.components.tools.contract";
static RESULT: Imported = Imported::new(CONTRACT, "Result");
static USAGE: Imported = Imported::new(CONTRACT, "Usage");

/// All that is used here.
pub(super) static IMPORTED: [&Imported; 2] = [&RESULT, &USAGE];

/// Runs a program to its end; returns how it ended, and a `Result`.
///
/// Output is moved into objects of Python piece by piece: so there is no copy of all of it.
pub(super) fn executed<'py>(
    py: Python<'py>,
    mut run: Run<'_>,
    translate: impl Fn(Error) -> PyErr,
) -> PyResult<(Outcome, Bound<'py, PyAny>)> {
    let mut stderr = None;
    let stdout = PyBytes::new_with_writer(py, 0, |out| {
        let bytes = PyBytes::new_with_writer(py, 0, |err| {
            while let Some(stream) = detached(py, |stop| run.go(stop))?.map_err(&translate)? {
                let writer = if stream == Stream::Out { &mut *out } else { &mut *err };
                writer.write_bytes(run.output(stream))?;
                run.taken(stream);
            }
            out.write_bytes(run.output(Stream::Out))?;
            err.write_bytes(run.output(Stream::Err))
        })?;
        stderr = Some(bytes);
        Ok(())
    })?;
    let outcome = released(py, || run.finish()).map_err(translate)?;
    Ok((outcome, told(py, outcome, stdout, stderr)?))
}

fn told<'py>(
    py: Python<'py>,
    outcome: Outcome,
    stdout: Bound<'py, PyBytes>,
    stderr: Option<Bound<'py, PyBytes>>,
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
