//! What is asked of a run: programs, their input, and limits.

use std::ffi::OsString;

use agent_core_utils::tools::{Error, Limits, Outcome, Program, Run, Terms, drive};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::error::{failed, timed_out, translate};
use super::given::{
    checked_argvs, checked_bytes, checked_environment, checked_flag, checked_text, encoded,
};
use super::result::{executed, told};
use super::table::{Bounds, checked_bounds};
use crate::bridge::arguments::Items;
use crate::bridge::memory::room;
use crate::bridge::pace::released;

/// The number of the signal for a reader that has ended.
const SIGPIPE: i32 = 13;

/// What an operation was given beside the programs.
pub(super) struct Settings<'py> {
    pub(super) input: Option<Bound<'py, PyAny>>,
    pub(super) cwd: Option<Bound<'py, PyAny>>,
    pub(super) env: Option<Bound<'py, PyAny>>,
    pub(super) check: Option<Bound<'py, PyAny>>,
}

/// The same without the interpreter's lock.
pub(super) struct Kept {
    input: Option<Py<PyAny>>,
    cwd: Option<Py<PyAny>>,
    env: Option<Py<PyAny>>,
    check: Option<Py<PyAny>>,
}

impl<'py> Settings<'py> {
    pub(super) fn new(
        input: Option<Bound<'py, PyAny>>,
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<Bound<'py, PyAny>>,
        check: Items<'py>,
    ) -> Self {
        Self { input, cwd, env, check: check.0 }
    }

    pub(super) fn kept(self) -> Kept {
        let Self { input, cwd, env, check } = self;
        let [input, cwd, env, check] = [input, cwd, env, check].map(|each| each.map(Bound::unbind));
        Kept { input, cwd, env, check }
    }
}

impl Kept {
    pub(super) fn bound(self, py: Python<'_>) -> Settings<'_> {
        let Self { input, cwd, env, check } = self;
        let [input, cwd, env, check] =
            [input, cwd, env, check].map(|each| each.map(|each| each.into_bound(py)));
        Settings { input, cwd, env, check }
    }
}

/// Where a program is to run.
pub(super) struct Place<'py> {
    pub(super) cwd: Option<Bound<'py, PyString>>,
    folder: Option<OsString>,
    env: Option<Vec<(OsString, OsString)>>,
}

impl<'py> Place<'py> {
    pub(super) fn read(
        cwd: Option<Bound<'py, PyAny>>,
        env: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Self> {
        let cwd = cwd.map(|cwd| checked_text("cwd", &cwd)).transpose()?;
        let folder = cwd.as_ref().map(encoded).transpose()?;
        Ok(Self { cwd, folder, env: env.map(checked_environment).transpose()? })
    }

    /// A program that runs there.
    pub(super) fn program(&self, argv: Vec<OsString>) -> Program {
        Program { argv, cwd: self.folder.clone().map(Into::into), env: self.env.clone() }
    }
}

/// The words of an argument list as the system has them.
pub(super) fn words(argv: &[Bound<'_, PyString>]) -> PyResult<Vec<OsString>> {
    let mut words = room(argv.len())?;
    for each in argv {
        words.push(encoded(each)?);
    }
    Ok(words)
}

/// The words of several argument lists.
pub(super) fn every(argvs: &Bound<'_, PyAny>) -> PyResult<Vec<Vec<OsString>>> {
    checked_argvs(argvs)?.iter().map(|argv| words(argv)).collect()
}

/// Programs that are run to their end, the output of each being the input of the next.
pub(super) struct Job<'py> {
    programs: Vec<Program>,
    input: Option<Bound<'py, PyBytes>>,
    bounds: Bounds,
    cwd: Option<Bound<'py, PyString>>,
    check: bool,
}

impl<'py> Job<'py> {
    /// Checks what an operation was given after its programs, in its order.
    pub(super) fn read(
        argvs: Vec<Vec<OsString>>,
        bounds: impl FnOnce() -> PyResult<Bounds>,
        settings: Settings<'py>,
    ) -> PyResult<Self> {
        let Settings { input, cwd, env, check } = settings;
        let input = input.map(|input| checked_bytes("input", input)).transpose()?;
        let bounds = bounds()?;
        let place = Place::read(cwd, env.as_ref())?;
        let programs = argvs.into_iter().map(|argv| place.program(argv)).collect();
        let check = check.map_or(Ok(false), |check| checked_flag("check", &check))?;
        Ok(Self { programs, input, bounds, cwd: place.cwd, check })
    }

