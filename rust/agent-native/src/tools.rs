//! The glue of the tools: `agent._native.Tools`.
//!
//! # Layout
//! - here: the operations.
//! - `job`: what is asked of a run.
//! - `later`: what is done when a coroutine is awaited.
//! - `process`: a conversation with a program.
//! - `table`: the tools that are defined.
//! - `given`: how arguments outside the domain are refused.
//! - `result`: what a program did, in Python.
//! - `error`: the core's errors, in Python.

#![cfg(target_os = "linux")]

mod error;
mod given;
mod job;
mod later;
mod process;
mod result;
mod table;

use agent_core_utils::tools::{self, Conversation, Limits, Messages};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::exits::{add_class, guarded};
use crate::bridge::imported::import_all;
use crate::bridge::lock::Lock;
use crate::bridge::pace::released;
use crate::bridge::runtime::{Coroutine, prepare};

use error::translate;
use given::{checked_argv, checked_choice, checked_timeout};
use job::{Job, Place, Settings, bounds, every, words};
use later::{all, later, one, only};
use process::{Lines, Process};
use table::{Table, checked_bounds};

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
    prepare(module.py())?;
    add_class::<Lines>(module)?;
    add_class::<Process>(module)?;
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
        let settings = Settings::new(input, cwd, env, check);
        let job =
            Job::read(vec![words(&checked_argv(argv)?)?], bounds(timeout, max_output), settings)?;
        only(job.run(py, self.limits)?)
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
    fn arun<'py>(
        slf: Bound<'py, Self>,
        argv: Bound<'py, PyAny>,
        input: Option<Bound<'py, PyAny>>,
        timeout: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        max_output: Items<'py>,
        check: Items<'py>,
    ) -> Coroutine {
        let settings = Settings::new(input, cwd, env, check).kept();
        let (timeout, most) = (timeout.map(Bound::unbind), max_output.0.map(Bound::unbind));
        let argv = argv.unbind();
        later("Tools.arun", slf.unbind(), one, move |py, _| {
            let timeout = timeout.map(|each| each.into_bound(py));
            let most = Items(most.map(|each| each.into_bound(py)));
            let argv = argv.bind(py);
            Job::read(vec![words(&checked_argv(argv)?)?], bounds(timeout, most), settings.bound(py))
        })
    }

    /// Run programs whose output is the input of the next one.
    #[pyo3(
        signature = (
            argvs,
            /,
            *,
            input=None,
            timeout=None,
            cwd=None,
            env=None,
            max_output=Items(None),
            check=Items(None),
        ),
        text_signature = "($self, argvs, /, *, input=None, timeout=None, cwd=None, env=None, \
                          max_output=16777216, check=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "as the contract has them")]
    fn pipe<'py>(
        &self,
        py: Python<'py>,
        argvs: &Bound<'py, PyAny>,
        input: Option<Bound<'py, PyAny>>,
        timeout: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        max_output: Items<'py>,
        check: Items<'py>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let settings = Settings::new(input, cwd, env, check);
        let job = Job::read(every(argvs)?, bounds(timeout, max_output), settings)?;
        job.run(py, self.limits)
    }

    /// Run programs whose output is the input of the next one.
    #[pyo3(
        signature = (
            argvs,
            /,
            *,
            input=None,
            timeout=None,
            cwd=None,
            env=None,
            max_output=Items(None),
            check=Items(None),
        ),
        text_signature = "($self, argvs, /, *, input=None, timeout=None, cwd=None, env=None, \
                          max_output=16777216, check=False)"
    )]
    #[expect(clippy::too_many_arguments, reason = "as the contract has them")]
    fn apipe<'py>(
        slf: Bound<'py, Self>,
        argvs: Bound<'py, PyAny>,
        input: Option<Bound<'py, PyAny>>,
        timeout: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        max_output: Items<'py>,
        check: Items<'py>,
    ) -> Coroutine {
        let settings = Settings::new(input, cwd, env, check).kept();
        let (timeout, most) = (timeout.map(Bound::unbind), max_output.0.map(Bound::unbind));
        let argvs = argvs.unbind();
        later("Tools.apipe", slf.unbind(), all, move |py, _| {
            let timeout = timeout.map(|each| each.into_bound(py));
            let most = Items(most.map(|each| each.into_bound(py)));
            let argvs = argvs.bind(py);
            Job::read(every(argvs)?, bounds(timeout, most), settings.bound(py))
        })
    }

    /// Start a program, to hold a conversation with it.
    #[pyo3(
        signature = (argv, /, *, timeout, stderr=Items(None), cwd=None, env=None),
        text_signature = "($self, argv, /, *, timeout, stderr='pipe', cwd=None, env=None)"
    )]
    fn spawn<'py>(
        &self,
        py: Python<'py>,
        argv: &Bound<'py, PyAny>,
        timeout: Option<Bound<'py, PyAny>>,
        stderr: Items<'py>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Process> {
        let argv = words(&checked_argv(argv)?)?;
        let timeout = timeout.map(|timeout| checked_timeout(&timeout)).transpose()?;
        let messages = checked_messages(stderr)?;
        let place = Place::read(cwd, env.as_ref())?;
        let program = place.program(argv);
        let conversation = released(py, || Conversation::start(&program, self.limits, messages))
            .map_err(|error| translate(py, error, place.cwd.as_ref()))?;
        Ok(Process::new(conversation, timeout))
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
        let settings = Settings::new(input, cwd, env, check);
        only(self.called(py, name, arguments, settings)?.run(py, self.limits)?)
    }

    /// Run a tool that is defined.
    #[pyo3(
        signature = (
            name, arguments, /, *, input=None, cwd=None, env=None, check=Items(None),
        ),
        text_signature = "($self, name, arguments, /, *, input=None, cwd=None, env=None, \
                          check=False)"
    )]
    fn acall<'py>(
        slf: Bound<'py, Self>,
        name: Bound<'py, PyAny>,
        arguments: Bound<'py, PyAny>,
        input: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        check: Items<'py>,
    ) -> Coroutine {
        let settings = Settings::new(input, cwd, env, check).kept();
        let (name, arguments) = (name.unbind(), arguments.unbind());
        later("Tools.acall", slf.unbind(), one, move |py, tools| {
            tools.called(py, name.bind(py), arguments.bind(py), settings.bound(py))
        })
    }
}

impl Tools {
    /// What a tool that is defined is to do.
    fn called<'py>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyAny>,
        arguments: &Bound<'py, PyAny>,
        settings: Settings<'py>,
    ) -> PyResult<Job<'py>> {
        let name = table::checked_name(name)?;
        let found = self.table.take(py)?.run(|table| table.get(&name))?;
        let Some(tool) = found else { return Err(error::unknown(py, &name)) };
        let argv = table::fill(&name, &tool.template, arguments)?;
        Job::read(vec![argv], || Ok(tool.bounds), settings)
    }
}

fn checked_messages(stderr: Items<'_>) -> PyResult<Messages> {
    let choices = ["pipe", "stdout", "devnull"];
    let place = stderr.0.map_or(Ok(0), |stderr| checked_choice("stderr", &stderr, &choices))?;
    Ok(match place {
        0 => Messages::Apart,
        1 => Messages::WithOutput,
        _ => Messages::Nowhere,
    })
}

fn checked_limit(name: &str, value: Option<Bound<'_, PyAny>>, most: u64) -> PyResult<Option<u64>> {
    value.map(|value| checked_int(name, &value, 1, most)).transpose()
}
