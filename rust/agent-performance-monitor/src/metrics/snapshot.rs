//! The state of every series at one moment, or its gain between two.

use std::collections::HashMap;
use std::sync::Arc;

use super::Error;
use super::buckets::{Buckets, Shape};
use super::cells::Kind;
use super::exposition::{self, Dialect};

/// The state of all series.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) parts: Vec<Part>,
}

/// The state of a metric's series.
#[derive(Debug)]
pub struct Part {
    pub(super) source: Arc<Source>,
    pub(super) readings: Vec<Reading>,
}

/// The label values of a series.
pub(super) type Values = Arc<[String]>;

/// What a metric is.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) description: String,
    pub(super) labels: Vec<String>,
    pub(super) shape: Shape,
}

impl Source {
    /// Whether both are registrations of one metric, or would be.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.name == other.name
            && self.labels == other.labels
            && self.shape == other.shape
    }
}

/// The state of one series.
#[derive(Debug)]
pub struct Reading {
    pub(super) source: Arc<Source>,
    pub(super) values: Values,
    pub(super) held: Held,
}

/// The state of a cell.
#[derive(Debug)]
pub enum Held {
    #[doc(hidden)]
    Counter(u64),
    #[doc(hidden)]
    Sum(f64),
    #[doc(hidden)]
    Gauge(f64),
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "seen by this module's parts alone")]
    Histogram(Buckets),
}

/// The state of a series, in units.
#[derive(Debug, PartialEq)]
pub enum Row {
    /// The total of a counter of whole numbers.
    Counter(u64),
    /// The total of another counter, or the value of a gauge.
    Float(f64),
    /// The number of observations, their sum, and the non-empty buckets.
    Histogram(u64, f64, Vec<(f64, u64)>),
}

impl Snapshot {
    /// The state of each metric's series.
    #[must_use]
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn readings(&self) -> impl Iterator<Item = &Reading> {
        self.parts.iter().flat_map(|part| &part.readings)
    }

    /// Every series as text, or anything if `stop` says so.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn expose(&self, dialect: Dialect, stop: &dyn Fn() -> bool) -> Result<String, Error> {
        exposition::expose(&self.parts, dialect, stop)
    }

    /// The gain since an earlier snapshot, or anything if `stop` says so.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn since(mut self, earlier: &Self, stop: &dyn Fn() -> bool) -> Result<Self, Error> {
        let mut places = HashMap::new();
        places.try_reserve(earlier.readings().count())?;
        for then in earlier.readings().take_while(|_| !stop()) {
            places.insert((&then.source.name, &then.values), then);
        }
        let readings = self.parts.iter_mut().flat_map(|part| &mut part.readings);
        for now in readings.take_while(|_| !stop()) {
            match places.get(&(&now.source.name, &now.values)) {
                Some(then) if then.source.is_like(&now.source) => now.held.subtract(&then.held),
                _ => (),
            }
        }
        Ok(self)
    }
}

impl Held {
    /// Leaves the gain since `then`; everything if a reset came between.
    fn subtract(&mut self, then: &Self) {
        match (self, then) {
            (Self::Counter(now), Self::Counter(then)) => {
                *now = now.checked_sub(*then).unwrap_or(*now);
            }
            (Self::Sum(now), Self::Sum(then)) if *now >= *then => *now -= then,
            (Self::Histogram(now), Self::Histogram(then)) => now.subtract(then),
            _ => (),
        }
    }
}

impl Part {
    /// The metric's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.source.name
    }

    /// The metric's kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.source.kind
    }

    /// The names of its labels.
    #[must_use]
    pub fn labels(&self) -> &[String] {
        &self.source.labels
    }

    /// The state of each series.
    #[must_use]
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }
}

impl Reading {
    /// The values of the labels.
    #[must_use]
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Names and values of the labels.
    pub(super) fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.source.labels.iter().map(String::as_str);
        names.zip(self.values.iter().map(String::as_str))
    }

    /// Its state.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn row(&self) -> Result<Row, Error> {
        Ok(match &self.held {
            Held::Counter(total) => Row::Counter(*total),
            Held::Sum(value) | Held::Gauge(value) => Row::Float(*value),
            Held::Histogram(buckets) => {
                Row::Histogram(buckets.count, buckets.sum(), buckets.filled()?)
            }
        })
    }
}
