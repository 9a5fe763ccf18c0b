//! Short strings that are compared with one query at once, one in each lane.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use std::collections::HashMap;
use std::ops::{BitAnd, BitOr, BitXor, Not, Shl};

/// A number whose bits are the positions of one lane's string.
pub(super) trait Word:
    Copy
    + Ord
    + From<bool>
    + BitAnd<Output = Self>
    + BitOr<Output = Self>
    + BitXor<Output = Self>
    + Not<Output = Self>
    + Shl<u32, Output = Self>
{
    const ZERO: Self;
    const ONE: Self;
    fn plus(self, other: Self) -> Self;
    /// The lowest set bit.
    fn lowest(self) -> Self;
    fn minus(self, other: Self) -> Self;
    fn ones(self) -> usize;
    /// A mask of the lowest bits, at most all.
    fn below(bits: usize) -> Self;
    /// A number up to 128.
    fn of(number: usize) -> Self;
    fn number(self) -> usize;
}

macro_rules! words {
    ($($word:ty),*) => {$(
        #[expect(clippy::cast_possible_truncation, reason = "all of these are small")]
        impl Word for $word {
            const ZERO: Self = 0;
            const ONE: Self = 1;
            #[inline(always)]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
            #[inline(always)]
            fn lowest(self) -> Self {
                self & self.wrapping_neg()
            }
            #[inline(always)]
            fn minus(self, other: Self) -> Self {
                self.wrapping_sub(other)
            }
            #[inline(always)]
            fn ones(self) -> usize {
                self.count_ones() as usize
            }
            #[inline(always)]
            fn below(bits: usize) -> Self {
                let above = (Self::BITS as usize).saturating_sub(bits);
                Self::MAX.checked_shr(above as u32).unwrap_or(0)
            }
            #[inline(always)]
            fn of(number: usize) -> Self {
                number as Self
            }
            #[inline(always)]
            fn number(self) -> usize {
                self as usize
            }
        }
    )*};
}
words!(u8, u16, u32, u64);

/// A computation over a query and the strings of groups.
pub(super) trait Kernel {
    fn compare<W: Word, const L: usize>(groups: &[Group<W, L>], query: &[u32], row: &mut [f64]);
}

/// Strings in groups of similar length; those too long for a lane are prepared as `T`.
#[derive(Debug)]
pub(super) struct Lanes<T> {
    bytes: Vec<Group<u8, 32>>,
    shorts: Vec<Group<u16, 16>>,
    words: Vec<Group<u32, 8>>,
    longs: Vec<Group<u64, 8>>,
    rest: Vec<(usize, T)>,
}

impl<T> Lanes<T> {
    pub(super) fn new(texts: &[Vec<u32>], ready: impl Fn(&[u32]) -> T) -> Self {
        let mut by_width: [Vec<Member<'_>>; 5] = Default::default();
        for (index, text) in texts.iter().enumerate() {
            let width = match text.len() {
                0..=8 => 0,
                9..=16 => 1,
                17..=32 => 2,
                33..=64 => 3,
                _ => 4,
            };
            by_width[width].push((index, text));
        }
        let [bytes, shorts, words, longs, rest] = by_width;
        Self {
            bytes: bytes.chunks(32).map(Group::new).collect(),
            shorts: shorts.chunks(16).map(Group::new).collect(),
            words: words.chunks(8).map(Group::new).collect(),
            longs: longs.chunks(8).map(Group::new).collect(),
            rest: rest.into_iter().map(|(index, text)| (index, ready(text))).collect(),
        }
    }

    /// Writes the result for a query and each string; `other` computes those without a lane.
    #[inline(always)]
    pub(super) fn compare<K: Kernel>(
        &self,
        query: &[u32],
        row: &mut [f64],
        other: impl Fn(&T) -> f64,
    ) {
        // No closures: they are compiled for the baseline processor, whatever the caller's target.
        K::compare(&self.bytes, query, row);
        K::compare(&self.shorts, query, row);
        K::compare(&self.words, query, row);
        K::compare(&self.longs, query, row);
        for (index, ready) in &self.rest {
            row[*index] = other(ready);
        }
    }
}

/// The index of a string among all strings, and the string.
type Member<'text> = (usize, &'text Vec<u32>);

/// At most as many strings as there are lanes.
#[derive(Debug)]
pub(super) struct Group<W, const L: usize> {
    /// The index of each lane's string among all strings, and its length.
    pub(super) members: Vec<(usize, usize)>,
    /// The rows of characters below 256, by number; 0 for a row of zeros.
    low: [u16; 256],
    high: HashMap<u32, u16>,
    /// The positions of a character in each lane's string.
    rows: Vec<[W; L]>,
    /// The valid positions of each lane's string.
    pub(super) full: [W; L],
}

impl<W: Word, const L: usize> Group<W, L> {
    #[expect(clippy::cast_possible_truncation, reason = "rows and places are few")]
    fn new(texts: &[Member<'_>]) -> Self {
        let mut group = Self {
            members: texts.iter().map(|(index, text)| (*index, text.len())).collect(),
            low: [0; 256],
            high: HashMap::new(),
            rows: vec![[W::ZERO; L]],
            full: [W::ZERO; L],
        };
        for (lane, (_, text)) in texts.iter().enumerate() {
            for (place, &code) in text.iter().enumerate() {
                let row = match group.low.get_mut(code as usize) {
                    Some(row) => row,
                    None => group.high.entry(code).or_insert(0),
                };
                if *row == 0 {
                    *row = group.rows.len() as u16;
                    group.rows.push([W::ZERO; L]);
                }
                let bit = W::ONE << place as u32;
                let row = &mut group.rows[usize::from(*row)];
                row[lane] = row[lane] | bit;
                group.full[lane] = group.full[lane] | bit;
            }
        }
        group
    }

    /// The positions of a character in each lane's string.
    #[inline(always)]
    pub(super) fn places(&self, code: u32) -> &[W; L] {
        let row = match self.low.get(code as usize) {
            Some(&row) => row,
            None => self.high.get(&code).copied().unwrap_or(0),
        };
        &self.rows[usize::from(row)]
    }
}
