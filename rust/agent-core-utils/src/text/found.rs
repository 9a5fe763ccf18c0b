//! Matches in the items of a batch, as columns.

use super::shares::Joined;
use super::watch::Steps;

/// Matches in the items of a batch, as columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The cumulative number of matches up to and including each item.
    pub ends: Vec<i64>,
    /// The pattern of each match; empty if there is only one pattern.
    pub patterns: Vec<i64>,
    /// The start of each match.
    pub starts: Vec<i64>,
    /// The end of each match, exclusive.
    pub stops: Vec<i64>,
    /// Whether memory was exhausted, and matches are missing.
    exhausted: bool,
}

impl Found {
    /// Adds a match in the current item.
    #[inline]
    pub fn push(&mut self, start: usize, stop: usize) {
        // The starts have room whenever the ends have, which are given theirs last.
        if self.stops.len() == self.stops.capacity() && !self.grows() {
            return;
        }
        self.starts.push(start.cast_signed() as i64);
        self.stops.push(stop.cast_signed() as i64);
    }

    /// Adds a match of a pattern in the current item.
    #[inline]
    pub(super) fn push_of(&mut self, pattern: usize, start: usize, stop: usize) {
        if self.exhausted || self.patterns.try_reserve(1).is_err() {
            self.exhausted = true;
            return;
        }
        self.patterns.push(pattern.cast_signed() as i64);
        self.push(start, stop);
    }

    /// Ends the current item, which took so many steps more than were counted.
    #[inline]
    pub(super) fn end_item(&mut self, took: usize, steps: &mut Steps<'_>) {
        let room = self.ends.try_reserve(1);
        if self.exhausted || room.is_err() {
            steps.exhaust();
        } else if !steps.passed(took + 1) {
            self.ends.push(self.starts.len().cast_signed() as i64);
        }
    }

    /// Ends items; to each belong so many of the matches that were added last.
    pub(super) fn end_items(&mut self, matches: &[usize], steps: &mut Steps<'_>) {
        let room = self.ends.try_reserve(matches.len());
        if self.exhausted || room.is_err() {
            steps.exhaust();
            return;
        }
        let mut end = self.starts.len().saturating_sub(matches.iter().sum());
        self.ends.extend(matches.iter().map(|count| {
            end += count;
            end.cast_signed() as i64
        }));
    }

    /// Makes room for matches; returns whether there is memory for it.
    #[cold]
    fn grows(&mut self) -> bool {
        // It is not tried again: that takes longer than a search.
        self.exhausted = self.exhausted
            || self.starts.try_reserve(1).is_err()
            || self.stops.try_reserve_exact(self.starts.capacity() - self.stops.len()).is_err();
        !self.exhausted
    }
}

impl Joined for Found {
    fn append(&mut self, mut later: Self, steps: &mut Steps<'_>) {
        let before = self.starts.len().cast_signed() as i64;
        let room = (self.ends.try_reserve_exact(later.ends.len()))
            .and_then(|()| self.patterns.try_reserve_exact(later.patterns.len()))
            .and_then(|()| self.starts.try_reserve_exact(later.starts.len()))
            .and_then(|()| self.stops.try_reserve_exact(later.stops.len()));
        if !steps.has(room) {
            return;
        }
        self.ends.extend(later.ends.iter().map(|end| end + before));
        self.patterns.append(&mut later.patterns);
        self.starts.append(&mut later.starts);
        self.stops.append(&mut later.stops);
    }
}
