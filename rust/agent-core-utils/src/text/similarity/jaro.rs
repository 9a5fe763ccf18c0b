//! Jaro-Winkler similarity.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use super::lanes::{Group, Kernel, Lanes, Word};
use super::places::{Places, within};
use super::ratio;
use crate::text::watch::Steps;

/// The longest left string whose positions and window fit in a lane.
const LONGEST: usize = 128;

/// Strings prepared for comparison.
#[derive(Debug)]
pub(super) struct JaroWinkler {
    texts: Vec<Vec<u32>>,
    lanes: Lanes<Long>,
}

/// The Jaro-Winkler similarity.
#[must_use]
pub fn jaro_winkler(left: &[u32], right: &[u32], steps: &mut Steps<'_>) -> f64 {
    Long::new(right, steps).compare(left, steps)
}

impl JaroWinkler {
    pub(super) fn new(rights: &[Vec<u32>], steps: &mut Steps<'_>) -> Self {
        let texts = steps.each(rights, |text, steps| steps.copied(text));
        Self { texts, lanes: Lanes::new(rights, steps, Long::new) }
    }

    #[inline(always)]
    pub(super) fn compare(&self, left: &[u32], row: &mut [f64], steps: &mut Steps<'_>) {
        if left.len() <= LONGEST {
            let compare = |right: &Long, steps: &mut Steps<'_>| right.compare(left, steps);
            return self.lanes.compare::<Self>(left, row, steps, compare);
        }
        for (right, similarity) in self.texts.iter().zip(row) {
            *similarity = jaro_winkler(left, right, steps);
        }
    }
}

/// The largest distance between matching characters.
fn reach(left: usize, right: usize) -> usize {
    (left.max(right) / 2).max(1) - 1
}

/// The similarity of strings with these lengths and matches, of which `moved` are out of order.
fn similarity(
    left: usize,
    right: usize,
    matches: usize,
    moved: usize,
    prefix: impl Fn() -> usize,
) -> f64 {
    if matches == 0 {
        return if left == 0 && right == 0 { 1.0 } else { 0.0 };
    }
    let in_order = ratio(matches - moved / 2, matches);
    let jaro = (ratio(matches, left) + ratio(matches, right) + in_order) / 3.0;
    if jaro > 0.7 { jaro + ratio(prefix(), 1) * 0.1 * (1.0 - jaro) } else { jaro }
}

/// The window of each lane in which the query's current character may match.
struct Windows<W, const L: usize> {
    places: [W; L],
    reaches: [W; L],
    /// The lanes whose window still begins at the first position, so that it grows.
    growing: [W; L],
    index: W,
    /// The next position at which a window stops growing.
    change: W,
}

impl<W: Word, const L: usize> Windows<W, L> {
    #[inline(always)]
    fn new(group: &Group<W, L>, query: &[u32]) -> Self {
        let (mut places, mut reaches) = ([W::ZERO; L], [W::ZERO; L]);
        for (lane, &(_, length)) in group.members.iter().enumerate() {
            let reach = reach(query.len(), length);
            places[lane] = W::below(reach + 1);
            reaches[lane] = W::of(reach);
        }
        Self { places, reaches, growing: [W::ZERO; L], index: W::ZERO, change: W::ZERO }
    }

    /// Advances to the next character.
    #[inline(always)]
    fn step(&mut self) {
        // Rare: the strings of a group have windows of nearly the same size.
        if self.index == self.change {
            self.change = W::of(LONGEST);
            for lane in 0..L {
                let grows = self.reaches[lane] > self.index;
                self.growing[lane] = W::from(grows);
                let change = if grows { self.reaches[lane] } else { W::of(LONGEST) };
                self.change = self.change.min(change);
            }
        }
        for lane in 0..L {
            self.places[lane] = self.places[lane] << 1 | self.growing[lane];
        }
        self.index = self.index.plus(W::ONE);
    }
}

impl Kernel for JaroWinkler {
    #[inline(always)]
    fn compare<W: Word, const L: usize>(
        groups: &[Group<W, L>],
        query: &[u32],
        row: &mut [f64],
        steps: &mut Steps<'_>,
    ) {
        // For each character of the query, the lanes in which it matches.
        let mut all_hits = steps.filled([W::ZERO; L], query.len());
        for group in groups {
            if steps.passed(2 * L * query.len()) {
                return;
            }
            let mut windows = Windows::new(group, query);
            let mut taken = [W::ZERO; L];
            for (&code, hits) in query.iter().zip(&mut all_hits) {
                // Copied whole, like the hits: the compiler then sees that lanes do not alias.
                let (places, mut found) = (*group.places(code), [W::ZERO; L]);
                for lane in 0..L {
                    let near = places[lane] & windows.places[lane] & !taken[lane];
                    taken[lane] = taken[lane] | near.lowest();
                    found[lane] = W::from(near != W::ZERO);
                }
                *hits = found;
                windows.step();
            }
            let matches = taken;
            let mut stayed = [W::ZERO; L];
            for (&code, &hits) in query.iter().zip(&all_hits) {
                let places = *group.places(code);
                for lane in 0..L {
                    // Clears the lowest position if there is a hit.
                    let rest = taken[lane] & taken[lane].minus(hits[lane]);
                    let first = taken[lane] ^ rest;
                    taken[lane] = rest;
                    stayed[lane] = stayed[lane].plus(W::from(first & places[lane] != W::ZERO));
                }
            }
            for (lane, &(index, length)) in group.members.iter().enumerate() {
                let prefix = || {
                    let equal = |(place, &code): (u32, &u32)| {
                        group.places(code)[lane] & W::ONE << place != W::ZERO
                    };
                    (0..4).zip(query).take_while(|pair| equal(*pair)).count()
                };
                let matches = matches[lane].ones();
                let moved = matches - stayed[lane].number();
                row[index] = similarity(query.len(), length, matches, moved, prefix);
            }
        }
    }
}

/// A string of any length, prepared for comparison with others one by one.
#[derive(Debug)]
struct Long {
    text: Vec<u32>,
    places: Places,
}

impl Long {
    fn new(text: &[u32], steps: &mut Steps<'_>) -> Self {
        Self { text: steps.copied(text), places: Places::new(text, steps) }
    }

    fn compare(&self, left: &[u32], steps: &mut Steps<'_>) -> f64 {
        let reach = reach(left.len(), self.text.len());
        let mut free = steps.filled(u64::MAX, self.places.words());
        let Some(mut found) = steps.room(left.len()) else {
            return 0.0;
        };
        if free.len() < self.text.len().div_ceil(64) {
            return 0.0; // it was not prepared to the end
        }
        for (index, &code) in left.iter().enumerate() {
            if steps.passed(free.len().min(reach / 32 + 1)) {
                return 0.0;
            }
            // No character is beyond the string's positions in the last word.
            let (first, last) = (index.saturating_sub(reach), index + reach);
            let words = self.places.of(code).iter().zip(&mut free).enumerate();
            for (word, (places, free)) in words.take(last / 64 + 1).skip(first / 64) {
                let near = places & *free & within(first, last, word);
                if near != 0 {
                    *free ^= near.lowest();
                    found.push(code);
                    break;
                }
            }
        }
        let taken = |place: &usize| free[place / 64] >> (place % 64) & 1 == 0;
        let matched = (0..self.text.len()).filter(taken).map(|place| self.text[place]);
        let moved = matched.zip(&found).filter(|(code, found)| code != *found).count();
        let prefix = || left.iter().zip(&self.text).take(4).take_while(|(l, r)| l == r).count();
        similarity(left.len(), self.text.len(), found.len(), moved, prefix)
    }
}
