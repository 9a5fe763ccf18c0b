//! Short strings that are compared with one query at once, one in each lane.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use std::collections::HashMap;
use std::ops::{BitAnd, BitOr, BitXor, Not, Shl};

use crate::text::watch::Steps;

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
    /// Writes the results of as many groups as there are before the work ends.
    fn compare<W: Word, const L: usize>(
        groups: &[Group<W, L>],
        query: &[u32],
        row: &mut [f64],
        steps: &mut Steps<'_>,
    );
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
    pub(super) fn new(
        texts: &[Vec<u32>],
        steps: &mut Steps<'_>,
        ready: impl Fn(&[u32], &mut Steps<'_>) -> T,
    ) -> Self {
        let mut by_width: [Vec<Member<'_>>; 5] = Default::default();
        for (index, text) in texts.iter().enumerate() {
            let width = match text.len() {
                0..=8 => 0,
                9..=16 => 1,
                17..=32 => 2,
                33..=64 => 3,
                _ => 4,
            };
            if !steps.has(by_width[width].try_reserve(1)) {
                break;
            }
            by_width[width].push((index, text));
        }
        let [bytes, shorts, words, longs, rest] = by_width;
        Self {
            bytes: grouped(&bytes, steps),
            shorts: grouped(&shorts, steps),
            words: grouped(&words, steps),
            longs: grouped(&longs, steps),
            rest: steps.each(&rest, |(index, text), steps| (*index, ready(text, steps))),
        }
    }

    /// Writes the result for a query and each string; `other` computes those without a lane.
    #[inline(always)]
    pub(super) fn compare<K: Kernel>(
        &self,
        query: &[u32],
        row: &mut [f64],
        steps: &mut Steps<'_>,
        other: impl Fn(&T, &mut Steps<'_>) -> f64,
    ) {
        // No closures: they are compiled for the baseline processor, whatever the caller's target.
        K::compare(&self.bytes, query, row, steps);
        K::compare(&self.shorts, query, row, steps);
        K::compare(&self.words, query, row, steps);
        K::compare(&self.longs, query, row, steps);
        for (index, ready) in &self.rest {
            row[*index] = other(ready, steps);
        }
    }
}

/// The index of a string among all strings, and the string.
type Member<'text> = (usize, &'text Vec<u32>);

/// Strings in groups; some are missing if the work ends early.
fn grouped<W: Word, const L: usize>(
    texts: &[Member<'_>],
    steps: &mut Steps<'_>,
) -> Vec<Group<W, L>> {
    let Some(mut groups) = steps.room(texts.len().div_ceil(L)) else {
        return Vec::new();
    };
    groups.extend(texts.chunks(L).map_while(|texts| Group::new(texts, steps)));
    groups
}

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
    /// None if the work ends early.
    #[expect(clippy::cast_possible_truncation, reason = "rows and places are few")]
    fn new(texts: &[Member<'_>], steps: &mut Steps<'_>) -> Option<Self> {
        let mut members = steps.room(texts.len())?;
        members.extend(texts.iter().map(|(index, text)| (*index, text.len())));
        let mut rows = steps.room(1)?;
        rows.push([W::ZERO; L]);
        let mut group =
            Self { members, low: [0; 256], high: HashMap::new(), rows, full: [W::ZERO; L] };
        for (lane, (_, text)) in texts.iter().enumerate() {
            if steps.passed(text.len()) {
                return None;
            }
            for (place, &code) in text.iter().enumerate() {
                let row = if let Some(row) = group.low.get_mut(code as usize) {
                    row
                } else {
                    let room = group.high.try_reserve(1);
                    steps.has(room).then(|| group.high.entry(code).or_insert(0))?
                };
                if *row == 0 {
                    if !steps.has(group.rows.try_reserve(1)) {
                        return None;
                    }
                    *row = group.rows.len() as u16;
                    group.rows.push([W::ZERO; L]);
                }
                let bit = W::ONE << place as u32;
                let row = &mut group.rows[usize::from(*row)];
                row[lane] = row[lane] | bit;
                group.full[lane] = group.full[lane] | bit;
            }
        }
        Some(group)
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
