//! Literal patterns: a filter that passes few positions of a text, and a search at those.

mod filter;
mod groups;

use std::cell::Cell;

use self::filter::{Filter, PLACES, Start, WINDOW};
use super::encoding::{Places, encode, encoded};
use super::watch::Steps;
use super::{Chars, Found};

/// The number of bytes that are searched between two counts of steps.
const BLOCK: usize = 1 << 10;

/// The longest head of a pattern in bytes.
const HEAD: usize = 4;

/// The bytes of which eight positions have eight each.
const WIDE: usize = PLACES + 7;

/// Literal patterns, prepared for search.
///
/// Matches do not overlap; the earliest wins, and of those with the same start the longest.
#[derive(Debug)]
pub struct Patterns {
    /// By the slot of their head, then in ascending order, each once.
    sorted: Vec<Pattern>,
    /// The length of a pattern's head in bytes: that of the shortest pattern, at most [`HEAD`].
    known: usize,
    /// The length of the longest pattern in bytes.
    longest: usize,
    filter: Filter,
    count: usize,
}

#[derive(Debug)]
struct Pattern {
    /// See [`Start::order`].
    order: u64,
    bytes: Vec<u8>,
    /// Its index among the given patterns.
    index: usize,
    /// The longest other pattern that is its prefix.
    shorter: Option<usize>,
}

impl Patterns {
    /// Prepares patterns; of equal ones, the first wins. None may be empty.
    ///
    /// Returns None where memory is exhausted.
    #[must_use]
    pub fn new(patterns: &[Chars<'_>], steps: &mut Steps<'_>) -> Option<Self> {
        let mut texts = steps.room(patterns.len())?;
        for (&pattern, index) in patterns.iter().zip(0..) {
            texts.push((encode(pattern, steps), index));
        }
        let longest = texts.iter().map(|(text, _)| text.len()).max().unwrap_or_default();
        let known = texts.iter().map(|(text, _)| text.len()).min().unwrap_or_default().min(HEAD);
        let slot = |text: &[u8]| Start::of(text).slot(known);
        texts.sort_unstable_by(|one, other| (slot(&one.0), one).cmp(&(slot(&other.0), other)));
        texts.dedup_by(|later, first| later.0 == first.0);
        let mut sorted: Vec<Pattern> = steps.room(texts.len())?;
        let mut filter = Filter::new(steps)?;
        for (place, (bytes, index)) in texts.into_iter().enumerate() {
            if steps.passed(bytes.len()) {
                break;
            }
            filter.add(&bytes, known, place);
            let mut shorter = place.checked_sub(1);
            while let Some(other) = shorter.and_then(|other| sorted.get(other))
                && !bytes.starts_with(&other.bytes)
            {
                shorter = other.shorter;
            }
            sorted.push(Pattern { order: Start::of(&bytes).order(), bytes, index, shorter });
        }
        Some(Self { sorted, known, longest, filter, count: patterns.len() })
    }

    /// The number of patterns.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// Finds the matches in a text.
    fn find(&self, text: Chars<'_>, found: &mut Found, steps: &mut Steps<'_>) {
        let bytes = encoded(text, steps);
        if matches!(text, Chars::Ascii(_)) {
            self.each(&bytes, steps, |pattern, start, stop| found.push_of(pattern, start, stop));
        } else {
            let mut places = Places::new(&bytes);
            self.each(&bytes, steps, |pattern, start, stop| {
                let start = places.before(start);
                found.push_of(pattern, start, places.before(stop));
            });
        }
        found.end_item(0, steps);
    }

    /// Replaces each match in a text by the replacement of its pattern; None without a match.
    ///
    /// The result is bytes for [`super::decode`].
    #[must_use]
    pub fn replace<'new>(
        &self,
        text: Chars<'_>,
        replacement: impl Fn(usize) -> &'new [u8],
        steps: &mut Steps<'_>,
    ) -> Option<Vec<u8>> {
        let bytes = encoded(text, steps);
        let mut replaced: Vec<u8> = Vec::new();
        let mut room = Ok(());
        let mut add = |part: &[u8]| {
            room = room.clone().and_then(|()| replaced.try_reserve(part.len()));
            if room.is_ok() {
                replaced.extend_from_slice(part);
            }
        };
        let mut copied = 0;
        self.each(&bytes, steps, |pattern, start, stop| {
            add(&bytes[copied..start]);
            add(replacement(pattern));
            copied = stop;
        });
        add(&bytes[copied..]);
        (steps.has(room) && copied > 0).then_some(replaced)
    }

