//! The glue of the tools: `agent._native.Tools`.
//!
//! # Layout
//! - here: running a program.
//! - `given`: how arguments outside the domain are refused.
//! - `result`: what a program did, in Python.
//! - `error`: the core's errors, in Python.

#![cfg(target_os = "linux")]

mod error;
mod given;
mod result;

use agent_core_utils::tools::{self, Limits, Terms};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::exits::{add_class, guarded};
use crate::bridge::imported::import_all;
use crate::bridge::pace::detached;

use error::translate;
use given::{checked_bytes, checked_flag, checked_timeout, read_program};

const MAX_LIMIT: u64 = 1 << 62;
const MAX_OUTPUT: u64 = 1 << 40;
const DEFAULT_OUTPUT: u64 = 16 << 20;

/// Whether programs end with the interpreter.
static ENDING: PyOnceLock<()> = PyOnceLock::new();

/// Runs programs, with limits that hold for each.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Tools {
    limits: Limits,
}

/// Puts the classes into the module.
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    add_class::<Tools>(module)
}

/// End all programs that run.
#[guarded]
#[pyfunction]
fn end_all() {
    tools::end_all();
}

#[guarded]
#[pymethods]
impl Tools {
    #[new]
    #[pyo3(signature = (*, cpu_seconds=None, memory_bytes=None, open_files=None))]
    fn new(
        py: Python<'_>,
        cpu_seconds: Option<Bound<'_, PyAny>>,
        memory_bytes: Option<Bound<'_, PyAny>>,
        open_files: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        import_all(py, &result::IMPORTED)?;
        import_all(py, &given::IMPORTED)?;
        import_all(py, &error::IMPORTED)?;
        let limits = Limits {
            cpu_seconds: checked_limit("cpu_seconds", cpu_seconds)?,
            memory_bytes: checked_limit("memory_bytes", memory_bytes)?,
            open_files: checked_limit("open_files", open_files)?,
        };
        ENDING.get_or_try_init(py, || {
            let end = wrap_pyfunction!(end_all, py)?;
            py.import("atexit")?.call_method1("register", (end,)).map(drop)
        })?;
        Ok(Self { limits })
    }

    /// Run a program to its end.
    #[pyo3(
        signature = (
            argv,
            /,
            *,
            input=None,
            timeout=None,
            cwd=None,
            env=None,
            max_output=Items(None),
            check=Items(None),
        ),
        text_signature = "($self, argv, /, *, input=None, timeout=None, cwd=None, env=None, \
                          max_output=16777216, check=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "as the contract has them")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        argv: &Bound<'py, PyAny>,
        input: Option<Bound<'py, PyAny>>,
        timeout: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        max_output: Items<'py>,
        check: Items<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let argv = given::checked_argv(argv)?;
        let input = input.map(|input| checked_bytes("input", input)).transpose()?;
        let timeout = timeout.map(|timeout| checked_timeout(&timeout)).transpose()?;
        let cwd = cwd.map(|cwd| given::checked_text("cwd", &cwd)).transpose()?;
        let program = read_program(&argv, cwd.as_ref(), env.as_ref())?;
        let max_output = max_output.0.map_or(Ok(DEFAULT_OUTPUT), |most| {
            checked_int("max_output", &most, 0, MAX_OUTPUT)
        })?;
        let check = check.0.map_or(Ok(false), |check| checked_flag("check", &check))?;
        let terms = Terms {
            input: input.as_ref().map(|input| input.as_bytes()).unwrap_or_default(),
            timeout: timeout.map(|(timeout, _)| timeout),
            max_output,
            limits: self.limits,
        };
        let outcome = detached(py, |stop| tools::run(&program, terms, stop))?
            .map_err(|error| translate(py, error, argv.first(), cwd.as_ref()))?;
        let told = result::told(py, &outcome)?;
        if check && outcome.timed_out {
            let seconds = timeout.map_or(0.0, |(_, seconds)| seconds);
            return Err(error::timed_out(py, argv.first(), seconds, told));
        }
        if check && outcome.ending.returncode != 0 {
            return Err(error::failed(py, argv.first(), outcome.ending.returncode, told));
        }
        Ok(told)
    }
}

fn checked_limit(name: &str, value: Option<Bound<'_, PyAny>>) -> PyResult<Option<u64>> {
    value.map(|value| checked_int(name, &value, 1, MAX_LIMIT)).transpose()
}
