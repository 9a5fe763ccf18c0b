//! Token-set similarity.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use std::cmp::Ordering;

use super::places::{Places, within};
use super::ratio;
use crate::text::tables::Tables;
use crate::text::watch::Steps;

/// The token-set similarity of two strings.
#[must_use]
pub fn token_set(tables: &Tables, left: &[u32], right: &[u32], steps: &mut Steps<'_>) -> f64 {
    let ours = Joined::new(tables, left, steps);
    let places = Places::new(&ours.codes, steps);
    let theirs = Joined::new(tables, right, steps);
    Room::default().compare(&ours, &places, &theirs, steps)
}

/// The words of each choice.
pub(super) struct Tokens<'tables> {
    tables: &'tables Tables,
    choices: Vec<Joined>,
}

impl<'tables> Tokens<'tables> {
    pub(super) fn new(
        tables: &'tables Tables,
        choices: &[Vec<u32>],
        steps: &mut Steps<'_>,
    ) -> Self {
        let choices = steps.each(choices, |choice, steps| Joined::new(tables, choice, steps));
        Self { tables, choices }
    }

    #[inline(always)]
    pub(super) fn compare(&self, query: &[u32], row: &mut [f64], steps: &mut Steps<'_>) {
        let ours = Joined::new(self.tables, query, steps);
        let places = Places::new(&ours.codes, steps);
        let mut room = Room::default();
        for (theirs, similarity) in self.choices.iter().zip(row) {
            *similarity = room.compare(&ours, &places, theirs, steps);
        }
    }
}

/// The distinct words of a text in the order of their code points, joined with a space.
#[derive(Default)]
struct Joined {
    codes: Vec<u32>,
    /// The start and end of each word.
    words: Vec<(usize, usize)>,
}

impl Joined {
    fn new(tables: &Tables, text: &[u32], steps: &mut Steps<'_>) -> Self {
        let is_space = |&code: &u32| tables.info(code).is_space();
        let tokens = || text.split(is_space).filter(|token| !token.is_empty());
        let Some(mut words) = steps.room(tokens().count()) else {
            return Self::default();
        };
        words.extend(tokens());
        words.sort_unstable();
        words.dedup();
        let (codes, places) = (steps.room(text.len()), steps.room(words.len()));
        let (Some(codes), Some(places)) = (codes, places) else {
            return Self::default();
        };
        let mut joined = Self { codes, words: places };
        for word in words {
            if steps.passed(word.len() + 1) {
                break;
            }
            if !joined.codes.is_empty() {
                joined.codes.push(SPACE);
            }
            let start = joined.codes.len();
            joined.codes.extend_from_slice(word);
            joined.words.push((start, joined.codes.len()));
        }
        joined
    }
}

const SPACE: u32 = b' ' as u32;

/// Buffers of a comparison, reused for the next one.
#[derive(Default)]
struct Room {
    /// The positions of the left string in words that the right one lacks, with spaces between.
    left: Vec<u64>,
    /// The words of the right string that the left one lacks, joined.
    right: Vec<u32>,
    open: Vec<u64>,
}

impl Room {
    /// Compares two sets of words; `places` holds the positions of the left one's characters.
    fn compare(
        &mut self,
        left: &Joined,
        places: &Places,
        right: &Joined,
        steps: &mut Steps<'_>,
    ) -> f64 {
        self.left.clear();
        self.right.clear();
        self.open.clear();
        let room = (self.left.try_reserve(places.words()))
            .and_then(|()| self.right.try_reserve(right.codes.len()))
            .and_then(|()| self.open.try_reserve(places.words()));
        if !steps.has(room) {
            return 0.0;
        }
        self.left.resize(places.words(), 0);
        // The length of the common words, a space after each, and of the left one's other words.
        let (mut both, mut alone) = (0, 0);
        let (mut ours, mut theirs) = (left.words.iter().peekable(), right.words.iter().peekable());
        loop {
            let order = match (ours.peek(), theirs.peek()) {
                (Some(&&(start, stop)), Some(&&(first, last))) => {
                    left.codes[start..stop].cmp(&right.codes[first..last])
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            let one = ours.next_if(|_| order.is_le());
            let other = theirs.next_if(|_| order.is_ge());
            match (one, other) {
                (Some((start, stop)), Some(_)) => both += stop - start + 1,
                (Some(&(start, stop)), None) => {
                    if steps.passed(self.left.len()) {
                        return 0.0;
                    }
                    let start = start - usize::from(alone > 0); // the space before it
                    for (word, left) in self.left.iter_mut().enumerate() {
                        *left |= within(start, stop - 1, word);
                    }
                    alone += stop - start;
                }
                (None, Some(&(start, stop))) => {
                    if !self.right.is_empty() {
                        self.right.push(SPACE);
                    }
                    self.right.extend_from_slice(&right.codes[start..stop]);
                }
                (None, None) => {}
            }
        }
        let (left, right) = (alone, self.right.len());
        if both == 0 {
            let total = left + right;
            return if total == 0 { 1.0 } else { ratio(2 * self.common(places, steps), total) };
        }
        if left == 0 || right == 0 {
            return 1.0;
        }
        let common = both + self.common(places, steps);
        let alone = |rest: usize| ratio(2 * (both - 1), both - 1 + both + rest);
        ratio(2 * common, both + left + both + right).max(alone(left)).max(alone(right))
    }

    /// The length of the longest common subsequence of the words in one side only, by Hyyrö's
    /// algorithm (2004). Common words stay in the left string as characters that never match.
    fn common(&mut self, places: &Places, steps: &mut Steps<'_>) -> usize {
        self.open.resize(places.words(), u64::MAX);
        for &code in &self.right {
            if steps.passed(self.open.len()) {
                return 0;
            }
            let mut carry = false;
            for ((places, left), open) in places.of(code).iter().zip(&self.left).zip(&mut self.open)
            {
                let used = *open & places & left;
                let (sum, over) = open.overflowing_add(used);
                let (sum, again) = sum.overflowing_add(u64::from(carry));
                carry = over || again;
                *open = sum | (*open - used);
            }
        }
        // Bits above the string are never used and stay set.
        self.open.iter().map(|open| open.count_zeros() as usize).sum()
    }
}
