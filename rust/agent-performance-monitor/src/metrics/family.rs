//! A metric: its name and labels, and one cell for each series.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use super::Error;
use super::buckets::{Histogram, Shape};
use super::cells::{Cell, Counter, Gauge, Kind};
use super::lock;
use super::snapshot::{Reading, Source};

/// A metric and its series.
#[derive(Debug)]
pub struct Family<C> {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) labels: Vec<String>,
    pub(super) shape: Shape,
    members: Mutex<Members<C>>,
}

/// The series in the order of creation, and the index of each.
#[derive(Debug)]
struct Members<C> {
    order: Vec<(Arc<[String]>, Arc<C>)>,
    /// Keyed by the label values, each prefixed with its length.
    places: HashMap<Vec<u8>, usize>,
}

/// A metric of any kind.
#[derive(Clone, Debug)]
pub enum AnyFamily {
    /// A counter.
    Counter(Arc<Family<Counter>>),
    /// A gauge.
    Gauge(Arc<Family<Gauge>>),
    /// A histogram.
    Histogram(Arc<Family<Histogram>>),
}

impl<C: Cell> Family<C> {
    pub(super) fn new(name: &str, description: &str, labels: Vec<String>, shape: Shape) -> Self {
        let members = Members { order: Vec::new(), places: HashMap::new() };
        let (name, description) = (name.to_owned(), description.to_owned());
        Self { name, description, labels, shape, members: Mutex::new(members) }
    }

    /// The one series of a metric without labels.
    #[must_use]
    pub fn alone(&self) -> Option<Arc<C>> {
        self.labels.is_empty().then(|| self.member(&[]))
    }

    /// Refuses a wrong number of label values.
    ///
    /// # Errors
    /// `LabelCount`.
    pub fn expect(&self, given: usize) -> Result<(), Error> {
        let expected = self.labels.len();
        if given == expected {
            return Ok(());
        }
        Err(Error::LabelCount { name: self.name.clone(), expected, given })
    }

    /// The series with these label values, one for each label; created if it does not exist.
    #[must_use]
    pub fn member(&self, values: &[&str]) -> Arc<C> {
        let mut key = Vec::new();
        for value in values {
            key.extend_from_slice(&value.len().to_ne_bytes());
            key.extend_from_slice(value.as_bytes());
        }
        let mut members = lock(&self.members);
        if let Some(&place) = members.places.get(&key) {
            return members.order[place].1.clone();
        }
        let cell = Arc::new(C::new(self.shape));
        let place = members.order.len();
        members.places.insert(key, place);
        members.order.push((values.iter().map(|&value| value.to_owned()).collect(), cell.clone()));
        cell
    }

    /// The error for using a labelled metric as a series.
    #[must_use]
    pub fn unlabelled(&self) -> Error {
        Error::Unlabelled { name: self.name.clone(), labels: self.labels.join(", ") }
    }

    fn read(&self) -> Vec<Reading> {
        let source = Arc::new(Source {
            name: self.name.clone(),
            kind: C::KIND,
            labels: self.labels.clone(),
            shape: self.shape,
        });
        let order = lock(&self.members).order.clone();
        let read = |(values, cell): (Arc<[String]>, Arc<C>)| Reading {
            source: source.clone(),
            values,
            held: cell.held(),
        };
        order.into_iter().map(read).collect()
    }

    fn reset(&self) {
        lock(&self.members).order.iter().for_each(|(_, cell)| cell.reset());
    }
}

macro_rules! each {
    ($any:expr, $family:ident => $do:expr) => {
        match $any {
            AnyFamily::Counter($family) => $do,
            AnyFamily::Gauge($family) => $do,
            AnyFamily::Histogram($family) => $do,
        }
    };
}

impl AnyFamily {
    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Counter(_) => Kind::Counter,
            Self::Gauge(_) => Kind::Gauge,
            Self::Histogram(_) => Kind::Histogram,
        }
    }

    pub(super) fn name(&self) -> &str {
        each!(self, family => &family.name)
    }

    pub(super) fn description(&self) -> &str {
        each!(self, family => &family.description)
    }

    pub(super) fn labels(&self) -> &[String] {
        each!(self, family => &family.labels)
    }

    pub(super) fn read(&self) -> Vec<Reading> {
        each!(self, family => family.read())
    }

    pub(super) fn reset(&self) {
        each!(self, family => family.reset());
    }
}
