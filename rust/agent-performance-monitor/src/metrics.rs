//! A registry of counters, gauges and histograms, with text expositions for Prometheus.
//!
//! Everything here may be shared between threads; no increment is lost.
//!
//! # Layout
//! - here: the registry.
//! - [`Family`]: a metric and its series.
//! - [`Counter`], [`Gauge`], [`Histogram`]: the state of a series.
//! - [`Snapshot`]: the state of every series at one moment.
//! - [`Dialect`]: the text formats.
//! - [`names`]: validity of metric and label names.
//! - [`Error`]: the errors of metrics.
//! - `numbers`: floats in Python's notation.
//! - [`clock`]: the clock.
//! - `process` (Linux): what the system knows of this process.
//! - `replay` (feature `bench`): the Python side's workloads.

mod buckets;
mod cells;
pub mod clock;
mod error;
mod exposition;
mod family;
pub mod names;
mod numbers;
#[cfg(target_os = "linux")]
pub mod process;
#[cfg(feature = "bench")]
pub mod replay;
mod snapshot;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use buckets::{Histogram, Shape};
pub use cells::{Cell, Counter, Gauge, Kind};
pub use error::Error;
pub use exposition::Dialect;
pub use family::Family;
pub use snapshot::{Reading, Row, Snapshot};

use family::AnyFamily;

/// Metrics by name, in the order of registration.
#[derive(Debug, Default)]
pub struct Registry {
    names: Mutex<Names>,
}

#[derive(Debug, Default)]
struct Names {
    taken: HashMap<String, AnyFamily>,
    families: Vec<AnyFamily>,
}

impl Registry {
    /// The metric of this name; registered if it does not exist.
    ///
    /// # Errors
    /// `DuplicateMetric` if another metric has one of its names.
    pub fn register<C: Cell>(
        &self,
        name: &str,
        description: &str,
        labels: Vec<String>,
        shape: Shape,
    ) -> Result<Arc<Family<C>>, Error> {
        let mut names = lock(&self.names);
        for ending in C::KIND.endings() {
            let sample = format!("{name}{ending}");
            if let Some(other) = names.taken.get(&sample) {
                let same = C::family(other).filter(|same| {
                    same.name == name && same.labels == labels && same.shape == shape
                });
                return same.cloned().ok_or_else(|| Error::DuplicateMetric {
                    sample,
                    kind: other.kind().name(),
                    name: other.name().to_owned(),
                    labels: other.labels().join(", "),
                });
            }
        }
        let family = Arc::new(Family::new(name, description, labels, shape));
        for ending in C::KIND.endings() {
            names.taken.insert(format!("{name}{ending}"), C::any(family.clone()));
        }
        names.families.push(C::any(family.clone()));
        Ok(family)
    }

    /// Resets every series.
    pub fn reset(&self) {
        self.families().iter().for_each(AnyFamily::reset);
    }

    /// The state of every series.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::new(self.families().iter().flat_map(AnyFamily::read).collect())
    }

    /// Every series as text.
    #[must_use]
    pub fn expose(&self, dialect: Dialect) -> String {
        exposition::expose(&self.families(), dialect)
    }

    fn families(&self) -> Vec<AnyFamily> {
        lock(&self.names).families.clone()
    }
}

/// Takes a lock. A poisoned lock is accepted: its data is consistent even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
