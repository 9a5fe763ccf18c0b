//! Levenshtein distance, by Hyyrö's variant of Myers's algorithm (2003).
//!
//! A column of the distance table is stored as the increments and decrements between rows, one bit
//! for each row, in as many words as needed.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use super::lanes::{Group, Kernel, Lanes, Word};
use super::places::Places;
use super::ratio;
use crate::text::watch::Steps;

/// The number of insertions, deletions and substitutions that turn one string into the other.
#[must_use]
pub fn distance(left: &[u32], right: &[u32], steps: &mut Steps<'_>) -> usize {
    Distance::new(left, steps).to(right, steps)
}

/// Prepared for one string.
#[derive(Debug)]
pub(super) struct Distance {
    length: usize,
    places: Places,
}

impl Distance {
    pub(super) fn new(text: &[u32], steps: &mut Steps<'_>) -> Self {
        Self { length: text.len(), places: Places::new(text, steps) }
    }

    pub(super) fn to(&self, other: &[u32], steps: &mut Steps<'_>) -> usize {
        let mut column = steps.filled((u64::MAX, 0), self.places.words());
        for &code in other {
            if steps.passed(column.len()) {
                return 0;
            }
            // The first row increases by one in each column.
            let (mut up_in, mut down_in) = (1, 0);
            for (&places, (up, down)) in self.places.of(code).iter().zip(&mut column) {
                let same = places | down_in;
                let level = ((same & *up).wrapping_add(*up) ^ *up) | same | *down;
                let ahead = *down | !(level | *up);
                let behind = level & *up;
                let (up_out, down_out) = (ahead >> 63, behind >> 63);
                let ahead = ahead << 1 | up_in;
                let behind = behind << 1 | down_in;
                *down = ahead & level;
                *up = behind | !(ahead | level);
                (up_in, down_in) = (up_out, down_out);
            }
        }
        let mut distance = other.len();
        for (index, (up, down)) in column.iter().enumerate() {
            let rows = (self.length - index * 64).min(64);
            let full = u64::MAX >> (64 - rows);
            distance += (up & full).count_ones() as usize;
            distance -= (down & full).count_ones() as usize;
        }
        distance
    }
}

/// Strings prepared for comparison.
#[derive(Debug)]
pub(super) struct Levenshtein(Lanes<Distance>);

impl Levenshtein {
    pub(super) fn new(texts: &[Vec<u32>], steps: &mut Steps<'_>) -> Self {
        Self(Lanes::new(texts, steps, Distance::new))
    }

    #[inline(always)]
    pub(super) fn compare(&self, query: &[u32], row: &mut [f64], steps: &mut Steps<'_>) {
        self.0.compare::<Self>(query, row, steps, |distance, steps| {
            similarity(distance.to(query, steps), query.len(), distance.length)
        });
    }
}

impl Kernel for Levenshtein {
    #[inline(always)]
    fn compare<W: Word, const L: usize>(
        groups: &[Group<W, L>],
        query: &[u32],
        row: &mut [f64],
        steps: &mut Steps<'_>,
    ) {
        for group in groups {
            if steps.passed(L * query.len()) {
                return;
            }
            let (mut up, mut down) = ([!W::ZERO; L], [W::ZERO; L]);
            for &code in query {
                let places = group.places(code);
                for lane in 0..L {
                    let same = places[lane] | down[lane];
                    let level = ((same & up[lane]).plus(up[lane]) ^ up[lane]) | same;
                    let ahead = (down[lane] | !(level | up[lane])) << 1 | W::ONE;
                    let behind = (level & up[lane]) << 1;
                    down[lane] = ahead & level;
                    up[lane] = behind | !(ahead | level);
                }
            }
            for (lane, &(index, length)) in group.members.iter().enumerate() {
                let steps_up = (up[lane] & group.full[lane]).ones();
                let steps_down = (down[lane] & group.full[lane]).ones();
                row[index] = similarity(query.len() + steps_up - steps_down, query.len(), length);
            }
        }
    }
}

/// The similarity of two strings with this distance; 1.0 if both are empty.
fn similarity(distance: usize, left: usize, right: usize) -> f64 {
    let longer = left.max(right);
    if longer == 0 { 1.0 } else { ratio(longer - distance, longer) }
}
