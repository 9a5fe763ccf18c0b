//! The state of a series: a total, a sum or a level.

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::Error;
use super::buckets::Shape;
use super::family::{AnyFamily, Family};
use super::snapshot::Held;

/// The largest total of a counter.
const MAX_TOTAL: u64 = i64::MAX.unsigned_abs();

/// The kinds of metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It only grows.
    Counter,
    /// It goes up and down.
    Gauge,
    /// It keeps the distribution of observations.
    Histogram,
}

impl Kind {
    /// The name in the text formats.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }

    /// The suffixes of its sample names.
    pub(super) const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Counter => &["", "_total", "_created"],
            Self::Gauge => &[""],
            Self::Histogram => &["", "_bucket", "_count", "_sum", "_created"],
        }
    }
}

/// The state of a series.
pub trait Cell: Debug + Send + Sync + Sized {
    /// The kind of the metric.
    const KIND: Kind;

    /// An empty cell.
    fn new(shape: Shape) -> Self;

    /// Resets to the initial state.
    fn reset(&self);

    /// Its state.
    ///
    /// # Errors
    /// `OutOfMemory`.
    #[doc(hidden)]
    fn held(&self) -> Result<Held, Error>;

    #[doc(hidden)]
    fn any(family: Arc<Family<Self>>) -> AnyFamily;

    #[doc(hidden)]
    fn family(any: &AnyFamily) -> Option<&Arc<Family<Self>>>;
}

/// Counts, exactly, up to 2⁶³ - 1.
#[derive(Debug)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds `amount`.
    ///
    /// # Errors
    /// `TotalTooLarge`, and nothing is added.
    #[inline]
    pub fn add(&self, amount: u64) -> Result<(), Error> {
        let added = self.0.fetch_update(Relaxed, Relaxed, |total| {
            total.checked_add(amount).filter(|&total| total <= MAX_TOTAL)
        });
        added.map_or(Err(Error::TotalTooLarge), |_| Ok(()))
    }

    /// The total.
    #[must_use]
    pub fn value(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

impl Cell for Counter {
    const KIND: Kind = Kind::Counter;

    fn new(_: Shape) -> Self {
        Self(AtomicU64::new(0))
    }

    fn reset(&self) {
        self.0.store(0, Relaxed);
    }

    fn held(&self) -> Result<Held, Error> {
        Ok(Held::Counter(self.value()))
    }

    fn any(family: Arc<Family<Self>>) -> AnyFamily {
        AnyFamily::Counter(family)
    }

    fn family(any: &AnyFamily) -> Option<&Arc<Family<Self>>> {
        if let AnyFamily::Counter(family) = any { Some(family) } else { None }
    }
}

/// Adds floats, up to the greatest finite one.
#[derive(Debug)]
pub struct Sum(AtomicU64);

impl Sum {
    /// Adds `amount`, which is finite and not negative.
    ///
    /// # Errors
    /// `SumTooLarge`, and nothing is added.
    #[inline]
    pub fn add(&self, amount: f64) -> Result<(), Error> {
        let added = self.0.fetch_update(Relaxed, Relaxed, |bits| {
            let sum = f64::from_bits(bits) + amount;
            sum.is_finite().then_some(sum.to_bits())
        });
        added.map_or(Err(Error::SumTooLarge), |_| Ok(()))
    }

    /// The total.
    #[must_use]
    pub fn value(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }
}

impl Cell for Sum {
    const KIND: Kind = Kind::Counter;

    fn new(_: Shape) -> Self {
        Self(AtomicU64::new(0.0_f64.to_bits()))
    }

    fn reset(&self) {
        self.0.store(0.0_f64.to_bits(), Relaxed);
    }

    fn held(&self) -> Result<Held, Error> {
        Ok(Held::Sum(self.value()))
    }

    fn any(family: Arc<Family<Self>>) -> AnyFamily {
        AnyFamily::Sum(family)
    }

    fn family(any: &AnyFamily) -> Option<&Arc<Family<Self>>> {
        if let AnyFamily::Sum(family) = any { Some(family) } else { None }
    }
}

/// Holds a float, by its bits.
#[derive(Debug)]
pub struct Gauge(AtomicU64);

impl Gauge {
    /// Holds `value`.
    #[inline]
    pub fn set(&self, value: f64) {
        self.0.store(value.to_bits(), Relaxed);
    }

    /// Adds `amount`.
    #[inline]
    pub fn add(&self, amount: f64) {
        let mut bits = self.0.load(Relaxed);
        loop {
            let sum = f64::from_bits(bits) + amount;
            match self.0.compare_exchange_weak(bits, sum.to_bits(), Relaxed, Relaxed) {
                Ok(_) => return,
                Err(other) => bits = other,
            }
        }
    }

    /// The value.
    #[must_use]
    pub fn value(&self) -> f64 {
        f64::from_bits(self.0.load(Relaxed))
    }
}

impl Cell for Gauge {
    const KIND: Kind = Kind::Gauge;

    fn new(_: Shape) -> Self {
        Self(AtomicU64::new(0.0_f64.to_bits()))
    }

    fn reset(&self) {
        self.set(0.0);
    }

    fn held(&self) -> Result<Held, Error> {
        Ok(Held::Gauge(self.value()))
    }

    fn any(family: Arc<Family<Self>>) -> AnyFamily {
        AnyFamily::Gauge(family)
    }

    fn family(any: &AnyFamily) -> Option<&Arc<Family<Self>>> {
        if let AnyFamily::Gauge(family) = any { Some(family) } else { None }
    }
}
