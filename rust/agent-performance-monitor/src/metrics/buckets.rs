//! Histograms: whole steps, counted in log-linear buckets.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "floats of counts and steps are rounded as the contract says"
)]

use std::iter;
use std::sync::{Arc, Mutex};

use super::Error;
use super::cells::{Cell, Kind};
use super::family::{AnyFamily, Family};
use super::lock;
use super::memory::push;
use super::snapshot::Held;

/// The largest number of observations, and of steps in one observation.
const MAX_TOTAL: u64 = i64::MAX.unsigned_abs();

/// One more; exact as a float.
const TOO_MANY_STEPS: f64 = 9_223_372_036_854_775_808.0;

/// The resolution of a histogram.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Steps per unit.
    pub steps: u64,
    /// Bits of precision: each power of two is divided into `2^precision` buckets.
    pub precision: u32,
}

/// The observations.
#[derive(Debug)]
pub(super) struct Buckets {
    pub(super) shape: Shape,
    /// Up to the last bucket of the greatest observation's power of two.
    counts: Box<[u64]>,
    pub(super) count: u64,
    total: i128,
    least: u64,
    greatest: u64,
}

/// Counts observations.
#[derive(Debug)]
pub struct Histogram {
    shape: Shape,
    buckets: Mutex<Buckets>,
}

impl Shape {
    /// The bucket of observations of so many steps.
    #[inline]
    fn index(self, steps: u64) -> usize {
        let bits = u64::BITS - steps.leading_zeros();
        let shift = bits.saturating_sub(self.precision + 1);
        ((shift as usize) << self.precision) + (steps >> shift) as usize
    }

    /// The highest number of steps in a bucket.
    fn bound(self, index: usize) -> u64 {
        let shift = (index >> self.precision).saturating_sub(1);
        ((index as u64 - ((shift as u64) << self.precision) + 1) << shift) - 1
    }

    /// Converts whole steps to units.
    pub(super) fn units(self, steps: i128) -> f64 {
        steps as f64 / self.steps as f64
    }

    /// The nearest number of steps, ties to even; `None` if out of range.
    #[inline]
    #[must_use]
    pub fn steps_of(self, units: f64) -> Option<u64> {
        let scaled = units * self.steps as f64;
        (0.0..TOO_MANY_STEPS).contains(&scaled).then(|| scaled.round_ties_even() as u64)
    }

    /// The steps of whole units; `None` if out of range.
    #[inline]
    #[must_use]
    pub fn steps_of_whole(self, units: u64) -> Option<u64> {
        units.checked_mul(self.steps).filter(|&steps| steps <= MAX_TOTAL)
    }
}

impl Buckets {
    fn new(shape: Shape) -> Self {
        Self { shape, counts: Box::default(), count: 0, total: 0, least: u64::MAX, greatest: 0 }
    }