    /// Calls back for each match with its pattern, start and end.
    fn each(&self, bytes: &[u8], steps: &mut Steps<'_>, matched: impl FnMut(usize, usize, usize)) {
        match self.known {
            0 => {}
            1 => self.each_of::<1>(bytes, steps, matched),
            2 => self.each_of::<2>(bytes, steps, matched),
            3 => self.each_of::<3>(bytes, steps, matched),
            _ => self.each_of::<HEAD>(bytes, steps, matched),
        }
    }

    /// The same, for heads of a constant length in bytes.
    fn each_of<const KNOWN: usize>(
        &self,
        bytes: &[u8],
        steps: &mut Steps<'_>,
        mut matched: impl FnMut(usize, usize, usize),
    ) {
        let mut free = 0;
        let candidates = Cell::new(0);
        let mut decide = |place: usize| {
            if place < free || !self.filter.may_begin(Start::at(bytes, place), KNOWN) {
                return;
            }
            candidates.set(candidates.get() + 1);
            if let Some(pattern) = self.longest_at(bytes, place) {
                free = place + pattern.bytes.len();
                matched(pattern.index, place, free);
            }
        };
        let mut starts = bytes.windows(WIDE).step_by(PLACES).zip((0..).step_by(PLACES));
        let mut ended = 0;
        for _ in 0..bytes.len().div_ceil(BLOCK) {
            for (window, place) in starts.by_ref().take(BLOCK / PLACES) {
                if self.may_begin_in::<KNOWN>(window) {
                    (place..place + PLACES).for_each(&mut decide);
                }
                ended = place + PLACES;
            }
            if steps.passed(BLOCK + candidates.take() * self.longest) {
                return;
            }
        }
        (ended..bytes.len()).for_each(decide);
    }

    /// Whether a pattern may begin at any of eight positions.
    #[inline]
    fn may_begin_in<const KNOWN: usize>(&self, window: &[u8]) -> bool {
        // One branch for all of them: one misprediction costs as much as testing a dozen.
        if KNOWN == HEAD {
            let window = window.first_chunk().unwrap_or(&[0; WINDOW]);
            let either = |place| u8::from(self.filter.may_begin_in_pair(window, place));
            return (0..PLACES).step_by(2).map(either).sum::<u8>() > 0;
        }
        let begin = |place| u8::from(self.filter.may_begin(Start::at(window, place), KNOWN));
        (0..PLACES).map(begin).sum::<u8>() > 0
    }

    /// The longest pattern that begins at a place.
    fn longest_at(&self, text: &[u8], place: usize) -> Option<&Pattern> {
        let bytes = text.get(place..)?;
        let start = Start::at(text, place);
        let group = self.sorted.get(self.filter.places(start, self.known))?;
        let order = start.order();
        // Every pattern sorted between a text and a pattern that is its prefix has that prefix too.
        let behind = group.partition_point(|pattern| {
            pattern.order < order || pattern.order == order && *pattern.bytes <= *bytes
        });
        let mut pattern = group.get(behind.checked_sub(1)?)?;
        let same = pattern.bytes.iter().zip(bytes).take_while(|(one, other)| one == other).count();
        while pattern.bytes.len() > same {
            pattern = self.sorted.get(pattern.shorter?)?;
        }
        Some(pattern)
    }
}
