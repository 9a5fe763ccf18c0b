//! Asynchronous iterators over what a future produces.
//!
//! The future runs on the runtime and sends items into a channel with a bound. The event loop takes all
//! that are there at once, so that a loop over many items goes to the runtime once for a batch. Like an
//! asynchronous generator, a stream begins with its first item, is ended by an exception that is thrown
//! into it while an item is awaited, and is awaited by one task at a time.

#![cfg(feature = "async")]

use std::future::Future;
use std::mem;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::vec;

use pyo3::exceptions::{PyRuntimeError, PyStopAsyncIteration};
use pyo3::prelude::*;
use tokio::sync::mpsc::{self, Receiver, Sender};

use super::exits::guarded;
use super::lock::Lock;
use super::runtime::{Coroutine, Own, Task, Work, inherited, spawn};

/// An asynchronous iterator.
#[pyclass(frozen, name = "stream", module = "agent._native")]
pub(crate) struct Stream {
    source: Source,
}

/// Where what a stream draws from is while nobody awaits an item.
type Source = Arc<Lock<Place>>;

enum Place {
    Here(Box<dyn Items>),
    /// Somebody awaits an item.
    Away,
    Ended,
}

/// What a stream draws from. Dropping it cancels the future.
trait Items: Send {
    /// The next item, where it is here already.
    fn ready(&mut self, py: Python<'_>) -> Option<PyResult<Py<PyAny>>>;

    /// Begins, unless it has.
    fn begin(&mut self, py: Python<'_>) -> PyResult<()>;

    /// Looks for the next item; `StopAsyncIteration` is the end.
    fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<Py<PyAny>>>;

    /// Has the future end.
    fn cancel(&mut self);

    /// Looks whether it has ended.
    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()>;
}

#[guarded]
#[pymethods]
impl Stream {
    fn __aiter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __anext__(&self) -> Coroutine {
        Coroutine::new("stream.__anext__", Drawing::new(&self.source, false))
    }

    /// End the stream; its future has been dropped when this has been awaited.
    fn aclose(&self) -> Coroutine {
        Coroutine::new("stream.aclose", Drawing::new(&self.source, true))
    }
}

/// The work of awaiting an item, or the end. Unless what the stream draws from is put back, the stream
/// has ended.
struct Drawing {
    source: Source,
    closes: bool,
    taken: bool,
    /// What the stream draws from, once it was taken and is not being used.
    items: Option<Box<dyn Items>>,
}

impl Drawing {
    fn new(source: &Source, closes: bool) -> Self {
        Self { source: Arc::clone(source), closes, taken: false, items: None }
    }

    fn put_back(&mut self, py: Python<'_>, items: Box<dyn Items>) -> PyResult<()> {
        *self.source.take(py)? = Place::Here(items);
        self.taken = false;
        Ok(())
    }
}

impl Drop for Drawing {
    fn drop(&mut self) {
        if self.taken {
            // An attached thread drops it; without an interpreter nobody looks at it any more.
            Python::try_attach(|py| match self.source.take(py) {
                Ok(mut place) => *place = Place::Ended,
                Err(error) => error.write_unraisable(py, None),
            });
        }
    }
}

impl Work for Drawing {
    fn ready(&mut self, py: Python<'_>) -> Option<PyResult<Py<PyAny>>> {
        let place = match self.source.take(py) {
            Ok(mut place) if matches!(*place, Place::Here(_)) => {
                mem::replace(&mut *place, Place::Away)
            }
            Ok(place) if matches!(*place, Place::Away) => Place::Away,
            Ok(_) => Place::Ended,
            Err(error) => return Some(Err(error)),
        };
        let mut items = match place {
            Place::Here(items) => items,
            Place::Away => {
                let function = if self.closes { "aclose" } else { "anext" };
                return Some(Err(PyRuntimeError::new_err(format!(
                    "{function}(): asynchronous generator is already running"
                ))));
            }
            Place::Ended if self.closes => return Some(Ok(py.None())),
            Place::Ended => return Some(Err(PyStopAsyncIteration::new_err(()))),
        };
        self.taken = true;
        let item = if self.closes { None } else { items.ready(py) };
        if let Some(Ok(item)) = item {
            return Some(self.put_back(py, items).map(|()| item));
        }
        self.items = Some(items);
        item
    }

    fn begin(&mut self, py: Python<'_>) -> PyResult<()> {
        match &mut self.items {
            Some(items) if self.closes => {
                items.cancel();
                Ok(())
            }
            Some(items) => items.begin(py),
            None => Ok(()),
        }
    }

    fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<Py<PyAny>>> {
        if self.closes {
            return self.poll_ended(context).map(|()| Ok(py.None()));
        }
        let Some(items) = &mut self.items else {
            return Poll::Ready(Err(PyStopAsyncIteration::new_err(())));
        };
        let item = ready!(items.poll(py, context));
        match (item, self.items.take()) {
            (Ok(item), Some(items)) => Poll::Ready(self.put_back(py, items).map(|()| item)),
            (item, _) => Poll::Ready(item),
        }
    }

    fn cancel(&mut self) {
        if let Some(items) = &mut self.items {
            items.cancel();
        }
    }

    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.items.as_mut().map_or(Poll::Ready(()), |items| items.poll_ended(context))
    }
}

/// Items that a future produces, which a closure converts.
struct Produced<P, T, C> {
    room: usize,
    produce: Option<P>,
    convert: C,
    begun: Option<Begun<T>>,
}

/// A future that has begun.
struct Begun<T> {
    task: Task<()>,
    channel: Own<Receiver<T>>,
    batch: vec::IntoIter<T>,
}

impl<P, F, T, C> Items for Produced<P, T, C>
where
    P: FnOnce(Sender<T>) -> F + Send,
    F: Future<Output = ()> + Send + 'static,
    T: Send + 'static,
    C: Fn(Python<'_>, T) -> PyResult<Py<PyAny>> + Send,
{
    fn ready(&mut self, py: Python<'_>) -> Option<PyResult<Py<PyAny>>> {
        let begun = self.begun.as_mut()?;
        if !begun.channel.is_here() {
            return Some(Err(inherited("this stream")));
        }
        begun.batch.next().map(|item| (self.convert)(py, item))
    }

    fn begin(&mut self, py: Python<'_>) -> PyResult<()> {
        if let Some(produce) = self.produce.take() {
            let (sender, channel) = mpsc::channel(self.room);
            let task = spawn(py, produce(sender))?;
            let batch = Vec::new().into_iter();
            self.begun = Some(Begun { task, channel: Own::new(channel), batch });
        }
        Ok(())
    }

    fn poll(&mut self, py: Python<'_>, context: &mut Context<'_>) -> Poll<PyResult<Py<PyAny>>> {
        let Some(Begun { task, channel, batch }) = &mut self.begun else {
            return Poll::Ready(Err(PyStopAsyncIteration::new_err(())));
        };
        let Some(channel) = channel.get_mut() else {
            return Poll::Ready(Err(inherited("this stream")));
        };
        let mut items = Vec::new();
        ready!(channel.poll_recv_many(context, &mut items, self.room));
        *batch = items.into_iter();
        if let Some(item) = batch.next() {
            return Poll::Ready((self.convert)(py, item));
        }
        let end = ready!(task.poll(py, context));
        Poll::Ready(end.and_then(|()| Err(PyStopAsyncIteration::new_err(()))))
    }

    fn cancel(&mut self) {
        if let Some(begun) = &mut self.begun {
            begun.task.cancel();
        }
    }

    fn poll_ended(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.begun.as_mut().map_or(Poll::Ready(()), |begun| begun.task.poll_ended(context))
    }
}

/// An asynchronous iterator over what a future sends into a channel.
///
/// The future begins with the first item. It waits while `room` items are in the channel; as many again
/// may be on the side of the event loop. `convert` turns each into an object, on the thread of the event
/// loop; an error of it ends the stream and is what awaiting the item raises: a future that may fail
/// sends its error as the last item. If an await is cancelled the future is dropped, where it waits next,
/// before `CancelledError` is raised.
///
/// Args: `room`, at least 1; what makes the future from the channel; `convert`.
#[cfg_attr(not(feature = "bench"), expect(dead_code, reason = "no component needs it yet"))]
pub(crate) fn stream<P, F, T, C>(room: usize, produce: P, convert: C) -> Stream
where
    P: FnOnce(Sender<T>) -> F + Send + 'static,
    F: Future<Output = ()> + Send + 'static,
    T: Send + 'static,
    C: Fn(Python<'_>, T) -> PyResult<Py<PyAny>> + Send + 'static,
{
    let items = Produced { room: room.max(1), produce: Some(produce), convert, begun: None };
    let source = Arc::new(Lock::new(Place::Here(Box::new(items))));
    Stream { source }
}
