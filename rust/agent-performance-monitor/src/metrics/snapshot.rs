//! The state of every series at one moment, or its gain between two.

use std::collections::HashMap;
use std::sync::Arc;

use super::buckets::{Buckets, Shape};
use super::cells::Kind;

/// The state of all series.
#[derive(Debug)]
pub struct Snapshot {
    readings: Vec<Reading>,
}

/// The metric of a series.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) labels: Vec<String>,
    pub(super) shape: Shape,
}

/// The state of one series.
#[derive(Clone, Debug)]
pub struct Reading {
    pub(super) source: Arc<Source>,
    pub(super) values: Arc<[String]>,
    pub(super) held: Held,
}

/// The state of a cell.
#[derive(Clone, Debug)]
pub enum Held {
    #[doc(hidden)]
    Counter(u64),
    #[doc(hidden)]
    Gauge(f64),
    #[doc(hidden)]
    #[expect(private_interfaces, reason = "seen by this module's parts alone")]
    Histogram(Buckets),
}

/// The state of a series, in units.
#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    /// The total.
    Counter(u64),
    /// The value.
    Gauge(f64),
    /// The number of observations, their sum, and the non-empty buckets.
    Histogram(u64, f64, Vec<(f64, u64)>),
}

impl Snapshot {
    pub(super) const fn new(readings: Vec<Reading>) -> Self {
        Self { readings }
    }

    /// The state of each series, metric by metric.
    #[must_use]
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// The gain since an earlier snapshot.
    #[must_use]
    pub fn since(self, earlier: &Self) -> Self {
        let places: HashMap<_, _> =
            earlier.readings.iter().map(|then| ((&then.source.name, &then.values), then)).collect();
        let gained = |now: &Reading| match places.get(&(&now.source.name, &now.values)) {
            Some(then) if then.source == now.source => now.since(then),
            _ => now.clone(),
        };
        Self { readings: self.readings.iter().map(gained).collect() }
    }
}

impl Reading {
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

    /// Names and values of the labels.
    pub fn labels(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.source.labels.iter().map(String::as_str);
        names.zip(self.values.iter().map(String::as_str))
    }

    /// Its state.
    #[must_use]
    pub fn row(&self) -> Row {
        match &self.held {
            Held::Counter(total) => Row::Counter(*total),
            Held::Gauge(value) => Row::Gauge(*value),
            Held::Histogram(buckets) => {
                Row::Histogram(buckets.count, buckets.sum(), buckets.filled())
            }
        }
    }

    fn since(&self, then: &Self) -> Self {
        let held = match (&self.held, &then.held) {
            (Held::Counter(now), Held::Counter(then)) => {
                Held::Counter(now.checked_sub(*then).unwrap_or(*now))
            }
            (Held::Histogram(now), Held::Histogram(then)) => Held::Histogram(now.since(then)),
            (now, _) => now.clone(),
        };
        Self { held, ..self.clone() }
    }
}
