//! `agent._native.Process`: a conversation with a program.

use std::time::{Duration, Instant};

use agent_core_utils::tools::{Conversation, Found, Signal, Stream, Wanted, Written};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyEllipsis, PyFloat, PyTuple};

use super::error::{not_found, output_ended, slow, translate};
use super::given::{checked_bytes, checked_choice, checked_timeout};
use super::result::moved;
use crate::bridge::arguments::{Items, checked_int};
use crate::bridge::exits::guarded;
use crate::bridge::pace::{detached, released};
use crate::bridge::shown::shown;

const DEFAULT_SIZE: u64 = 1 << 16;
const MAX_SIZE: u64 = 1 << 40;

/// A program that runs, and the conversation with it.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(super) struct Process {
    conversation: Conversation,
    /// Seconds that an operation may take.
    timeout: Option<f64>,
}

/// An iterator over the lines of a program.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(super) struct Lines {
    process: Py<Process>,
    stream: Stream,
    most: usize,
    timeout: Option<f64>,
}

impl Process {
    pub(super) fn new(conversation: Conversation, timeout: Option<f64>) -> Self {
        Self { conversation, timeout }
    }

    fn seconds(&self, timeout: Items<'_>) -> PyResult<Option<f64>> {
        match timeout.0 {
            Some(given) if !given.is_instance_of::<PyEllipsis>() => {
                if given.is_none() {
                    Ok(None)
                } else {
                    checked_timeout(&given).map(Some)
                }
            }
            Some(_) | None => Ok(self.timeout),
        }
    }

    fn stream(&self, py: Python<'_>, stream: Items<'_>) -> PyResult<Stream> {
        let place = match stream.0 {
            Some(stream) => checked_choice("stream", &stream, &["stdout", "stderr"])?,
            None => 0,
        };
        let stream = if place == 0 { Stream::Out } else { Stream::Err };
        if released(py, || self.conversation.has(stream))
            .map_err(|error| translate(py, error, None))?
        {
            return Ok(stream);
        }
        Err(PyValueError::new_err("stderr is no stream of its own"))
    }

    /// Waits for something and takes it; None if the time is over before.
    fn awaited(
        &self,
        py: Python<'_>,
        wanted: Wanted<'_>,
        seconds: Option<f64>,
    ) -> PyResult<Option<Found>> {
        let deadline = deadline(seconds);
        let raised = |error| translate(py, error, None);
        // Nothing is taken where a handler of a signal might raise before it is returned.
        loop {
            let found = detached(py, |stop| self.conversation.wait(wanted, deadline, stop))?;
            if !found.map_err(raised)? {
                return Ok(None);
            }
            let taken = released(py, || self.conversation.take(wanted)).map_err(raised)?;
            if taken.is_some() {
                return Ok(taken); // and no other thread was faster
            }
        }
    }

    /// The output up to a delimiter; None at its end without.
    fn until<'py>(
        &self,
        delimiter: &Bound<'py, PyBytes>,
        stream: Stream,
        most: usize,
        seconds: Option<f64>,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let py = delimiter.py();
        let wanted = Wanted::Until(stream, delimiter.as_bytes(), most);
        match self.awaited(py, wanted, seconds)? {
            Some(Found::Bytes(bytes)) => moved(py, &bytes).map(Some),
            Some(Found::TooLong) => {
                let message = format!("there is no {} in {most} bytes", shown(delimiter)?);
                Err(not_found(py, message))
            }
            Some(Found::OutputEnded | Found::Ended(_)) => Ok(None),
            None => {
                let message =
                    format!("there was no {} in {}", shown(delimiter)?, time(py, seconds)?);
                Err(slow(py, message))
            }
        }
    }

    fn signal(&self, py: Python<'_>, signal: Signal) -> PyResult<()> {
        released(py, || self.conversation.signal(signal))
            .map_err(|error| translate(py, error, None))
    }
}

#[guarded]
#[pymethods]
impl Process {
    #[getter]
    fn pid(&self) -> i32 {
        self.conversation.pid()
    }

    #[getter]
    fn returncode(&self, py: Python<'_>) -> Option<i32> {
        released(py, || self.conversation.returncode())
    }

    #[getter]
    fn held(&self, py: Python<'_>) -> bool {
        released(py, || self.conversation.held())
    }

