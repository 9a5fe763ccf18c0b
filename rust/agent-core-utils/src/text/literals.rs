//! Literal patterns: a filter that passes few positions of a text, and a search at those.

use std::hash::BuildHasher;
use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::encoding::{Places, encoded};
use super::{Chars, Found};

/// The number of filter slots: as many bytes as fit into the fastest processor cache.
const SLOTS: usize = 1 << 14;

/// Literal patterns, prepared for search.
///
/// Matches do not overlap; the earliest wins, and of those with the same start the longest.
#[derive(Debug)]
pub struct Patterns {
    /// In ascending order, each once.
    sorted: Vec<Pattern>,
    /// The range of patterns with each head.
    groups: FxHashMap<u32, Range<usize>>,
    /// The length of a pattern's head in bytes: that of the shortest pattern, at most 4.
    known: usize,
    /// For each hash of a head, the classes of bytes that may follow it, as bits.
    filter: Box<[u8; SLOTS]>,
    count: usize,
}

#[derive(Debug)]
struct Pattern {
    bytes: Vec<u8>,
    /// Its index among the given patterns.
    index: usize,
    /// The longest other pattern that is its prefix.
    shorter: Option<usize>,
}

impl Patterns {
    /// Prepares patterns; of equal ones, the first wins. None may be empty.
    #[must_use]
    pub fn new(patterns: &[Chars<'_>]) -> Self {
        let texts = patterns.iter().map(|&pattern| encoded(pattern).into_owned());
        let mut texts: Vec<_> = texts.zip(0..).collect();
        texts.sort();
        texts.dedup_by(|later, first| later.0 == first.0);
        let known = texts.iter().map(|(text, _)| text.len()).min().unwrap_or_default().min(4);
        let mut sorted: Vec<Pattern> = Vec::with_capacity(texts.len());
        let mut groups = FxHashMap::default();
        let mut filter = Box::new([0; SLOTS]);
        for (place, (bytes, index)) in texts.into_iter().enumerate() {
            let start = Start::of(&bytes);
            groups.entry(start.head(known)).or_insert(place..place).end += 1;
            if let Some(kinds) = filter.get_mut(start.slot(known)) {
                *kinds |= if bytes.len() > known { start.next(known) } else { u8::MAX };
            }
            let mut shorter = place.checked_sub(1);
            while let Some(other) = shorter.and_then(|other| sorted.get(other))
                && !bytes.starts_with(&other.bytes)
            {
                shorter = other.shorter;
            }
            sorted.push(Pattern { bytes, index, shorter });
        }
        Self { sorted, groups, known, filter, count: patterns.len() }
    }

    /// The number of patterns.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Finds the matches in a text.
    pub fn find(&self, text: Chars<'_>, found: &mut Found) {
        let bytes = encoded(text);
        if matches!(text, Chars::Ascii(_)) {
            self.each(&bytes, |pattern, start, stop| {
                found.patterns.push(pattern.cast_signed() as i64);
                found.push(start, stop);
            });
        } else {
            let mut places = Places::new(&bytes);
            self.each(&bytes, |pattern, start, stop| {
                found.patterns.push(pattern.cast_signed() as i64);
                let start = places.before(start);
                found.push(start, places.before(stop));
            });
        }
        found.end_item();
    }

    /// Replaces each match in a text by the replacement of its pattern; None without a match.
    ///
    /// The result is bytes for [`super::decode`].
    #[must_use]
    pub fn replace(&self, text: Chars<'_>, replacements: &[Vec<u8>]) -> Option<Vec<u8>> {
        let bytes = encoded(text);
        let mut replaced = Vec::new();
        let mut copied = 0;
        self.each(&bytes, |pattern, start, stop| {
            replaced.extend_from_slice(&bytes[copied..start]);
            replaced.extend_from_slice(&replacements[pattern]);
            copied = stop;
        });
        if copied == 0 {
            return None;
        }
        replaced.extend_from_slice(&bytes[copied..]);
        Some(replaced)
    }

    /// Calls back for each match with its pattern, start and end.
    fn each(&self, bytes: &[u8], matched: impl FnMut(usize, usize, usize)) {
        match self.known {
            0 => {}
            1 => self.each_of::<1>(bytes, matched),
            2 => self.each_of::<2>(bytes, matched),
            3 => self.each_of::<3>(bytes, matched),
            _ => self.each_of::<4>(bytes, matched),
        }
    }

    /// The same, for heads of a constant length in bytes.
    fn each_of<const KNOWN: usize>(
        &self,
        bytes: &[u8],
        mut matched: impl FnMut(usize, usize, usize),
    ) {
        let mut free = 0;
        let mut decide = |place: usize| {
            if place >= free
                && let Some(pattern) = bytes.get(place..).and_then(|rest| self.longest(rest))
            {
                free = place + pattern.bytes.len();
                matched(pattern.index, place, free);
            }
        };
        // Eight bytes are enough for four positions; zeros follow the end.
        for (start, place) in bytes.windows(8).step_by(4).zip((0..).step_by(4)) {
            self.filtered::<KNOWN, 4>(Start::of(start), place, &mut decide);
        }
        let end = bytes.rchunks(7).next().unwrap_or_default();
        self.filtered::<KNOWN, 7>(Start::of(end), bytes.len() - end.len(), decide);
    }

    /// Calls back for each position that the filter passes, in a block of positions.
    #[inline]
    fn filtered<const KNOWN: usize, const PLACES: usize>(
        &self,
        start: Start,
        place: usize,
        mut passed: impl FnMut(usize),
    ) {
        let may_begin = |later: usize| {
            let start = start.later(later);
            self.filter.get(start.slot(KNOWN)).is_some_and(|kinds| kinds & start.next(KNOWN) != 0)
        };
        // One branch for all of them: one misprediction costs as much as testing five.
        if (0..PLACES).map(|later| u8::from(may_begin(later))).sum::<u8>() > 0 {
            (0..PLACES).filter(|later| may_begin(*later)).for_each(|later| passed(place + later));
        }
    }

    /// The longest pattern that the bytes begin with.
    fn longest(&self, bytes: &[u8]) -> Option<&Pattern> {
        let places = self.groups.get(&Start::of(bytes).head(self.known))?;
        let group = self.sorted.get(places.clone())?;
        // Every pattern sorted between a text and a pattern that is its prefix has that prefix too.
        let behind = group.partition_point(|pattern| *pattern.bytes <= *bytes);
        let mut pattern = group.get(behind.checked_sub(1)?)?;
        let same = pattern.bytes.iter().zip(bytes).take_while(|(one, other)| one == other).count();
        while pattern.bytes.len() > same {
            pattern = self.sorted.get(pattern.shorter?)?;
        }
        Some(pattern)
    }
}

/// The first eight bytes of a text, little-endian; zeros after its end.
#[derive(Clone, Copy)]
struct Start(u64);

impl Start {
    #[inline]
    fn of(bytes: &[u8]) -> Self {
        Self(match bytes.first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => bytes.iter().rev().fold(0, |start, &byte| start << 8 | u64::from(byte)),
        })
    }

    /// The same, from a later byte of the text on.
    #[inline]
    fn later(self, bytes: usize) -> Self {
        Self(self.0 >> (8 * bytes))
    }

    /// The first `known` bytes, at most four.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "there are at most four")]
    fn head(self, known: usize) -> u32 {
        (self.0 & !(u64::MAX << (8 * known))) as u32
    }

    /// A slot of the filter for these bytes.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "any of the bits will do")]
    fn slot(self, known: usize) -> usize {
        FxBuildHasher.hash_one(self.head(known)) as usize % SLOTS
    }

    /// The bit for the class of the byte that follows them.
    #[inline]
    fn next(self, known: usize) -> u8 {
        1 << (self.later(known).0 % 8)
    }
}
