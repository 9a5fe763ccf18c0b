//! Files that are mapped into memory: `agent._native.Mapped`.
//!
//! What we read comes through the descriptor: a page that is gone is an error there, and not a signal.
//! Only what takes a buffer gets a map, which is one of Python's own.

use std::os::fd::{AsFd, AsRawFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_core_utils::files::{self, Error, Watch};
use pyo3::exceptions::{PyIndexError, PyOSError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyInt, PyMemoryView, PySlice, PyString, PyTuple};

use crate::bridge::arguments::{Items, checked_int, fitting};
use crate::bridge::exits::guarded;
use crate::bridge::imported::Imported;
use crate::bridge::pace::detached;
use crate::bridge::shown::type_name;

use super::error::translate;
use super::given::{Place, checked_bytes};
use super::results::bytes_of;

static MMAP: Imported = Imported::new("mmap", "mmap");
static ACCESS_READ: Imported = Imported::new("mmap", "ACCESS_READ");

/// All that a map may use.
pub(super) static IMPORTED: [&Imported; 2] = [&MMAP, &ACCESS_READ];

const MAX_OFFSET: u64 = i64::MAX.cast_unsigned();

/// What a map has until it is closed.
struct Open {
    /// Shared with what is reading: so the descriptor is closed after that.
    file: Arc<files::Mapped>,
    /// Python's map, once somebody asked for a view.
    map: Option<Py<PyAny>>,
}

/// The bytes of a file, read-only.
#[pyclass(frozen, weakref, module = "agent._native")]
pub(super) struct Mapped {
    path: Py<PyString>,
    open: Mutex<Option<Open>>,
}

impl Mapped {
    /// Maps a file.
    pub(super) fn new(place: Place<'_>) -> PyResult<Self> {
        let Place { text, bytes } = place;
        let file = detached(text.py(), |_| files::Mapped::open(&bytes))?;
        let file = Arc::new(file.map_err(|error| translate(&error, &text))?);
        Ok(Self { path: text.unbind(), open: Mutex::new(Some(Open { file, map: None })) })
    }

    /// What there is. The lock is kept for a moment only, in which nothing of Python runs.
    fn state(&self) -> MutexGuard<'_, Option<Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn opened(&self) -> PyResult<Arc<files::Mapped>> {
        let state = self.state();
        let open = state.as_ref().ok_or_else(|| PyValueError::new_err("the map is closed"))?;
        Ok(Arc::clone(&open.file))
    }

    /// Does what the core does with the file, while other threads run Python.
    fn done<R: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&files::Mapped, &Watch<'_>) -> Result<R, Error> + Send,
    ) -> PyResult<R> {
        let file = self.opened()?;
        let result = detached(py, |stop| work(&file, &Watch::new(stop)))?;
        result.map_err(|error| translate(&error, self.path.bind(py)))
    }

    /// Python's map.
    fn map<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let made = self.state().as_ref().and_then(|open| Some(open.map.as_ref()?.clone_ref(py)));
        if let Some(made) = made {
            return Ok(made.into_bound(py));
        }
        let file = self.opened()?;
        let options = PyDict::new(py);
        options.set_item("access", ACCESS_READ.get(py)?)?;
        let made = MMAP
            .get(py)?
            .call((file.as_fd().as_raw_fd(), file.length()), Some(&options))
            .or_else(|error| Err(self.refused(py, error)?))?;
        if let Some(open) = self.state().as_mut() {
            open.map.get_or_insert_with(|| made.clone().unbind());
        }
        Ok(made)
    }

    /// What is raised where Python cannot map the file.
    fn refused(&self, py: Python<'_>, error: PyErr) -> PyResult<PyErr> {
        let reason = if error.is_instance_of::<PyValueError>(py) {
            Error::STALE // the file has just become shorter
        } else if error.is_instance_of::<PyOSError>(py) {
            Error::System(error.value(py).getattr("errno")?.extract()?)
        } else {
            return Ok(error);
        };
        Ok(translate(&reason, self.path.bind(py)))
    }

    fn slice<'py>(&self, slice: &Bound<'py, PySlice>) -> PyResult<Bound<'py, PyBytes>> {
        let py = slice.py();
        let length = self.opened()?.length();
        let places = slice.indices(length.try_into()?)?;
        if places.slicelength == 0 {
            self.done(py, |file, _| file.require_whole())?;
            return bytes_of(py, b"");
        }
        let last = places.start + (places.slicelength.cast_signed() - 1) * places.step;
        let low = places.start.min(last);
        let span = places.start.abs_diff(last) as u64 + 1;
        let bytes =
            self.done(py, |file, watch| file.read(low.unsigned_abs() as u64, span, watch))?;
        let stride = places.step.unsigned_abs();
        match places.step {
            1 => bytes_of(py, &bytes),
            step if step > 0 => picked(py, places.slicelength, bytes.iter().step_by(stride)),
            _ => picked(py, places.slicelength, bytes.iter().rev().step_by(stride)),
        }
    }
}