    #[inline]
    fn observe(&mut self, steps: u64, count: u64) -> Result<(), Error> {
        let sum = self.admit(count)?;
        let index = self.shape.index(steps);
        if index >= self.counts.len() {
            self.grow(((index >> self.shape.precision) + 1) << self.shape.precision)?;
        }
        self.counts[index] += count;
        self.count = sum;
        self.total += i128::from(steps) * i128::from(count);
        self.least = self.least.min(steps);
        self.greatest = self.greatest.max(steps);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<(), Error> {
        if self.shape != other.shape {
            return Err(Error::MergeMismatch);
        }
        let sum = self.admit(other.count)?;
        if self.counts.len() < other.counts.len() {
            self.grow(other.counts.len())?;
        }
        self.count = sum;
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
        self.total += other.total;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
        Ok(())
    }

    /// The count plus `more`, if it is in range.
    #[inline]
    fn admit(&self, more: u64) -> Result<u64, Error> {
        let sum = self.count + more;
        if sum <= MAX_TOTAL { Ok(sum) } else { Err(Error::TooManyObservations) }
    }

    /// Extends the array to a number of buckets.
    #[cold]
    fn grow(&mut self, size: usize) -> Result<(), Error> {
        self.counts = extended(&self.counts, size)?;
        Ok(())
    }

    /// A copy.
    fn copy(&self) -> Result<Self, Error> {
        Ok(Self { counts: extended(&self.counts, self.counts.len())?, ..*self })
    }

    /// Leaves the gain since the copy `earlier`; everything if a reset came between.
    pub(super) fn subtract(&mut self, earlier: &Self) {
        let now = self.counts.iter().copied().chain(iter::repeat(0));
        if earlier.counts.iter().zip(now).any(|(&then, now)| now < then) {
            return;
        }
        for (now, then) in self.counts.iter_mut().zip(&earlier.counts) {
            *now -= then;
        }
        self.count -= earlier.count;
        self.total -= earlier.total;
    }

    fn percentile(&self, percent: f64) -> Option<f64> {
        if self.count == 0 {
            return None;
        }
        let rank = (percent * self.count as f64 / 100.0).ceil().max(1.0) as u64;
        let mut below = 0;
        let found = self.counts.iter().position(|count| {
            below += count;
            below >= rank
        });
        let bound = self.shape.bound(found.unwrap_or(self.counts.len()));
        Some(self.shape.units(bound.min(self.greatest).into()))
    }

    /// The sum of the observations.
    pub(super) fn sum(&self) -> f64 {
        self.shape.units(self.total)
    }

    /// Bound and count of each non-empty bucket.
    pub(super) fn filled(&self) -> Result<Vec<(f64, u64)>, Error> {
        let mut filled = Vec::new();
        for (index, &count) in self.counts.iter().enumerate() {
            if count > 0 {
                push(&mut filled, (self.shape.units(self.shape.bound(index).into()), count))?;
            }
        }
        Ok(filled)
    }

    /// At each power of two up to the greatest observation, its bound and the cumulative count.
    pub(super) fn cumulative(&self) -> Vec<(f64, u64)> {
        let powers =
            if self.count == 0 { 0 } else { u64::BITS - self.greatest.leading_zeros() + 1 };
        let bounds = (0..powers).map(|power| (1 << power) - 1);
        let below = |bound| self.counts.iter().take(self.shape.index(bound) + 1).sum();
        bounds.map(|bound| (self.shape.units(bound.into()), below(bound))).collect()
    }
}

/// Counts, and zeros up to a number of buckets.
fn extended(counts: &[u64], size: usize) -> Result<Box<[u64]>, Error> {
    let mut grown = Vec::new();
    grown.try_reserve_exact(size)?;
    grown.extend_from_slice(counts);
    grown.resize(size, 0);
    Ok(grown.into_boxed_slice())
}

impl Histogram {
    /// Its resolution.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Counts an observation of so many steps `count` times.
    ///
    /// # Errors
    /// `TooManyObservations`, `OutOfMemory`, and nothing is counted.
    #[inline]
    pub fn observe(&self, steps: u64, count: u64) -> Result<(), Error> {
        lock(&self.buckets).observe(steps, count)
    }

    /// Adds the observations of another histogram.
    ///
    /// # Errors
    /// `MergeMismatch`, `TooManyObservations`, `OutOfMemory`, and nothing is added.
    pub fn merge(&self, other: &Self) -> Result<(), Error> {
        let other = other.copy()?;
        lock(&self.buckets).merge(&other)
    }

    /// The percentile, from 0 to 100, by nearest rank.
    #[must_use]
    pub fn percentile(&self, percent: f64) -> Option<f64> {
        lock(&self.buckets).percentile(percent)
    }

    /// The number of observations.
    #[must_use]
    pub fn count(&self) -> u64 {
        lock(&self.buckets).count
    }

    /// Their sum.
    #[must_use]
    pub fn sum(&self) -> f64 {
        lock(&self.buckets).sum()
    }

    /// The least and the greatest observation.
    #[must_use]
    pub fn extremes(&self) -> Option<(f64, f64)> {
        let buckets = lock(&self.buckets);
        let units = |steps: u64| self.shape.units(steps.into());
        (buckets.count > 0).then(|| (units(buckets.least), units(buckets.greatest)))
    }

    /// Bound and count of each non-empty bucket.
    ///
    /// # Errors
    /// `OutOfMemory`.
    pub fn filled(&self) -> Result<Vec<(f64, u64)>, Error> {
        lock(&self.buckets).filled()
    }

    fn copy(&self) -> Result<Buckets, Error> {
        lock(&self.buckets).copy()
    }
}

impl Cell for Histogram {
    const KIND: Kind = Kind::Histogram;

    fn new(shape: Shape) -> Self {
        Self { shape, buckets: Mutex::new(Buckets::new(shape)) }
    }

    fn reset(&self) {
        *lock(&self.buckets) = Buckets::new(self.shape);
    }

    fn held(&self) -> Result<Held, Error> {
        self.copy().map(Held::Histogram)
    }

    fn any(family: Arc<Family<Self>>) -> AnyFamily {
        AnyFamily::Histogram(family)
    }

    fn family(any: &AnyFamily) -> Option<&Arc<Family<Self>>> {
        if let AnyFamily::Histogram(family) = any { Some(family) } else { None }
    }
}
