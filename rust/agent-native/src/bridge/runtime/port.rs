//! Where an event loop receives what completes on the runtime.
//!
//! Each loop has one port. Threads of the runtime put the number of what may have completed into its
//! mailbox and wake the loop, once for however many; on the loop's own thread, the port then completes
//! the futures of asyncio that wait for them. The loop holds the port, as what is called when the
//! descriptor of its mailbox is readable, so that both go together.

#![cfg(feature = "async")]

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Wake, Waker};

use pyo3::exceptions::{PyNotImplementedError, PyRuntimeError};
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyWeakrefMethods, PyWeakrefReference};

use super::dispatcher::{self, Post};
use super::process;
#[cfg(unix)]
use super::wakeup::Wakeup;
use crate::bridge::exits::guarded;
use crate::bridge::imported::Imported;
use crate::bridge::lock::Lock;

static RUNNING_LOOP: Imported = Imported::new("asyncio", "get_running_loop");

/// The ports, by the addresses of their loops.
static PORTS: Lock<BTreeMap<usize, Entry>> = Lock::new(BTreeMap::new());

/// What finds a loop's port.
struct Entry {
    event_loop: Py<PyWeakrefReference>,
    port: Py<PyWeakrefReference>,
    /// The port of a loop that does not hold it itself.
    kept: Option<Py<Port>>,
}

/// Where an event loop receives what completes.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(super) struct Port {
    process: u32,
    event_loop: Py<PyWeakrefReference>,
    mailbox: Arc<Mailbox>,
    waiting: Lock<Waiting>,
}

/// The futures of asyncio that wait, by number.
struct Waiting {
    next: u64,
    futures: HashMap<u64, Py<PyAny>>,
}

/// What may have completed, and what tells the loop.
struct Mailbox {
    due: Mutex<Vec<u64>>,
    bell: Bell,
}

enum Bell {
    #[cfg(unix)]
    Descriptor(Wakeup),
    Dispatcher(Arc<Post>, usize),
}

/// What a future wakes: a number in a mailbox that may be gone.
struct Signal {
    mailbox: Weak<Mailbox>,
    number: u64,
}

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if let Some(mailbox) = self.mailbox.upgrade() {
            mailbox.put(self.number);
        }
    }
}

