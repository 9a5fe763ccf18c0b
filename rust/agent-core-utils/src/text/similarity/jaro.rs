//! Jaro's and Winkler's similarity.

#![expect(clippy::inline_always, reason = "it is compiled for what its caller is compiled for")]

use super::lanes::{Group, Kernel, Lanes, Word};
use super::ratio;

/// The longest left string whose places, and how far it reaches, can be counted in a lane.
const LONGEST: usize = 128;

/// Strings made ready to be compared with others.
#[derive(Debug)]
pub(super) struct JaroWinkler {
    texts: Vec<Vec<u32>>,
    lanes: Lanes<Vec<u32>>,
}

/// The similarity of Jaro and Winkler.
#[must_use]
pub fn jaro_winkler(left: &[u32], right: &[u32]) -> f64 {
    let mut row = [0.0];
    JaroWinkler::new(&[right.to_vec()]).compare(left, &mut row);
    row[0]
}

impl JaroWinkler {
    pub(super) fn new(rights: &[Vec<u32>]) -> Self {
        Self { texts: rights.to_vec(), lanes: Lanes::new(rights, <[u32]>::to_vec) }
    }

    #[inline(always)]
    pub(super) fn compare(&self, left: &[u32], row: &mut [f64]) {
        if left.len() <= LONGEST {
            return self.lanes.compare::<Self>(left, row, |right| far(left, right));
        }
        for (right, similarity) in self.texts.iter().zip(row) {
            *similarity = far(left, right);
        }
    }
}

/// How far from each other characters may stand to match.
fn reach(left: usize, right: usize) -> usize {
    (left.max(right) / 2).max(1) - 1
}

/// The similarity of strings of these lengths and with so many matches, of which `moved` differ.
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

impl Kernel for JaroWinkler {
    #[inline(always)]
    fn compare<W: Word, const L: usize>(group: &Group<W, L>, query: &[u32], row: &mut [f64]) {
        let (mut reaches, mut windows) = ([W::ZERO; L], [W::ZERO; L]);
        for (lane, &(_, length)) in group.members.iter().enumerate() {
            let reach = reach(query.len(), length);
            reaches[lane] = W::of(reach);
            windows[lane] = W::below(reach + 1);
        }
        let mut free = [!W::ZERO; L];
        // Of each character of the query, in which lanes it matches.
        let mut all_hits = Vec::with_capacity(query.len());
        for (index, &code) in query.iter().enumerate() {
            let places = group.places(code);
            let index = W::of(index);
            let mut hits = [W::ZERO; L];
            for lane in 0..L {
                let near = places[lane] & free[lane] & windows[lane];
                free[lane] = free[lane] ^ near.lowest();
                hits[lane] = near.some();
                windows[lane] = windows[lane] << 1 | index.minus(reaches[lane]).top();
            }
            all_hits.push(hits);
        }
        let mut taken = [W::ZERO; L];
        for lane in 0..L {
            taken[lane] = !free[lane];
        }
        let matches = taken;
        let mut moved = [W::ZERO; L];
        for (&code, hits) in query.iter().zip(&all_hits) {
            let places = group.places(code);
            for lane in 0..L {
                let hit = hits[lane];
                let first = taken[lane].lowest() & W::ZERO.minus(hit);
                taken[lane] = taken[lane] ^ first;
                moved[lane] = moved[lane].plus(hit ^ (first & places[lane]).some());
            }
        }
        for (lane, &(index, length)) in group.members.iter().enumerate() {
            let prefix = || {
                let equal = |(place, &code): (u32, &u32)| {
                    group.places(code)[lane] & W::ONE << place != W::ZERO
                };
                (0..4).zip(query).take_while(|pair| equal(*pair)).count()
            };
            let (matches, moved) = (matches[lane].ones(), moved[lane].number());
            row[index] = similarity(query.len(), length, matches, moved, prefix);
        }
    }
}

/// The same for strings that are too long for a lane, one character after the other.
fn far(left: &[u32], right: &[u32]) -> f64 {
    let reach = reach(left.len(), right.len());
    let mut taken = vec![false; right.len()];
    let mut found = vec![];
    for (index, code) in left.iter().enumerate() {
        let last = (index + reach + 1).min(right.len());
        let mut window = index.saturating_sub(reach).min(last)..last;
        if let Some(place) = window.find(|&place| !taken[place] && right[place] == *code) {
            taken[place] = true;
            found.push(code);
        }
    }
    let matched = right.iter().zip(taken).filter_map(|(code, taken)| taken.then_some(code));
    let moved = matched.zip(&found).filter(|(code, found)| code != *found).count();
    let prefix = || left.iter().zip(right).take(4).take_while(|(one, other)| one == other).count();
    similarity(left.len(), right.len(), found.len(), moved, prefix)
}