    /// Runs it; returns the `Result` of each program.
    pub(super) fn run(self, py: Python<'py>, limits: Limits) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let input = self.input.as_ref().map(PyBytesMethods::as_bytes).unwrap_or_default();
        let terms = terms(input, self.bounds, limits);
        let translate = |error| translate(py, error, self.cwd.as_ref());
        let run = released(py, || Run::start(&self.programs, terms)).map_err(translate)?;
        let results = executed(py, run, translate)?;
        judged(py, &self.programs, self.bounds, self.check, results)
    }

    /// The future that runs it, and what its outcomes are told by.
    pub(super) fn begin(
        self,
        limits: Limits,
    ) -> PyResult<(impl Future<Output = Outcomes> + Send + use<>, Begun)> {
        let Self { programs, input, bounds, cwd, check } = self;
        let given = input.as_ref().map(PyBytesMethods::as_bytes).unwrap_or_default();
        let mut data = room(given.len())?;
        data.extend_from_slice(given);
        let terms = terms(data, bounds, limits);
        let begun =
            Begun { programs: programs.clone(), bounds, cwd: cwd.map(Bound::unbind), check };
        Ok((async move { drive(&programs, terms).await }, begun))
    }
}

/// How programs ended.
pub(super) type Outcomes = Result<Vec<Outcome>, Error>;

/// A job that a runtime runs.
pub(super) struct Begun {
    programs: Vec<Program>,
    bounds: Bounds,
    cwd: Option<Py<PyString>>,
    check: bool,
}

impl Begun {
    /// Returns the `Result` of each program.
    pub(super) fn end(self, py: Python<'_>, outcomes: Outcomes) -> PyResult<Vec<Bound<'_, PyAny>>> {
        let cwd = self.cwd.map(|cwd| cwd.into_bound(py));
        let outcomes = outcomes.map_err(|error| translate(py, error, cwd.as_ref()))?;
        judged(py, &self.programs, self.bounds, self.check, told(py, outcomes)?)
    }
}

fn terms<D>(input: D, bounds: Bounds, limits: Limits) -> Terms<D> {
    Terms { input, timeout: bounds.timeout(), max_output: bounds.max_output, limits }
}

/// The results, or, if that is asked for, the exception for the first program that failed.
fn judged<'py>(
    py: Python<'py>,
    programs: &[Program],
    bounds: Bounds,
    check: bool,
    results: Vec<(Outcome, Bound<'py, PyAny>)>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let last = results.len().saturating_sub(1);
    let mut judged = room(results.len())?;
    for (index, ((outcome, result), program)) in results.into_iter().zip(programs).enumerate() {
        let returncode = outcome.ending.returncode;
        let is_cut = index < last && returncode == -SIGPIPE;
        if check && outcome.timed_out {
            return Err(timed_out(py, program, bounds.seconds.unwrap_or_default(), result));
        }
        if check && returncode != 0 && !is_cut {
            return Err(failed(py, program, returncode, result));
        }
        judged.push(result);
    }
    Ok(judged)
}

/// Reads the bounds of a run.
pub(super) fn bounds<'py>(
    timeout: Option<Bound<'py, PyAny>>,
    max_output: Items<'py>,
) -> impl FnOnce() -> PyResult<Bounds> {
    move || checked_bounds(timeout, max_output.0)
}
