//! How long work is ended early: because its caller asks for it, or because memory is exhausted.

use std::collections::TryReserveError;
use std::sync::atomic::{AtomicU8, Ordering};

/// The number of steps between two questions; a step takes about a nanosecond.
const STEPS: usize = 1 << 18;

/// The number of characters that are worked on between two counts of steps.
pub(super) const PART: usize = 1 << 14;

const GOES_ON: u8 = 0;
const STOPPED: u8 = 1;
const EXHAUSTED: u8 = 2;

/// Why work was ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Its caller asked for it.
    Stopped,
    /// There is no memory for its result.
    Exhausted,
}

/// Asks the caller of long work now and then whether to stop it.
///
/// Work that is ended early returns a result that means nothing.
pub struct Watch<'caller> {
    stop: &'caller (dyn Fn() -> bool + Sync),
    ended: AtomicU8,
}

impl<'caller> Watch<'caller> {
    /// A watch on work of a caller, who says whether to stop.
    pub fn new(stop: &'caller (dyn Fn() -> bool + Sync)) -> Self {
        Self { stop, ended: AtomicU8::new(GOES_ON) }
    }

    /// Why the work was ended early, if it was.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        match self.ended.load(Ordering::Relaxed) {
            GOES_ON => None,
            STOPPED => Some(Ended::Stopped),
            _ => Some(Ended::Exhausted),
        }
    }

    /// Asks the caller; returns whether the work ends.
    #[cold]
    pub(super) fn asks(&self) -> bool {
        if self.ended().is_none() && (self.stop)() {
            self.ended.store(STOPPED, Ordering::Relaxed);
        }
        self.ended().is_some()
    }

    /// Counts the steps of one thread.
    #[must_use]
    pub fn steps(&self) -> Steps<'_> {
        Steps { watch: self, left: STEPS }
    }
}

/// Counts the steps of one thread.
pub struct Steps<'watch> {
    watch: &'watch Watch<'watch>,
    left: usize,
}

impl Steps<'_> {
    /// Counts steps; returns whether to stop. Once it does, it does for any steps but none.
    #[inline]
    pub fn passed(&mut self, steps: usize) -> bool {
        if let Some(left) = self.left.checked_sub(steps) {
            self.left = left;
            return false;
        }
        let ends = self.watch.asks();
        self.left = if ends { 0 } else { STEPS };
        ends
    }

    /// Ends the work, as memory is exhausted.
    #[cold]
    pub fn exhaust(&mut self) {
        self.watch.ended.store(EXHAUSTED, Ordering::Relaxed);
        self.left = 0;
    }

    /// Ends the work if memory could not be had; returns whether it could.
    #[inline]
    pub fn has(&mut self, room: Result<(), TryReserveError>) -> bool {
        room.map_err(|_| self.exhaust()).is_ok()
    }

    /// An empty vector with room for so many; None where memory is exhausted.
    pub fn room<T>(&mut self, count: usize) -> Option<Vec<T>> {
        let mut room = Vec::new();
        let reserved = room.try_reserve_exact(count);
        self.has(reserved).then_some(room)
    }

    /// A vector of equal values; empty where memory is exhausted.
    #[must_use]
    pub fn filled<T: Copy>(&mut self, value: T, count: usize) -> Vec<T> {
        let Some(mut room) = self.room(count) else {
            return Vec::new();
        };
        room.resize(count, value);
        room
    }

    /// A copy of values; empty where memory is exhausted.
    #[must_use]
    pub fn copied<T: Copy>(&mut self, values: &[T]) -> Vec<T> {
        let Some(mut copy) = self.room(values.len()) else {
            return Vec::new();
        };
        copy.extend_from_slice(values);
        copy
    }

    /// Does `work` on each item, until the work ends.
    pub fn each<T, R>(&mut self, items: &[T], work: impl Fn(&T, &mut Self) -> R) -> Vec<R> {
        let Some(mut results) = self.room(items.len()) else {
            return Vec::new();
        };
        for item in items {
            if self.passed(1) {
                break;
            }
            results.push(work(item, self));
        }
        results
    }
}
