//! Short texts of ASCII are searched in groups, in steps that each go through the whole group.
//!
//! A wrong guess of the processor costs as much as testing a dozen positions. So no step has a
//! branch that depends on a text: a position is written down whether it counts or not, and the next
//! one is written over it if it does not.

use super::filter::{Filter, PLACES, Start, WINDOW};
use super::{HEAD, Patterns};
use crate::text::watch::Steps;
use crate::text::{Chars, Found};

/// The most texts of a group.
const TEXTS: usize = 64;

/// The most pairs of positions that are written down in a group.
const PAIRS: usize = 1 << 10;

/// The lower bits of a position in a group are its place in a text, the upper ones are the text.
const PLACE_BITS: u32 = 16;

impl Patterns {
    /// Finds the matches in each text.
    pub fn find_all(&self, texts: &[Chars<'_>], found: &mut Found, steps: &mut Steps<'_>) {
        let (mut pairs, mut starts) = ([0; PAIRS], [0; 2 * PAIRS]);
        let mut rest = texts;
        while let Some((first, others)) = rest.split_first() {
            let (count, characters) = self.group(rest);
            if count == 0 {
                self.find(*first, found, steps);
                rest = others;
            } else {
                let (texts, others) = rest.split_at(count);
                let near = note_pairs(&self.filter, texts, &mut pairs);
                let likely = note_starts(&self.filter, texts, near, &mut starts);
                self.compare(texts, likely, found, steps);
                rest = others;
            }
            if steps.passed(characters + 1) {
                return;
            }
        }
    }

    /// How many of the next texts are a group, and the number of their characters.
    fn group(&self, texts: &[Chars<'_>]) -> (usize, usize) {
        let (mut count, mut characters) = (0, 0);
        for text in texts.iter().take(TEXTS) {
            let together = characters + text.len();
            let pairs = together / 2 + (count + 1) * WINDOW;
            if self.known < HEAD || pairs > PAIRS || !matches!(text, Chars::Ascii(_)) {
                break;
            }
            (count, characters) = (count + 1, together);
        }
        (count, characters)
    }

    /// Adds the matches that begin at positions of a group.
    ///
    /// The positions of each text are in ascending order, but that some are repeated behind others.
    #[expect(clippy::cast_possible_truncation, reason = "texts of a group are short")]
    fn compare(
        &self,
        texts: &[Chars<'_>],
        starts: &[u32],
        found: &mut Found,
        steps: &mut Steps<'_>,
    ) {
        let mut matches = [0; TEXTS];
        // Behind the last match. Where no pattern begins, none does when the position is repeated.
        let mut free = 0;
        for &start in starts {
            if steps.passed(self.longest) {
                return;
            }
            let (text, place) = parts(start);
            if start >= free
                && let Some(pattern) = self.longest_at(ascii(texts.get(text)), place)
            {
                free = start + pattern.bytes.len() as u32;
                found.push_of(pattern.index, place, place + pattern.bytes.len());
                matches[text % TEXTS] += 1;
            }
        }
        found.end_items(&matches[..texts.len().min(TEXTS)], steps);
    }
}

/// Writes down the pairs of positions of which a pattern may begin at one; returns their firsts.
#[expect(clippy::cast_possible_truncation, reason = "texts of a group are short")]
fn note_pairs<'pairs>(
    filter: &Filter,
    texts: &[Chars<'_>],
    pairs: &'pairs mut [u32; PAIRS],
) -> &'pairs [u32] {
    let mut count = 0;
    for (text, begin) in texts.iter().zip((0..).step_by(1 << PLACE_BITS)) {
        let bytes = ascii(Some(text));
        let mut note = |window: &[u8; WINDOW], first: u32| {
            for place in (0..PLACES).step_by(2) {
                pairs[count % PAIRS] = first + place as u32;
                count += usize::from(filter.may_begin_in_pair(window, place));
            }
        };
        if let Some(last) = bytes.last_chunk::<WINDOW>() {
            let mut first = begin;
            for window in bytes.windows(WINDOW).step_by(PLACES) {
                if let Some(window) = window.first_chunk() {
                    note(window, first);
                }
                first += PLACES as u32;
            }
            // Some positions are repeated.
            note(last, begin + (bytes.len() - WINDOW) as u32);
        } else {
            for place in (0..bytes.len()).step_by(2) {
                pairs[count % PAIRS] = begin + place as u32;
                count += 1;
            }
        }
    }
    &pairs[..count.min(PAIRS)]
}

/// Writes down the positions at which the first eight bytes may be those of a pattern.
fn note_starts<'starts>(
    filter: &Filter,
    texts: &[Chars<'_>],
    pairs: &[u32],
    starts: &'starts mut [u32; 2 * PAIRS],
) -> &'starts [u32] {
    let mut count = 0;
    for &first in pairs {
        let (text, place) = parts(first);
        let bytes = ascii(texts.get(text));
        for later in [0, 1] {
            starts[count % (2 * PAIRS)] = first + later;
            let start = Start::at(bytes, place + later as usize);
            count += usize::from(filter.may_begin(start, HEAD));
        }
    }
    &starts[..count.min(2 * PAIRS)]
}

/// The text of a position in a group, and its place there.
#[inline]
fn parts(position: u32) -> (usize, usize) {
    let place = position & ((1 << PLACE_BITS) - 1);
    ((position >> PLACE_BITS) as usize, place as usize)
}

/// The bytes of a text of ASCII.
#[inline]
fn ascii<'text>(text: Option<&Chars<'text>>) -> &'text [u8] {
    match text {
        Some(Chars::Ascii(bytes)) => bytes,
        Some(Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_)) | None => &[],
    }
}
