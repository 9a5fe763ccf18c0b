//! A metric: its name and labels, and one cell for each series.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::{hint, mem};

use super::Error;
use super::buckets::Histogram;
use super::cells::{Cell, Counter, Gauge, Sum};
use super::lock;
use super::memory::{push, push_bytes};
use super::snapshot::{Part, Reading, Source, Values};

/// What is requested beyond the values, in bytes: more than all the small requests for a series.
const SMALL: usize = 16 * 1024;

/// The number of series that are handled at once, with the lock held.
const SOME: usize = 32;

/// A metric and its series.
#[derive(Debug)]
pub struct Family<C> {
    pub(super) source: Arc<Source>,
    members: Mutex<Members<C>>,
}

/// The series.
#[derive(Debug)]
struct Members<C> {
    /// How many were created so far.
    created: u64,
    /// The series by the number of their creation.
    order: BTreeMap<u64, (Values, Arc<C>)>,
    /// The series, and the number of its creation, by [key](key).
    places: HashMap<Vec<u8>, (u64, Arc<C>)>,
}

/// Series that are no longer part of their metric: to drop many takes a while.
#[derive(Debug)]
pub struct Removed<C>(Members<C>);

/// A metric of any kind.
#[derive(Clone, Debug)]
pub enum AnyFamily {
    /// A counter.
    Counter(Arc<Family<Counter>>),
    /// A counter that adds floats.
    Sum(Arc<Family<Sum>>),
    /// A gauge.
    Gauge(Arc<Family<Gauge>>),
    /// A histogram.
    Histogram(Arc<Family<Histogram>>),
}

impl<C> Default for Members<C> {
    fn default() -> Self {
        Self { created: 0, order: BTreeMap::new(), places: HashMap::new() }
    }
}

impl<C> Removed<C> {
    /// Whether to drop them takes so long that other threads should run meanwhile.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.0.order.len() > SOME
    }
}

impl<C: Cell> Family<C> {
    pub(super) fn new(source: Source) -> Self {
        Self { source: Arc::new(source), members: Mutex::default() }
    }