    /// Write all of `data` to its input.
    #[pyo3(
        signature = (data, /, *, timeout=Items(None)),
        text_signature = "($self, data, /, *, timeout=...)"
    )]
    fn write(&self, py: Python<'_>, data: Bound<'_, PyAny>, timeout: Items<'_>) -> PyResult<()> {
        let data = checked_bytes("data", data)?;
        let seconds = self.seconds(timeout)?;
        let bytes = data.as_bytes();
        let deadline = deadline(seconds);
        let written = detached(py, |stop| self.conversation.write(bytes, deadline, stop))?;
        match written.map_err(|error| translate(py, error, None))? {
            Written::All => Ok(()),
            Written::Some(count) => {
                let (size, time) = (bytes.len(), time(py, seconds)?);
                Err(slow(py, format!("{count} of {size} bytes were written in {time}")))
            }
        }
    }

    /// Let it find the end of its input.
    fn close_input(&self, py: Python<'_>) -> PyResult<()> {
        released(py, || self.conversation.close_input()).map_err(|error| translate(py, error, None))
    }

    /// Return some output; nothing at its end.
    #[pyo3(
        signature = (size=Items(None), /, *, stream=Items(None), timeout=Items(None)),
        text_signature = "($self, size=65536, /, *, stream='stdout', timeout=...)"
    )]
    fn read<'py>(
        &self,
        py: Python<'py>,
        size: Items<'py>,
        stream: Items<'py>,
        timeout: Items<'py>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let most = checked_size("size", size)?;
        let stream = self.stream(py, stream)?;
        let seconds = self.seconds(timeout)?;
        match self.awaited(py, Wanted::Some(stream, most), seconds)? {
            Some(Found::Bytes(bytes)) => moved(py, &bytes),
            Some(Found::TooLong | Found::OutputEnded | Found::Ended(_)) => moved(py, &[]),
            None => {
                let (name, time) = (name(stream), time(py, seconds)?);
                Err(slow(py, format!("nothing was read from {name} in {time}")))
            }
        }
    }

    /// Return the output up to and with a delimiter.
    #[pyo3(
        signature = (
            delimiter, /, *, stream=Items(None), max_bytes=Items(None), timeout=Items(None),
        ),
        text_signature = "($self, delimiter, /, *, stream='stdout', max_bytes=65536, timeout=...)"
    )]
    fn read_until<'py>(
        &self,
        py: Python<'py>,
        delimiter: Bound<'py, PyAny>,
        stream: Items<'py>,
        max_bytes: Items<'py>,
        timeout: Items<'py>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let delimiter = checked_bytes("delimiter", delimiter)?;
        if delimiter.as_bytes().is_empty() {
            return Err(PyValueError::new_err("delimiter must not be empty"));
        }
        let most = checked_size("max_bytes", max_bytes)?;
        let stream = self.stream(py, stream)?;
        let seconds = self.seconds(timeout)?;
        if let Some(bytes) = self.until(&delimiter, stream, most, seconds)? {
            return Ok(bytes);
        }
        let message = format!("{} ended before {}", name(stream), shown(&delimiter)?);
        Err(output_ended(py, message))
    }

    /// Iterate over the lines.
    #[pyo3(
        signature = (*, stream=Items(None), max_bytes=Items(None), timeout=Items(None)),
        text_signature = "($self, *, stream='stdout', max_bytes=65536, timeout=...)"
    )]
    fn lines<'py>(
        slf: Bound<'py, Self>,
        stream: Items<'py>,
        max_bytes: Items<'py>,
        timeout: Items<'py>,
    ) -> PyResult<Lines> {
        let most = checked_size("max_bytes", max_bytes)?;
        let stream = slf.get().stream(slf.py(), stream)?;
        let timeout = slf.get().seconds(timeout)?;
        Ok(Lines { process: slf.unbind(), stream, most, timeout })
    }

    /// Wait until it has ended; return its `returncode`.
    #[pyo3(signature = (*, timeout=Items(None)), text_signature = "($self, *, timeout=...)")]
    fn wait(&self, py: Python<'_>, timeout: Items<'_>) -> PyResult<i32> {
        let seconds = self.seconds(timeout)?;
        if let Some(returncode) = self.returncode(py) {
            return Ok(returncode);
        }
        if let Some(Found::Ended(returncode)) = self.awaited(py, Wanted::End, seconds)? {
            return Ok(returncode);
        }
        Err(slow(py, format!("the process did not end in {}", time(py, seconds)?)))
    }

    /// Send SIGTERM to its group.
    fn terminate(&self, py: Python<'_>) -> PyResult<()> {
        self.signal(py, Signal::TERM)
    }

    /// Send SIGKILL to its group.
    fn kill(&self, py: Python<'_>) -> PyResult<()> {
        self.signal(py, Signal::KILL)
    }

    /// End all that is left of its group.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        released(py, || self.conversation.close()).map_err(|error| translate(py, error, None))
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let py = slf.py();
        let process = slf.get();
        released(py, || process.conversation.has(Stream::Out))
            .map_err(|error| translate(py, error, None))?;
        Ok(slf)
    }

    #[pyo3(signature = (*details))]
    fn __exit__(&self, details: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(details.py())
    }
}

#[guarded]
#[pymethods]
impl Lines {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let process = self.process.get();
        let delimiter = PyBytes::new(py, b"\n");
        if let Some(line) = process.until(&delimiter, self.stream, self.most, self.timeout)? {
            return Ok(Some(line));
        }
        let rest = process.awaited(py, Wanted::Some(self.stream, self.most), self.timeout)?;
        match rest {
            Some(Found::Bytes(bytes)) if !bytes.is_empty() => moved(py, &bytes).map(Some),
            Some(_) | None => Ok(None),
        }
    }
}

fn checked_size(name: &str, size: Items<'_>) -> PyResult<usize> {
    let size = size.0.map_or(Ok(DEFAULT_SIZE), |size| checked_int(name, &size, 1, MAX_SIZE))?;
    Ok(usize::try_from(size)?)
}

fn name(stream: Stream) -> &'static str {
    match stream {
        Stream::Out => "stdout",
        Stream::Err => "stderr",
    }
}

fn deadline(seconds: Option<f64>) -> Option<Instant> {
    seconds.and_then(|seconds| Instant::now().checked_add(Duration::from_secs_f64(seconds)))
}

/// A time in a message.
fn time(py: Python<'_>, seconds: Option<f64>) -> PyResult<String> {
    Ok(format!("{} seconds", shown(&PyFloat::new(py, seconds.unwrap_or_default()))?))
}
