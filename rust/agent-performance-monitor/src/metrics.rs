//! A registry of counters, gauges and histograms, with text expositions for Prometheus.
//!
//! Everything here may be shared between threads; no increment is lost.
//!
//! # Layout
//! - here: the registry.
//! - [`Family`]: a metric and its series.
//! - [`Counter`], [`Sum`], [`Gauge`], [`Histogram`]: the state of a series.
//! - [`Snapshot`]: the state of every series at one moment.
//! - [`Dialect`]: the text formats.
//! - [`names`]: validity of metric and label names.
//! - [`Error`]: the errors of metrics.
//! - `numbers`: floats in Python's notation.
//! - `memory`: fallible allocation.
//! - [`clock`]: the clock.
//! - `process` (Linux): what the system knows of this process.
//! - `replay` (feature `bench`): the Python side's workloads.

mod buckets;
mod cells;
pub mod clock;
mod error;
mod exposition;
mod family;
mod memory;
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
pub use cells::{Cell, Counter, Gauge, Kind, Sum};
pub use error::Error;
pub use exposition::Dialect;
pub use family::{Family, Removed};
pub use snapshot::{Part, Reading, Row, Snapshot};

use family::AnyFamily;
use memory::push;
use snapshot::Source;

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
    /// `DuplicateMetric` if another metric has one of its names; `OutOfMemory`.
    pub fn register<C: Cell>(
        &self,
        name: &str,
        description: String,
        labels: Vec<String>,
        shape: Shape,
    ) -> Result<Arc<Family<C>>, Error> {
        let name = name.to_owned();
        let source = Source { name, kind: C::KIND, description, labels, shape };
        let mut names = lock(&self.names);
        for ending in C::KIND.endings() {
            let sample = format!("{}{ending}", source.name);
            if let Some(other) = names.taken.get(&sample) {
                let same = C::family(other).filter(|same| same.source.is_like(&source));
                let other = other.source();
                return same.cloned().ok_or_else(|| Error::DuplicateMetric {
                    sample,
                    kind: other.kind.name(),
                    name: other.name.clone(),
                    labels: other.labels.join(", "),
                });
            }
        }
        names.taken.try_reserve(C::KIND.endings().len())?;
        names.families.try_reserve(1)?;
        let family = Arc::new(Family::new(source));
        for ending in C::KIND.endings() {
            let sample = format!("{}{ending}", family.source.name);
            names.taken.insert(sample, C::any(family.clone()));
        }
        names.families.push(C::any(family.clone()));
        Ok(family)
    }

    /// Resets every series, and pauses now and then.
    ///
    /// # Errors
    /// What `pause` returns.
    pub fn reset<E: From<Error>>(&self, mut pause: impl FnMut() -> Result<(), E>) -> Result<(), E> {
        self.families()?.iter().try_for_each(|family| family.reset(&mut pause))
    }

    /// The state of every series. Pauses now and then, with no lock held.
    ///
    /// # Errors
    /// `OutOfMemory`, and what `pause` returns.
    pub fn snapshot<E: From<Error>>(
        &self,
        mut pause: impl FnMut() -> Result<(), E>,
    ) -> Result<Snapshot, E> {
        let mut parts = Vec::new();
        for family in self.families()? {
            push(&mut parts, family.read(&mut pause)?)?;
        }
        Ok(Snapshot { parts })
    }

    fn families(&self) -> Result<Vec<AnyFamily>, Error> {
        let mut families = Vec::new();
        lock(&self.names)
            .families
            .iter()
            .try_for_each(|family| push(&mut families, family.clone()))?;
        Ok(families)
    }
}

/// Takes a lock. A poisoned lock is accepted: its data is consistent even after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
