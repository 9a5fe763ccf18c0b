//! Words and their counts.

use std::hash::BuildHasher;
use std::ops::Range;

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rustc_hash::FxBuildHasher;

use super::encoding::encoded;
use super::tables::Tables;
use super::{Chars, Found, Unit};
use crate::with_units;

/// Finds the words of a text.
pub fn find(tables: &Tables, text: Chars<'_>, found: &mut Found) {
    with_units!(text, units => each(tables, units, |start, stop| found.push(start, stop)));
    found.end_item();
}

fn each(tables: &Tables, units: &[impl Unit], mut word: impl FnMut(usize, usize)) {
    let mut start = None;
    for (index, &unit) in units.iter().enumerate() {
        match (start, tables.info(unit.into()).is_word()) {
            (None, true) => start = Some(index),
            (Some(first), false) => {
                word(first, index);
                start = None;
            }
            _ => {}
        }
    }
    if let Some(first) = start {
        word(first, units.len());
    }
}

/// The count of each word, in the order of first occurrence.
#[derive(Debug, Default)]
pub struct Counts {
    table: HashTable<usize>,
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
    pub fn add(&mut self, tables: &Tables, text: Chars<'_>) {
        match text {
            Chars::Ascii(units) => each(tables, units, |start, stop| {
                self.count(units.get(start..stop).unwrap_or_default());
            }),
            Chars::Narrow(units) => each(tables, units, |start, stop| {
                self.count(&encoded(Chars::Narrow(units.get(start..stop).unwrap_or_default())));
            }),
            Chars::Wide(units) => each(tables, units, |start, stop| {
                self.count(&encoded(Chars::Wide(units.get(start..stop).unwrap_or_default())));
            }),
            Chars::Full(units) => each(tables, units, |start, stop| {
                self.count(&encoded(Chars::Full(units.get(start..stop).unwrap_or_default())));
            }),
        }
    }

    fn count(&mut self, word: &[u8]) {
        let hash = FxBuildHasher.hash_one(word);
        let (words, bytes) = (&mut self.words, &mut self.bytes);
        let same = |&index: &usize| {
            let counted: &Counted = &words[index];
            counted.hash == hash && bytes.get(counted.place.clone()) == Some(word)
        };
        match self.table.entry(hash, same, |&index| words[index].hash) {
            Entry::Occupied(entry) => words[*entry.get()].count += 1,
            Entry::Vacant(entry) => {
                entry.insert(words.len());
                let start = bytes.len();
                bytes.extend_from_slice(word);
                words.push(Counted { hash, place: start..bytes.len(), count: 1 });
            }
        }
    }

    /// Each word, as bytes for [`super::decode`], and its count.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.words.iter().filter_map(|word| Some((self.bytes.get(word.place.clone())?, word.count)))
    }
}
