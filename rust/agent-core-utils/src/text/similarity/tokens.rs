//! The similarity of sets of words.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use std::cmp::Ordering;

use super::places::Places;
use super::ratio;
use crate::text::tables::Tables;

/// The similarity of the sets of words of two strings.
#[must_use]
pub fn token_set(tables: &Tables, left: &[u32], right: &[u32]) -> f64 {
    let ours = Joined::new(tables, left);
    compare(&ours, &Places::new(&ours.codes), &Joined::new(tables, right))
}

/// The words of each choice.
pub(super) struct Tokens<'tables> {
    tables: &'tables Tables,
    choices: Vec<Joined>,
}

impl<'tables> Tokens<'tables> {
    pub(super) fn new(tables: &'tables Tables, choices: &[Vec<u32>]) -> Self {
        Self { tables, choices: choices.iter().map(|choice| Joined::new(tables, choice)).collect() }
    }

    #[inline(always)]
    pub(super) fn compare(&self, query: &[u32], similarities: &mut [f64]) {
        let ours = Joined::new(self.tables, query);
        let places = Places::new(&ours.codes);
        for (theirs, similarity) in self.choices.iter().zip(similarities) {
            *similarity = compare(&ours, &places, theirs);
        }
    }
}

/// The words of a text, each once, in the order of their code points, with a space between them.
#[derive(Default)]
struct Joined {
    codes: Vec<u32>,
    /// Where each word begins and has ended.
    words: Vec<(usize, usize)>,
}

impl Joined {
    fn new(tables: &Tables, text: &[u32]) -> Self {
        let mut words: Vec<_> = text
            .split(|&code| tables.info(code).is_space())
            .filter(|token| !token.is_empty())
            .collect();
        words.sort_unstable();
        words.dedup();
        let mut joined = Self::default();
        for word in words {
            joined.push(word);
        }
        joined
    }

    fn push(&mut self, word: &[u32]) {
        if !self.codes.is_empty() {
            self.codes.push(u32::from(b' '));
        }
        let start = self.codes.len();
        self.codes.extend_from_slice(word);
        self.words.push((start, self.codes.len()));
    }

    fn word(&self, index: usize) -> Option<&[u32]> {
        self.words.get(index).map(|&(start, stop)| &self.codes[start..stop])
    }
}

/// Compares two sets of words; `places` are those of the left one's characters.
fn compare(left: &Joined, places: &Places, right: &Joined) -> f64 {
    let (mut left_only, mut right_only) = (Joined::default(), Joined::default());
    // The length of the common words, with a space behind each.
    let mut both = 0;
    each(left, right, |one, other| {
        if let (Some(word), Some(_)) = (one, other) {
            both += word.len() + 1;
        }
    });
    if both == 0 {
        let total = left.codes.len() + right.codes.len();
        let common = common(places, left.codes.len(), &right.codes);
        return if total == 0 { 1.0 } else { ratio(2 * common, total) };
    }
    each(left, right, |one, other| match (one, other) {
        (Some(word), None) => left_only.push(word),
        (None, Some(word)) => right_only.push(word),
        _ => {}
    });
    let (left, right) = (left_only.codes.len(), right_only.codes.len());
    if left == 0 || right == 0 {
        return 1.0;
    }
    let common = both + common(&Places::new(&left_only.codes), left, &right_only.codes);
    let alone = |rest: usize| ratio(2 * (both - 1), both - 1 + both + rest);
    ratio(2 * common, both + left + both + right).max(alone(left)).max(alone(right))
}

/// Goes through the words of both in order: with a word of one side, of the other, or of both.
fn each<'joined>(
    left: &'joined Joined,
    right: &'joined Joined,
    mut see: impl FnMut(Option<&'joined [u32]>, Option<&'joined [u32]>),
) {
    let (mut ours, mut theirs) = (0, 0);
    loop {
        let (one, other) = (left.word(ours), right.word(theirs));
        let order = match (one, other) {
            (Some(one), Some(other)) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return,
        };
        see(one.filter(|_| order.is_le()), other.filter(|_| order.is_ge()));
        ours += usize::from(order.is_le());
        theirs += usize::from(order.is_ge());
    }
}

/// The length of the longest common subsequence, by Hyyrö's algorithm (2004), with a string of
/// which the places of characters and the length are known.
fn common(places: &Places, length: usize, other: &[u32]) -> usize {
    let mut first = [u64::MAX];
    let mut more = vec![];
    let open: &mut [u64] = if length <= 64 {
        &mut first[..length.div_ceil(64)]
    } else {
        more.resize(length.div_ceil(64), u64::MAX);
        &mut more
    };
    for &code in other {
        let mut carry = false;
        for (places, open) in places.of(code).iter().zip(&mut *open) {
            let used = *open & places;
            let (sum, over) = open.overflowing_add(used);
            let (sum, again) = sum.overflowing_add(u64::from(carry));
            carry = over || again;
            *open = sum | (*open - used);
        }
    }
    // What stands above the string is never used and stays open.
    open.iter().map(|open| open.count_zeros() as usize).sum()
}