impl Mailbox {
    fn put(&self, number: u64) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        due.push(number);
        let first = due.len() == 1;
        drop(due);
        if first {
            match &self.bell {
                #[cfg(unix)]
                Bell::Descriptor(wakeup) => wakeup.notify(),
                Bell::Dispatcher(post, number) => post.put(*number),
            }
        }
    }

    fn take(&self) -> Vec<u64> {
        match &self.bell {
            #[cfg(unix)]
            Bell::Descriptor(wakeup) => wakeup.clear(),
            Bell::Dispatcher(..) => {}
        }
        mem::take(&mut self.due.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[guarded]
#[pymethods]
impl Port {
    /// Complete the futures of what is due; the loop calls it.
    fn __call__(&self, py: Python<'_>) -> PyResult<()> {
        let due = self.mailbox.take();
        let mut waiting = self.waiting.take(py)?;
        let futures: Vec<Py<PyAny>> =
            due.iter().filter_map(|number| waiting.futures.remove(number)).collect();
        waiting.free();
        for future in futures {
            let future = future.bind(py);
            if let Err(error) = completed(future) {
                error.write_unraisable(py, Some(future));
            }
        }
        Ok(())
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let futures =
            |waiting: &Waiting| waiting.futures.values().try_for_each(|future| visit.call(future));
        self.waiting.visit(&visit, futures).unwrap_or(Ok(()))
    }

    fn __clear__(&self) {
        Python::attach(|py| {
            let futures = self.waiting.take(py).map(|mut held| mem::take(&mut held.futures));
            if let Err(error) = futures {
                error.write_unraisable(py, None);
            }
        });
    }
}

/// Has whoever awaits the future go on, unless it was cancelled meanwhile.
fn completed(future: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = future.py();
    if future.call_method0(intern!(py, "done"))?.is_truthy()? {
        return Ok(());
    }
    future.call_method1(intern!(py, "set_result"), (py.None(),)).map(drop)
}

impl Port {
    /// The port of the event loop that runs in this thread.
    ///
    /// # Errors
    /// `RuntimeError` if none runs, or one that the parent of this process used already.
    pub(super) fn of_running_loop(py: Python<'_>) -> PyResult<Bound<'_, Self>> {
        let running = RUNNING_LOOP.get(py)?.call0()?;
        let Some(port) = known(&running)? else {
            return Self::of(&running);
        };
        if port.get().process == process::id() {
            return Ok(port);
        }
        Err(PyRuntimeError::new_err(
            "the event loop was used by the process that this one was forked from: use a new one",
        ))
    }

    /// Makes the port of a loop.
    fn of<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Self>> {
        let py = event_loop.py();
        #[cfg(unix)]
        {
            let wakeup = Wakeup::new()?;
            let descriptor = wakeup.descriptor();
            let port = Self::with(event_loop, Bell::Descriptor(wakeup))?;
            match event_loop.call_method1(intern!(py, "add_reader"), (descriptor, &port)) {
                Ok(_) => return noted(event_loop, port, false),
                Err(error) if error.is_instance_of::<PyNotImplementedError>(py) => {}
                Err(error) => return Err(error),
            }
        }
        let bell = Bell::Dispatcher(dispatcher::post(py)?, address(event_loop));
        let port = Self::with(event_loop, bell)?;
        noted(event_loop, port, true)
    }

    fn with<'py>(event_loop: &Bound<'py, PyAny>, bell: Bell) -> PyResult<Bound<'py, Self>> {
        let port = Self {
            process: process::id(),
            event_loop: PyWeakrefReference::new(event_loop)?.unbind(),
            mailbox: Arc::new(Mailbox { due: Mutex::default(), bell }),
            waiting: Lock::new(Waiting { next: 0, futures: HashMap::new() }),
        };
        Bound::new(event_loop.py(), port)
    }

    /// A number of its own, and what tells this port that it is due.
    pub(super) fn signal(&self, py: Python<'_>) -> PyResult<(u64, Waker)> {
        let mut waiting = self.waiting.take(py)?;
        let number = waiting.next;
        waiting.next += 1;
        let mailbox = Arc::downgrade(&self.mailbox);
        Ok((number, Arc::new(Signal { mailbox, number }).into()))
    }

    /// What a coroutine gives its task when it waits: a future that is completed when it is due.
    ///
    /// # Errors
    /// `RuntimeError` if the loop is gone.
    pub(super) fn wait(&self, py: Python<'_>, number: u64) -> PyResult<Py<PyAny>> {
        let event_loop = self.event_loop.bind(py).upgrade();
        let event_loop =
            event_loop.ok_or_else(|| PyRuntimeError::new_err("the event loop is gone"))?;
        let future = event_loop.call_method0(intern!(py, "create_future"))?;
        // Tells the task that it is awaited, and not just given.
        future.setattr(intern!(py, "_asyncio_future_blocking"), true)?;
        let mut waiting = self.waiting.take(py)?;
        let before = waiting.futures.insert(number, future.clone().unbind());
        waiting.free();
        drop(before);
        Ok(future.unbind())
    }

    /// Waits no more.
    pub(super) fn forget(&self, py: Python<'_>, number: u64) -> PyResult<()> {
        let before = self.waiting.take(py)?.futures.remove(&number);
        drop(before);
        Ok(())
    }
}

fn address(event_loop: &Bound<'_, PyAny>) -> usize {
    event_loop.as_ptr().addr()
}

/// The port that a loop has already.
fn known<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, Port>>> {
    let py = event_loop.py();
    let ports = PORTS.take(py)?;
    let Some(entry) = ports.get(&address(event_loop)) else {
        return Ok(None);
    };
    let (known, port) = (entry.event_loop.clone_ref(py), entry.port.clone_ref(py));
    ports.free();
    // Another loop may have been at the same address.
    let same = known.bind(py).upgrade().is_some_and(|known| known.is(event_loop));
    let port = if same { port.bind(py).upgrade() } else { None };
    port.map(|port| port.cast_into::<Port>().map_err(PyErr::from)).transpose()
}

/// Notes a loop's new port, and drops what is noted of loops that are gone.
fn noted<'py>(
    event_loop: &Bound<'py, PyAny>,
    port: Bound<'py, Port>,
    kept: bool,
) -> PyResult<Bound<'py, Port>> {
    let py = event_loop.py();
    let entry = Entry {
        event_loop: port.get().event_loop.clone_ref(py),
        port: PyWeakrefReference::new(&port)?.unbind(),
        kept: kept.then(|| port.clone().unbind()),
    };
    forget_gone(py)?;
    let before = PORTS.take(py)?.insert(address(event_loop), entry);
    drop(before);
    Ok(port)
}

/// Drops what is noted of loops that are gone, or closed.
fn forget_gone(py: Python<'_>) -> PyResult<()> {
    let known: Vec<_> = PORTS
        .take(py)?
        .iter()
        .map(|(address, entry)| (*address, entry.event_loop.clone_ref(py), entry.kept.is_some()))
        .collect();
    for (address, noted, kept) in known {
        let used = match noted.bind(py).upgrade() {
            Some(event_loop) if kept => !is_closed(&event_loop)?,
            Some(_) => true,
            None => false,
        };
        if !used {
            let entry = PORTS.take(py)?.remove(&address);
            drop(entry);
        }
    }
    Ok(())
}

fn is_closed(event_loop: &Bound<'_, PyAny>) -> PyResult<bool> {
    event_loop.call_method0(intern!(event_loop.py(), "is_closed"))?.is_truthy()
}

/// Has the loop at an address call its port; for the dispatcher's thread.
///
/// # Errors
/// What the loop raises, but for a closed one: nobody waits there any more.
pub(super) fn call_soon(py: Python<'_>, address: usize) -> PyResult<()> {
    let kept = PORTS.take(py)?.get(&address).and_then(|entry| {
        Some((entry.event_loop.clone_ref(py), entry.kept.as_ref()?.clone_ref(py)))
    });
    let Some((event_loop, port)) = kept else {
        return Ok(());
    };
    let Some(event_loop) = event_loop.bind(py).upgrade() else {
        return Ok(());
    };
    if is_closed(&event_loop)? {
        let entry = PORTS.take(py)?.remove(&address);
        drop(entry);
        return Ok(());
    }
    event_loop.call_method1(intern!(py, "call_soon_threadsafe"), (port,)).map(drop)
}
