//! Words, and how often each occurs.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

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

/// How often each word occurs, in the order in which they were first seen.
#[derive(Debug, Default)]
pub struct Counts {
    table: HashTable<usize>,
    words: Vec<Counted>,
    /// The words one behind the other.
    bytes: Vec<u8>,
}

#[derive(Debug)]
struct Counted {
    hash: u64,
    start: usize,
    stop: usize,
    count: u64,
}

impl Counts {
    /// Counts the words of a text.
    pub fn add(&mut self, tables: &Tables, text: Chars<'_>) {
        match text {
            Chars::Ascii(units) => {
                each(tables, units, |start, stop| self.count(&units[start..stop]));
            }
            Chars::Narrow(units) => each(tables, units, |start, stop| {
                self.count(&encoded(Chars::Narrow(&units[start..stop])));
            }),
            Chars::Wide(units) => each(tables, units, |start, stop| {
                self.count(&encoded(Chars::Wide(&units[start..stop])));
            }),
            Chars::Full(units) => each(tables, units, |start, stop| {
                self.count(&encoded(Chars::Full(&units[start..stop])));
            }),
        }
    }

    fn count(&mut self, word: &[u8]) {
        let hash = hash(word);
        let (words, bytes) = (&mut self.words, &mut self.bytes);
        let same = |&place: &usize| {
            let counted: &Counted = &words[place];
            counted.hash == hash && &bytes[counted.start..counted.stop] == word
        };
        match self.table.entry(hash, same, |&place| words[place].hash) {
            Entry::Occupied(entry) => words[*entry.get()].count += 1,
            Entry::Vacant(entry) => {
                entry.insert(words.len());
                let start = bytes.len();
                bytes.extend_from_slice(word);
                words.push(Counted { hash, start, stop: bytes.len(), count: 1 });
            }
        }
    }

    /// Each word, as bytes for [`super::decode`], and how often it occurs.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], u64)> {
        self.words.iter().map(|word| (&self.bytes[word.start..word.stop], word.count))
    }
}

/// A hash whose bits are all well mixed.
fn hash(word: &[u8]) -> u64 {
    let mut hash = word.len() as u64;
    for chunk in word.chunks(8) {
        let mut bytes = [0; 8];
        bytes[..chunk.len()].copy_from_slice(chunk);
        hash = mixed(hash ^ u64::from_le_bytes(bytes));
    }
    hash
}

/// The two halves of a product with an odd number, one over the other.
#[expect(clippy::cast_possible_truncation, reason = "each half has its own bits")]
fn mixed(number: u64) -> u64 {
    let product = u128::from(number) * 0x9E37_79B9_7F4A_7C15;
    (product as u64) ^ (product >> 64) as u64
}
