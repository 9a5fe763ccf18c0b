//! Matches in the items of a batch, as columns.

use super::shares::Joined;

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
}

impl Found {
    /// Adds a match in the current item.
    #[inline]
    pub fn push(&mut self, start: usize, stop: usize) {
        self.starts.push(start.cast_signed() as i64);
        self.stops.push(stop.cast_signed() as i64);
    }

    /// Ends the current item.
    #[inline]
    pub fn end_item(&mut self) {
        self.ends.push(self.starts.len().cast_signed() as i64);
    }
}

impl Joined for Found {
    fn append(&mut self, mut later: Self) {
        let before = self.starts.len().cast_signed() as i64;
        self.ends.extend(later.ends.iter().map(|end| end + before));
        self.patterns.append(&mut later.patterns);
        self.starts.append(&mut later.starts);
        self.stops.append(&mut later.stops);
    }
}
