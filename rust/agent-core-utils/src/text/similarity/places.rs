//! The positions of each character in a string, as bits.

use std::collections::HashMap;

use crate::text::watch::Steps;

/// The positions of each character in a string: one bit each, in as many words as needed.
#[derive(Debug)]
pub(super) struct Places {
    words: usize,
    /// The rows of characters below 256, by number; 0 for a row of zeros.
    low: [u32; 256],
    high: HashMap<u32, u32>,
    rows: Vec<u64>,
}

impl Places {
    /// The positions of each character; none if the work ends early.
    pub(super) fn new(text: &[u32], steps: &mut Steps<'_>) -> Self {
        let words = text.len().div_ceil(64);
        let mut places = Self { words, low: [0; 256], high: HashMap::new(), rows: vec![] };
        let mut whole = places.add_row(steps);
        for (index, &code) in text.iter().enumerate() {
            whole = whole && !steps.passed(1);
            let Some(row) = whole.then(|| places.row_for(code, steps)).flatten() else {
                return Self { words: 0, low: [0; 256], high: HashMap::new(), rows: vec![] };
            };
            places.rows[row * words + index / 64] |= 1 << (index % 64);
        }
        places
    }

    /// Adds a row of zeros; returns whether there is memory for it.
    fn add_row(&mut self, steps: &mut Steps<'_>) -> bool {
        let added = steps.has(self.rows.try_reserve(self.words)) && !steps.passed(self.words);
        if added {
            self.rows.resize(self.rows.len() + self.words, 0);
        }
        added
    }

    /// The number of words in a row.
    pub(super) fn words(&self) -> usize {
        self.words
    }

    /// The row of a character; zeros if it does not occur.
    #[inline]
    pub(super) fn of(&self, code: u32) -> &[u64] {
        let row = match self.low.get(code as usize) {
            Some(&row) => row,
            None => self.high.get(&code).copied().unwrap_or(0),
        } as usize;
        &self.rows[row * self.words..(row + 1) * self.words]
    }

    #[expect(clippy::cast_possible_truncation, reason = "rows are no more than characters")]
    fn row_for(&mut self, code: u32, steps: &mut Steps<'_>) -> Option<usize> {
        let next = (self.rows.len() / self.words) as u32;
        let row = if let Some(row) = self.low.get_mut(code as usize) {
            row
        } else {
            let room = self.high.try_reserve(1);
            steps.has(room).then(|| self.high.entry(code).or_insert(0))?
        };
        if *row != 0 {
            return Some(*row as usize);
        }
        *row = next;
        self.add_row(steps).then_some(next as usize)
    }
}

/// The bits of a word for the positions from `first` to `last`, if any.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "more places than that have no word")]
pub(super) fn within(first: usize, last: usize, word: usize) -> u64 {
    let above = u64::MAX.checked_shl(first.saturating_sub(word * 64) as u32).unwrap_or(0);
    let below = u64::MAX.checked_shr((word * 64 + 63).saturating_sub(last) as u32).unwrap_or(0);
    above & below
}
