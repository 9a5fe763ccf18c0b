//! What is awaited: a coroutine whose work is done on the runtime.
//!
//! It begins when it is first awaited, as a coroutine of Python does. While it waits it gives its task
//! a future of asyncio, which the port of the event loop completes. An exception that is thrown into it,
//! such as `CancelledError`, is raised when its work has ended and its future has been dropped.

#![cfg(feature = "async")]

use std::mem;
use std::task::{Context, Poll, Waker};

use pyo3::exceptions::{
    PyBaseException, PyGeneratorExit, PyRuntimeError, PyStopIteration, PyTypeError, PyValueError,
};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyTraceback, PyType};

use super::port::Port;
use super::process::{self, inherited};
use crate::bridge::exits::guarded;
use crate::bridge::lock::Lock;

/// What a coroutine does.
pub(crate) trait Work: Send {
    /// What it comes to, where nothing has to be waited for.
    fn ready(&mut self, py: Python<'_>) -> Option<PyResult<Py<PyAny>>>;

    /// Begins.
    fn begin(&mut self, py: Python<'_>) -> PyResult<()>;

    /// Looks for the result.
    fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<Py<PyAny>>>;

    /// Has it end early.
    fn cancel(&mut self);

    /// Looks whether it has ended, after [`cancel`](Work::cancel). Dropping it cancels it, too.
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()>;
}

/// A coroutine.
#[pyclass(frozen, name = "coroutine", module = "agent._native")]
pub(crate) struct Coroutine {
    name: &'static str,
    state: Lock<State>,
}

enum State {
    New(Box<dyn Work>),
    Waiting(Begun),
    /// To raise this when the work has ended.
    Cancelled(Begun, Py<PyBaseException>),
    /// A thread is inside.
    Busy,
    Ended,
}

/// Work that has begun.
struct Begun {
    process: u32,
    work: Box<dyn Work>,
    port: Py<Port>,
    number: u64,
    waker: Waker,
}

/// What a coroutine gives its task, or how it ends: with `StopIteration` where it has a result.
type Given = PyResult<Py<PyAny>>;

impl Coroutine {
    /// A coroutine with the qualified name of the function that gives it.
    pub(crate) fn new(name: &'static str, work: impl Work + 'static) -> Self {
        Self { name, state: Lock::new(State::New(Box::new(work))) }
    }

    /// Takes the state for one step; what it is then is put back.
    fn step(&self, py: Python<'_>, step: impl FnOnce(State) -> (State, Given)) -> Given {
        let state = mem::replace(&mut *self.state.take(py)?, State::Busy);
        if matches!(state, State::Busy) {
            return Err(PyValueError::new_err("coroutine already executing"));
        }
        let (after, given) = step(state);
        let busy = mem::replace(&mut *self.state.take(py)?, after);
        drop(busy);
        given
    }
}

#[guarded]
#[pymethods]
impl Coroutine {
    #[getter]
    fn __name__(&self) -> &'static str {
        self.name.rsplit_once('.').map_or(self.name, |(_, name)| name)
    }

    #[getter]
    fn __qualname__(&self) -> &'static str {
        self.name
    }