    /// The names of its labels.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.source.labels
    }

    /// Its name and its labels, for messages.
    #[must_use]
    pub fn described(&self) -> String {
        format!("{} has labels ({})", self.source.name, self.source.labels.join(", "))
    }

    /// The one series of a metric without labels.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn alone(&self) -> Result<Option<Arc<C>>, Error> {
        self.labels().is_empty().then(|| self.member(&[])).transpose()
    }

    /// Refuses a wrong number of label values.
    ///
    /// # Errors
    /// `LabelCount`.
    pub fn expect(&self, given: usize) -> Result<(), Error> {
        let expected = self.labels().len();
        if given == expected {
            return Ok(());
        }
        Err(Error::LabelCount { name: self.source.name.clone(), expected, given })
    }

    /// Refuses to remove series of a metric without labels.
    ///
    /// # Errors
    /// `NoLabels`.
    pub fn expect_labels(&self) -> Result<(), Error> {
        if self.labels().is_empty() {
            return Err(Error::NoLabels { name: self.source.name.clone() });
        }
        Ok(())
    }

    /// The series with these label values, one for each label; created if it does not exist.
    ///
    /// # Errors
    /// `OutOfMemory`, and no series is created.
    pub fn member(&self, values: &[&str]) -> Result<Arc<C>, Error> {
        let key = key(values)?;
        let mut members = lock(&self.members);
        if let Some((_, cell)) = members.places.get(&key) {
            return Ok(cell.clone());
        }
        members.places.try_reserve(1)?;
        spare(key.len())?;
        let cell = Arc::new(C::new(self.source.shape));
        let number = members.created;
        members.created += 1;
        members.places.insert(key, (number, cell.clone()));
        let values = values.iter().map(|&value| value.to_owned()).collect();
        members.order.insert(number, (values, cell.clone()));
        Ok(cell)
    }

    /// Removes the series with these label values, if it exists.
    ///
    /// # Errors
    /// `OutOfMemory`, and nothing is removed.
    pub fn remove<S: AsRef<str>>(&self, values: &[S]) -> Result<(), Error> {
        let key = key(values)?;
        let mut members = lock(&self.members);
        if let Some((number, _)) = members.places.remove(&key) {
            members.order.remove(&number);
        }
        Ok(())
    }

    /// Removes the series that have the wanted values, one after the other; `None` is any value.
    ///
    /// # Errors
    /// `OutOfMemory`, and what `pause` returns.
    pub fn remove_all<E: From<Error>>(
        &self,
        wanted: &[Option<&str>],
        mut pause: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        let mut found = Vec::new();
        self.each(&mut pause, |values, _| {
            let mut pairs = wanted.iter().zip(values.iter());
            if pairs.all(|(wanted, value)| wanted.is_none_or(|wanted| wanted == value)) {
                push(&mut found, values.clone())?;
            }
            Ok(())
        })?;
        for values in found {
            self.remove(&values)?;
            pause()?;
        }
        Ok(())
    }

    /// Removes all series of a metric with labels, and returns them.
    pub fn clear(&self) -> Removed<C> {
        let mut removed = Members::default();
        if !self.labels().is_empty() {
            let mut members = lock(&self.members);
            mem::swap(&mut members.order, &mut removed.order);
            mem::swap(&mut members.places, &mut removed.places);
        }
        Removed(removed)
    }

    /// The error for using a labelled metric as a series.
    #[must_use]
    pub fn unlabelled(&self) -> Error {
        Error::Unlabelled { described: self.described() }
    }

    fn read<E: From<Error>>(&self, pause: impl FnMut() -> Result<(), E>) -> Result<Part, E> {
        let mut readings = Vec::new();
        self.each(pause, |values, cell| {
            let (source, values) = (self.source.clone(), values.clone());
            push(&mut readings, Reading { source, values, held: cell.held()? })
        })?;
        Ok(Part { source: self.source.clone(), readings })
    }

    fn reset<E: From<Error>>(&self, pause: impl FnMut() -> Result<(), E>) -> Result<(), E> {
        self.each(pause, |_, cell| {
            cell.reset();
            Ok(())
        })
    }

    /// Does something to each series of now, some at once, and then pauses, without the lock.
    fn each<E: From<Error>>(
        &self,
        mut pause: impl FnMut() -> Result<(), E>,
        mut act: impl FnMut(&Values, &C) -> Result<(), Error>,
    ) -> Result<(), E> {
        let (mut next, end) = (0, lock(&self.members).created);
        while next < end {
            {
                let members = lock(&self.members);
                let mut rest = members.order.range(next..end);
                rest.by_ref().take(SOME).try_for_each(|(_, (values, cell))| act(values, cell))?;
                next = rest.next().map_or(end, |(&number, _)| number);
            }
            pause()?;
        }
        Ok(())
    }
}

/// The label values, each prefixed with its length.
fn key<S: AsRef<str>>(values: &[S]) -> Result<Vec<u8>, Error> {
    let mut key = Vec::new();
    for value in values.iter().map(AsRef::as_ref) {
        push_bytes(&mut key, &value.len().to_ne_bytes())?;
        push_bytes(&mut key, value.as_bytes())?;
    }
    Ok(key)
}

/// Finds out whether there is memory for what a series of so many bytes of values takes.
fn spare(length: usize) -> Result<(), Error> {
    let mut spare = Vec::<u8>::new();
    spare.try_reserve_exact(2 * length + SMALL)?;
    hint::black_box(spare);
    Ok(())
}

macro_rules! each {
    ($any:expr, $family:ident => $do:expr) => {
        match $any {
            AnyFamily::Counter($family) => $do,
            AnyFamily::Sum($family) => $do,
            AnyFamily::Gauge($family) => $do,
            AnyFamily::Histogram($family) => $do,
        }
    };
}

impl AnyFamily {
    pub(super) fn source(&self) -> &Source {
        each!(self, family => &family.source)
    }

    pub(super) fn read<E: From<Error>>(
        &self,
        pause: impl FnMut() -> Result<(), E>,
    ) -> Result<Part, E> {
        each!(self, family => family.read(pause))
    }

    pub(super) fn reset<E: From<Error>>(
        &self,
        pause: impl FnMut() -> Result<(), E>,
    ) -> Result<(), E> {
        each!(self, family => family.reset(pause))
    }
}
