//! The process's tokio runtime, and what Python awaits of it.
//!
//! There is one runtime a process. It is made when it is first used, and anew in a forked child. Its
//! threads never attach to the interpreter: a completion is put into the mailbox of an event loop, and
//! the loop's own thread takes the result, converts it and goes on with the task (`docs/adr/0029`).
//!
//! # For components
//! - [`coroutine`]: a coroutine that runs a future on the runtime when it is awaited.
//! - [`deferred`]: the same for a future that is made only then.
//! - [`blocking`]: the same for work that blocks, on the runtime's pool of threads.
//! - [`wait`]: runs a future and waits for it, without an event loop; signals are handled meanwhile.
//! - [`stream`](super::stream::stream): an asynchronous iterator over what a future produces.
//! - [`prepare`]: called once by each module whose functions use any of these.
//!
//! Futures hold no objects of Python, and are made of what needs the runtime only when they are polled:
//! timers and sockets belong into an `async` block. What turns results into objects is a closure that
//! runs on the thread of the event loop, and may hold objects, but none that leads back to the coroutine.
//!
//! # Layout
//! - here: the runtime itself, from its first use to the end of the interpreter.
//! - `task`: what runs on it.
//! - `process`: what belongs to one process, and is left alone by its forked children.
//! - `port`: where an event loop receives completions; `wakeup`: what wakes it.
//! - `dispatcher`: the thread that wakes event loops that watch no descriptors.
//! - `coroutines`: what is awaited; `spawned`: what it mostly does.
//! - `waiting`: waiting without an event loop.
//! - `bench` (feature): functions that exercise all this.
//!
//! Each file says itself with which feature it is compiled: where it is not, it has no mutants.

#![cfg(feature = "async")]

#[cfg(Py_GIL_DISABLED)]
compile_error!(
    "agent._native is for Python with the global interpreter lock: on a free-threaded build, \
     install agent-port with AGENT_NATIVE=0, which runs the Python implementations"
);

mod bench;
mod coroutines;
mod dispatcher;
mod port;
mod process;
mod spawned;
mod task;
mod waiting;
#[cfg(unix)]
mod wakeup;

use std::future::Future;
use std::mem;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
#[cfg(unix)]
use pyo3::types::PyDict;
use tokio::runtime::{Builder, Handle, Runtime};

pub(crate) use self::coroutines::Coroutine;
pub(super) use self::coroutines::Work;
pub(super) use self::process::{Own, inherited};
pub(crate) use self::spawned::deferred;
#[cfg(feature = "bench")]
pub(crate) use self::spawned::{blocking, coroutine};
pub(super) use self::task::Task;
#[cfg(feature = "bench")]
pub(crate) use self::waiting::wait;
use super::exits::{guarded, is_finalizing};
use super::imported::{Imported, import_all};
use super::lock::Lock;
use super::pace::released;

/// How long the end of the interpreter waits for what was cancelled then: work that neither comes to
/// an end nor asks whether to stop is left to the end of the process.
const DRAIN: Duration = Duration::from_secs(2);

static RUNTIME: Lock<State> = Lock::new(State::Unused);

/// The process whose interpreter is ending, for threads that are not attached; 0 for none.
static ENDING: AtomicU32 = AtomicU32::new(0);

static AT_EXIT: Imported = Imported::new("atexit", "register");

#[cfg(unix)]
static AT_FORK: Imported = Imported::new("os", "register_at_fork");

enum State {
    Unused,
    Running { process: u32, runtime: Runtime },
    Ended { process: u32 },
}

/// Has the runtime end in order when the interpreter does, and forked children have their own.
///
/// For the functions that put a component's classes into the module: what Python's exit functions
/// that are registered later use is there for them.
///
/// # Errors
/// What registering functions raises.
pub(crate) fn prepare(py: Python<'_>) -> PyResult<()> {
    static PREPARED: PyOnceLock<()> = PyOnceLock::new();
    let register = || {
        process::look_up();
        // Later nothing may be imported any more, or not yet. Of asyncio, what is used is there where
        // an event loop runs.
        import_all(py, &[&dispatcher::THREAD, &waiting::MAIN_THREAD, &waiting::THREAD_ID])?;
        #[cfg(unix)]
        {
            let at = PyDict::new(py);
            at.set_item("after_in_child", wrap_pyfunction!(forked, py)?)?;
            AT_FORK.get(py)?.call((), Some(&at))?;
        }
        AT_EXIT.get(py)?.call1((wrap_pyfunction!(end, py)?,)).map(drop)
    };
    PREPARED.get_or_try_init(py, register).copied()
}

/// Note that this is another process.
#[cfg(unix)]
#[guarded]
#[pyfunction]
fn forked() {
    process::look_up();
}

/// Begins a future.
///
/// # Errors
/// `RuntimeError` if the interpreter is ending, `OSError` if the runtime has no threads.
pub(super) fn spawn<F>(py: Python<'_>, future: F) -> PyResult<Task<F::Output>>
where
    F: Future<Output: Send> + Send + 'static,
{
    Ok(Task::of(runtime(py)?.spawn(future)))
}

/// Begins work that blocks, or waits in line if as many threads as there may be are busy.
///
/// The work asks, from any thread, whether to stop; then it returns anything.
///
/// # Errors
/// As for [`spawn`].
pub(super) fn spawn_blocking<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> T + Send + 'static,
) -> PyResult<Task<T>> {
    let runtime = runtime(py)?;
    let process = process::id();
    Ok(Task::that_stops(|stop| {
        runtime.spawn_blocking(move || {
            work(&|| stop.load(Ordering::Relaxed) || ENDING.load(Ordering::Relaxed) == process)
        })
    }))
}

/// This process's runtime, which is made if there is none.
fn runtime(py: Python<'_>) -> PyResult<Handle> {
    let here = process::look_up(); // here too, for a fork that Python did not hear of
    match &*RUNTIME.take(py)? {
        State::Running { process, runtime } if *process == here => {
            return Ok(runtime.handle().clone());
        }
        State::Ended { process } if *process == here => return Err(ending()),
        State::Unused | State::Running { .. } | State::Ended { .. } => {}
    }
    if is_finalizing(py) {
        return Err(ending());
    }
    let runtime = Builder::new_multi_thread().thread_name("agent-runtime").enable_all().build()?;
    let handle = runtime.handle().clone();
    let running = State::Running { process: here, runtime };
    // A parent's runtime has no threads here: ending it would wait for them for ever.
    mem::forget(mem::replace(&mut *RUNTIME.take(py)?, running));
    Ok(handle)
}

/// Refuse new work, cancel what runs, wait for it and end the threads; for the end of the interpreter.
#[guarded]
#[pyfunction]
fn end(py: Python<'_>) -> PyResult<()> {
    let here = process::id();
    let before = mem::replace(&mut *RUNTIME.take(py)?, State::Ended { process: here });
    ENDING.store(here, Ordering::Relaxed);
    match before {
        State::Running { process, runtime } if process == here => {
            released(py, || runtime.shutdown_timeout(DRAIN));
        }
        before @ (State::Unused | State::Running { .. } | State::Ended { .. }) => {
            mem::forget(before);
        }
    }
    dispatcher::end(py)
}

#[cold]
fn ending() -> PyErr {
    PyRuntimeError::new_err("nothing can be started any more: the interpreter is ending")
}