/// So many bytes.
fn picked<'py, 'data>(
    py: Python<'py>,
    count: usize,
    bytes: impl Iterator<Item = &'data u8>,
) -> PyResult<Bound<'py, PyBytes>> {
    PyBytes::new_with(py, count, |place| {
        place.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        Ok(())
    })
}

#[guarded]
#[pymethods]
impl Mapped {
    /// Whether the map is closed.
    #[getter]
    fn closed(&self) -> bool {
        self.state().is_none()
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.opened()?.length().try_into()?)
    }

    fn __getitem__<'py>(&self, key: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let py = key.py();
        let length = self.opened()?.length();
        if let Ok(slice) = key.cast::<PySlice>() {
            return self.slice(slice).map(Bound::into_any);
        }
        if !key.is_instance_of::<PyInt>() || key.is_instance_of::<PyBool>() {
            let message = format!("key must be an int or a slice, not {}", type_name(key)?);
            return Err(PyTypeError::new_err(message));
        }
        let place = fitting::<i64>(key)?
            .map(|place| if place < 0 { place + length.cast_signed() } else { place })
            .filter(|place| (0..length.cast_signed()).contains(place))
            .map(i64::cast_unsigned);
        let place = place.ok_or_else(|| PyIndexError::new_err("index out of range"))?;
        let bytes = self.done(py, |file, watch| file.read(place, 1, watch))?;
        Ok(bytes[0].into_pyobject(py)?.into_any())
    }

    /// Return where bytes are first found; -1 if they are not.
    #[pyo3(signature = (data, start=Items(None), /), text_signature = "($self, data, start=0, /)")]
    fn find(&self, data: &Bound<'_, PyAny>, start: Items<'_>) -> PyResult<i64> {
        let word = checked_bytes("data", data)?.as_bytes();
        let start = match start.0 {
            None => 0,
            Some(start) => checked_int("start", &start, 0, MAX_OFFSET)?,
        };
        let found = self.done(data.py(), |file, watch| file.find(word, start, watch))?;
        Ok(found.map_or(-1, u64::cast_signed))
    }

    /// Return the bytes themselves, without a copy.
    fn view<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyMemoryView>> {
        self.done(py, |file, _| file.require_whole())?;
        if self.opened()?.length() == 0 {
            return PyMemoryView::from(bytes_of(py, b"")?.as_any());
        }
        PyMemoryView::from(&self.map(py)?)
    }

    /// Give the map back.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let map = self.state().as_ref().and_then(|open| Some(open.map.as_ref()?.clone_ref(py)));
        if let Some(map) = map {
            map.call_method0(py, "close")?;
        }
        let open = self.state().take();
        drop(open);
        Ok(())
    }

    fn __enter__(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().opened()?;
        Ok(slf)
    }

    #[pyo3(signature = (*details))]
    fn __exit__(&self, details: &Bound<'_, PyTuple>) -> PyResult<()> {
        self.close(details.py())
    }
}
