//! The weigher, the clock and `on_delete`.

use agent_core_utils::cache::OutOfMemory;
use pyo3::exceptions::PyBaseExceptionGroup;
use pyo3::prelude::*;

use super::object::Object;
use crate::bridge::pace::{Pace, dropped};

/// Why an entry left.
#[derive(Clone, Copy)]
pub(super) enum Cause {
    Deleted,
    Replaced,
    Evicted,
    Expired,
}

/// An entry that left.
pub(super) type Departure = (Object, Object, Cause);

/// The entries that left in an operation, in their order: to be told, and to be dropped, outside the
/// lock. Mostly it is none or one, which takes no memory.
#[derive(Default)]
pub(super) struct Gone {
    first: Option<Departure>,
    rest: Vec<Departure>,
}

/// The callables that a cache was given.
#[derive(Default)]
pub(super) struct Hooks {
    pub(super) weigher: Option<Object>,
    pub(super) on_delete: Option<Object>,
    pub(super) clock: Option<Object>,
}

impl Gone {
    /// One entry that left.
    #[inline]
    pub(super) fn one(key: Object, value: Object, cause: Cause) -> Self {
        Self { first: Some((key, value, cause)), rest: Vec::new() }
    }

    /// Makes room for one more.
    #[inline]
    pub(super) fn reserve(&mut self) -> Result<(), OutOfMemory> {
        if self.first.is_some() {
            self.rest.try_reserve(1)?;
        }
        Ok(())
    }

    /// Adds an entry that left after the others.
    #[inline]
    pub(super) fn push(&mut self, key: Object, value: Object, cause: Cause) {
        match self.first {
            None => self.first = Some((key, value, cause)),
            Some(_) => self.rest.push((key, value, cause)),
        }
    }

    /// How many entries left.
    pub(super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.rest.len()
    }

    /// Drops them.
    #[inline]
    pub(super) fn forget(&mut self, py: Python<'_>) -> PyResult<()> {
        if let Some((key, value, _)) = self.first.take() {
            key.drop_ref(py);
            value.drop_ref(py);
            if !self.rest.is_empty() {
                return dropped(py, std::mem::take(&mut self.rest));
            }
        }
        Ok(())
    }

    /// Takes them out, in their order.
    pub(super) fn taken(&mut self) -> impl Iterator<Item = Departure> + use<> {
        self.first.take().into_iter().chain(std::mem::take(&mut self.rest))
    }
}

impl Cause {
    const fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Replaced => "replaced",
            Self::Evicted => "evicted",
            Self::Expired => "expired",
        }
    }
}

/// Calls `on_delete` for each entry; all are called, then what they raised is raised, and what a
/// signal handler raised meanwhile.
pub(super) fn tell(
    py: Python<'_>,
    on_delete: &Object,
    gone: impl Iterator<Item = Departure>,
) -> PyResult<()> {
    let mut errors = Vec::new();
    let mut pace = Pace::new();
    for (key, value, cause) in gone {
        for done in [on_delete.call1(py, (key, value, cause.name())).map(drop), pace.step(py)] {
            if let Err(error) = done {
                errors.push(error);
            }
        }
    }
    match errors.len() {
        0 => Ok(()),
        1 => Err(errors.remove(0)),
        _ => {
            let errors: Vec<_> = errors.into_iter().map(|error| error.into_value(py)).collect();
            let message = "several on_delete callbacks raised";
            Err(PyBaseExceptionGroup::new_err((message, errors)))
        }
    }
}

/// `later`, as raised while `earlier` was being handled.
pub(super) fn raised_during(py: Python<'_>, earlier: PyErr, later: PyErr) -> PyErr {
    let chained = later.value(py).setattr("__context__", earlier.into_value(py));
    chained.map_or_else(|error| error, |()| later)
}
