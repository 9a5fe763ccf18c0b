//! The positions of each character in a string, as bits.

use std::collections::HashMap;

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
    pub(super) fn new(text: &[u32]) -> Self {
        let words = text.len().div_ceil(64);
        let mut places = Self { words, low: [0; 256], high: HashMap::new(), rows: vec![0; words] };
        for (index, &code) in text.iter().enumerate() {
            let row = places.row_for(code);
            places.rows[row * words + index / 64] |= 1 << (index % 64);
        }
        places
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
    fn row_for(&mut self, code: u32) -> usize {
        let next = (self.rows.len() / self.words) as u32;
        let row = match self.low.get_mut(code as usize) {
            Some(row) => row,
            None => self.high.entry(code).or_insert(0),
        };
        if *row == 0 {
            *row = next;
            self.rows.resize(self.rows.len() + self.words, 0);
        }
        *row as usize
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
