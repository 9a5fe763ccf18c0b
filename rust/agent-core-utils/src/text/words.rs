//! Words and their counts.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::ops::Range;

use hashbrown::HashTable;

use super::encoding::encoded;
use super::tables::Tables;
use super::watch::{PART, Steps};
use super::{Chars, Found, Unit};
use crate::with_units;

/// Finds the words of a text.
pub fn find(tables: &Tables, text: Chars<'_>, found: &mut Found, steps: &mut Steps<'_>) {
    with_units!(text, units => {
        each(tables, units, steps, |start, stop, _| found.push(start, stop));
    });
    found.end_item(0, steps);
}

fn each(
    tables: &Tables,
    units: &[impl Unit],
    steps: &mut Steps<'_>,
    mut word: impl FnMut(usize, usize, &mut Steps<'_>),
) {
    let mut start = None;
    for (part, before) in units.chunks(PART).zip((0..).step_by(PART)) {
        if steps.passed(part.len()) {
            return;
        }
        for (index, &unit) in part.iter().enumerate() {
            match (start, tables.info(unit.into()).is_word()) {
                (None, true) => start = Some(before + index),
                (Some(first), false) => {
                    word(first, before + index, steps);
                    start = None;
                }
                _ => {}
            }
        }
    }
    if let Some(first) = start {
        word(first, units.len(), steps);
    }
}

/// The count of each word, in the order of first occurrence.
#[derive(Debug, Default)]
pub struct Counts {
    table: HashTable<usize>,
    hasher: RandomState,
    words: Vec<Counted>,
    /// The concatenated words.
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Counted {
    hash: u64,
    place: Range<usize>,
    count: u64,
}

impl Counts {
    /// Counts the words of a text.
    pub fn add(&mut self, tables: &Tables, text: Chars<'_>, steps: &mut Steps<'_>) {
        match text {
            Chars::Ascii(units) => each(tables, units, steps, |start, stop, steps| {
                self.count(units.get(start..stop).unwrap_or_default(), steps);
            }),
            Chars::Narrow(units) => each(tables, units, steps, |start, stop, steps| {
                let word = Chars::Narrow(units.get(start..stop).unwrap_or_default());
                self.count(&encoded(word, steps), steps);
            }),
            Chars::Wide(units) => each(tables, units, steps, |start, stop, steps| {
                let word = Chars::Wide(units.get(start..stop).unwrap_or_default());
                self.count(&encoded(word, steps), steps);
            }),
            Chars::Full(units) => each(tables, units, steps, |start, stop, steps| {
                let word = Chars::Full(units.get(start..stop).unwrap_or_default());
                self.count(&encoded(word, steps), steps);
            }),
        }
    }

    fn count(&mut self, word: &[u8], steps: &mut Steps<'_>) {
        // Without the length, which `hash_one` would hash too.
        let mut hasher = self.hasher.build_hasher();
        hasher.write(word);
        let hash = hasher.finish();
        let (words, bytes) = (&mut self.words, &mut self.bytes);
        let same = |&index: &usize| {
            let counted: &Counted = &words[index];
            counted.hash == hash && bytes.get(counted.place.clone()) == Some(word)
        };
        if let Some(&index) = self.table.find(hash, same) {
            words[index].count += 1;
            return;
        }
        let hash_of = |&index: &usize| words.get(index).map_or(0, |word: &Counted| word.hash);
        let room = self.table.try_reserve(1, hash_of).is_ok()
            && steps.has(words.try_reserve(1))
            && steps.has(bytes.try_reserve(word.len()));
        if !room {
            return steps.exhaust();
        }
        self.table.insert_unique(hash, words.len(), |&index| words[index].hash);
        let start = bytes.len();
        bytes.extend_from_slice(word);
        words.push(Counted { hash, place: start..bytes.len(), count: 1 });
    }

    /// Each word, as bytes for [`super::decode`], and its count.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.words.iter().filter_map(|word| Some((self.bytes.get(word.place.clone())?, word.count)))
    }
}