    fn __await__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        if matches!(*slf.get().state.take(slf.py())?, State::New(_) | State::Ended) {
            return Ok(slf);
        }
        Err(PyRuntimeError::new_err("coroutine is being awaited already"))
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.step(py, |state| resumed(py, state))
    }

    /// Go on; give a future, or raise `StopIteration` with the result.
    fn send(&self, py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
        let new = matches!(*self.state.take(py)?, State::New(_));
        if new && !value.is_none() {
            let message = "can't send non-None value to a just-started coroutine";
            return Err(PyTypeError::new_err(message));
        }
        self.step(py, |state| resumed(py, state))
    }

    /// Raise an exception, when the work has ended: until then, give a future.
    #[pyo3(signature = (kind, value=None, traceback=None, /))]
    fn throw(
        &self,
        py: Python<'_>,
        kind: &Bound<'_, PyAny>,
        value: Option<&Bound<'_, PyAny>>,
        traceback: Option<Bound<'_, PyTraceback>>,
    ) -> PyResult<Py<PyAny>> {
        let error = PyErr::from_value(exception(kind, value)?);
        if traceback.is_some() {
            error.set_traceback(py, traceback);
        }
        self.step(py, |state| match state {
            State::New(_) => (State::Ended, Err(error)),
            // Nothing may be awaited any more.
            State::Waiting(_) | State::Cancelled(..)
                if error.is_instance_of::<PyGeneratorExit>(py) =>
            {
                (State::Ended, Err(error))
            }
            State::Waiting(mut begun) | State::Cancelled(mut begun, _) => {
                begun.work.cancel();
                begun.ending(py, error)
            }
            State::Busy | State::Ended => (State::Ended, Err(reused())),
        })
    }

    /// Drop the work.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let none = self.step(py, |state| {
            drop(state);
            (State::Ended, Ok(py.None()))
        });
        none.map(drop)
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let visited = self.state.visit(&visit, |state| match state {
            State::Waiting(begun) => visit.call(&begun.port),
            State::Cancelled(begun, error) => {
                visit.call(&begun.port)?;
                visit.call(error)
            }
            State::New(_) | State::Busy | State::Ended => Ok(()),
        });
        visited.unwrap_or(Ok(()))
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            let state =
                self.state.take(py).map(|mut state| mem::replace(&mut *state, State::Ended));
            if let Err(error) = state {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// Goes on with the work.
fn resumed(py: Python<'_>, state: State) -> (State, Given) {
    match state {
        State::New(work) => match began(py, work) {
            Ok(Ok(begun)) => begun.going_on(py),
            Ok(Err(result)) => (State::Ended, Err(returned(result))),
            Err(error) => (State::Ended, Err(error)),
        },
        State::Waiting(begun) if begun.process == process::id() => begun.going_on(py),
        State::Waiting(_) => (State::Ended, Err(inherited("this coroutine"))),
        State::Cancelled(begun, error) => {
            begun.ending(py, PyErr::from_value(error.into_bound(py).into_any()))
        }
        State::Busy | State::Ended => (State::Ended, Err(reused())),
    }
}

/// The work, begun, or its result if it is there at once.
fn began(py: Python<'_>, mut work: Box<dyn Work>) -> PyResult<Result<Begun, Py<PyAny>>> {
    if let Some(result) = work.ready(py) {
        return result.map(Err);
    }
    // First, as it fails without an event loop.
    let port = Port::of_running_loop(py)?;
    let (number, waker) = port.get().signal(py)?;
    work.begin(py)?;
    Ok(Ok(Begun { process: process::id(), work, port: port.unbind(), number, waker }))
}

impl Begun {
    fn going_on(mut self, py: Python<'_>) -> (State, Given) {
        match self.work.poll(py, &mut Context::from_waker(&self.waker)) {
            Poll::Ready(result) => (State::Ended, Err(result.map_or_else(|error| error, returned))),
            Poll::Pending => match self.port.get().wait(py, self.number) {
                Ok(future) => (State::Waiting(self), Ok(future)),
                Err(error) => (State::Ended, Err(error)),
            },
        }
    }

    fn ending(mut self, py: Python<'_>, error: PyErr) -> (State, Given) {
        match self.work.poll_ended(&mut Context::from_waker(&self.waker)) {
            Poll::Ready(()) => (State::Ended, Err(error)),
            Poll::Pending => match self.port.get().wait(py, self.number) {
                Ok(future) => (State::Cancelled(self, error.into_value(py)), Ok(future)),
                Err(error) => (State::Ended, Err(error)),
            },
        }
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        // It is always dropped by an attached thread, but the interpreter may be gone by then.
        Python::try_attach(|py| {
            if let Err(error) = self.port.get().forget(py, self.number) {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// The exception that `throw` is given.
fn exception<'py>(
    kind: &Bound<'py, PyAny>,
    value: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    if kind.is_instance_of::<PyBaseException>() {
        return Ok(kind.clone());
    }
    if let Ok(class) = kind.cast::<PyType>()
        && class.is_subclass_of::<PyBaseException>()?
    {
        return match value {
            Some(value) if value.is_instance_of::<PyBaseException>() => Ok(value.clone()),
            Some(value) if !value.is_none() => kind.call1((value,)),
            Some(_) | None => kind.call0(),
        };
    }
    Err(PyTypeError::new_err("exceptions must be classes or instances deriving from BaseException"))
}

fn returned(result: Py<PyAny>) -> PyErr {
    PyStopIteration::new_err((result,))
}

#[cold]
pub(super) fn reused() -> PyErr {
    PyRuntimeError::new_err("cannot reuse already awaited coroutine")
}
