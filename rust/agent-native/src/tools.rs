//! The glue of the tools: `agent._native.Tools`.
//!
//! # Layout
//! - here: running a program.
//! - `table`: the tools that are defined.
//! - `given`: how arguments outside the domain are refused.
//! - `result`: what a program did, in Python.
//! - `error`: the core's errors, in Python.

#![cfg(target_os = "linux")]

mod error;
mod given;
mod result;
mod table;

use std::ffi::OsString;

use agent_core_utils::tools::{self, Limits, Program, Run, Terms};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyString};

use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::exits::{add_class, guarded};
use crate::bridge::imported::import_all;
use crate::bridge::lock::Lock;
use crate::bridge::memory::room;
use crate::bridge::pace::released;

use error::translate;
use given::{checked_argv, checked_bytes, checked_environment, checked_flag, checked_text};
use table::{Bounds, Table, checked_bounds};

const MAX_LIMIT: u64 = 1 << 62;
const MAX_CPU_SECONDS: u64 = 1_000_000_000;

/// Whether programs end with the interpreter.
static ENDING: PyOnceLock<()> = PyOnceLock::new();

/// Runs programs, with limits that hold for each.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(crate) struct Tools {
    limits: Limits,
    table: Lock<Table>,
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
            cpu_seconds: checked_limit("cpu_seconds", cpu_seconds, MAX_CPU_SECONDS)?,
            memory_bytes: checked_limit("memory_bytes", memory_bytes, MAX_LIMIT)?,
            open_files: checked_limit("open_files", open_files, MAX_LIMIT)?,
        };
        ENDING.get_or_try_init(py, || {
            let end = wrap_pyfunction!(end_all, py)?;
            py.import("atexit")?.call_method1("register", (end,)).map(drop)
        })?;
        Ok(Self { limits, table: Lock::new(Table::default()) })
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
        let words = checked_argv(argv)?;
        let input = checked_input(input)?;
        let bounds = checked_bounds(timeout, max_output.0)?;
        let place = Place::read(cwd, env.as_ref())?;
        let check = checked_check(check)?;
        let mut argv = room(words.len())?;
        for each in &words {
            argv.push(given::encoded(each)?);
        }
        self.execute(py, argv, input.as_ref(), bounds, place, check)
    }

    /// Define a tool.
    #[pyo3(
        signature = (name, argv, /, *, timeout=None, max_output=Items(None)),
        text_signature = "($self, name, argv, /, *, timeout=None, max_output=16777216)"
    )]
    fn define<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        argv: &Bound<'py, PyAny>,
        timeout: Option<Bound<'py, PyAny>>,
        max_output: Items<'py>,
    ) -> PyResult<()> {
        let name = table::checked_name(name)?;
        let template = table::read_template(&checked_argv(argv)?)?;
        let bounds = checked_bounds(timeout, max_output.0)?;
        let added = self.table.take(py)?.run(|table| table.add(&name, template, bounds))?;
        if added { Ok(()) } else { Err(error::duplicate(py, &name)) }
    }

    /// Return the names of the tools that are defined.
    fn names(&self, py: Python<'_>) -> PyResult<Vec<String>> {
        self.table.take(py)?.run(|table| table.names())
    }

    /// Run a tool that is defined.
    #[pyo3(
        signature = (
            name, arguments, /, *, input=None, cwd=None, env=None, check=Items(None),
        ),
        text_signature = "($self, name, arguments, /, *, input=None, cwd=None, env=None, \
                          check=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "as the contract has them")]
    fn call<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyAny>,
        input: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        check: Items<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let name = table::checked_name(name)?;
        let found = self.table.take(py)?.run(|table| table.get(&name))?;
        let Some(tool) = found else { return Err(error::unknown(py, &name)) };
        let argv = table::fill(&name, &tool.template, arguments)?;
        let input = checked_input(input)?;
        let place = Place::read(cwd, env.as_ref())?;
        let check = checked_check(check)?;
        self.execute(py, argv, input.as_ref(), tool.bounds, place, check)
    }
}

/// Where a program is to run.
struct Place<'py> {
    cwd: Option<Bound<'py, PyString>>,
    env: Option<Vec<(OsString, OsString)>>,
}

impl<'py> Place<'py> {
    fn read(cwd: Option<Bound<'py, PyAny>>, env: Option<&Bound<'py, PyAny>>) -> PyResult<Self> {
        let cwd = cwd.map(|cwd| checked_text("cwd", &cwd)).transpose()?;
        Ok(Self { cwd, env: env.map(checked_environment).transpose()? })
    }
}

impl Tools {
    fn execute<'py>(
        &self,
        py: Python<'py>,
        argv: Vec<OsString>,
        input: Option<&Bound<'py, PyBytes>>,
        bounds: Bounds,
        place: Place<'py>,
        check: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Place { cwd, env } = place;
        let folder = cwd.as_ref().map(given::encoded).transpose()?.map(Into::into);
        let program = Program { argv, cwd: folder, env };
        let terms = Terms {
            input: input.map(PyBytesMethods::as_bytes).unwrap_or_default(),
            timeout: bounds.timeout(),
            max_output: bounds.max_output,
            limits: self.limits,
        };
        let translate = |error| translate(py, error, &program, cwd.as_ref());
        let run = released(py, || Run::start(&program, terms)).map_err(translate)?;
        let (outcome, told) = result::executed(py, run, translate)?;
        if check && outcome.timed_out {
            return Err(error::timed_out(py, &program, bounds.seconds.unwrap_or_default(), told));
        }
        if check && outcome.ending.returncode != 0 {
            return Err(error::failed(py, &program, outcome.ending.returncode, told));
        }
        Ok(told)
    }
}

fn checked_input(input: Option<Bound<'_, PyAny>>) -> PyResult<Option<Bound<'_, PyBytes>>> {
    input.map(|input| checked_bytes("input", input)).transpose()
}

fn checked_check(check: Items<'_>) -> PyResult<bool> {
    check.0.map_or(Ok(false), |check| checked_flag("check", &check))
}

fn checked_limit(name: &str, value: Option<Bound<'_, PyAny>>, most: u64) -> PyResult<Option<u64>> {
    value.map(|value| checked_int(name, &value, 1, most)).transpose()
}
