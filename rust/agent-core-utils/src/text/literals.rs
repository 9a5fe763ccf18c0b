//! Literal patterns: a filter that passes few places over, and a trie that decides at those.

use super::encoding::{Places, encoded};
use super::{Chars, Found};

/// How many bits the filter has, as a power of two: few enough to stay close to the processor.
const FILTER_BITS: u32 = 16;

/// Literal patterns, ready to be searched for.
///
/// Matches do not overlap; the earliest counts, and of those that begin together the longest.
#[derive(Debug)]
pub struct Patterns {
    /// How many first bytes of each pattern the filter knows: as many as all have, but at most 4.
    known: usize,
    /// A bit for each hash of those bytes.
    filter: Vec<u64>,
    trie: Trie,
    count: usize,
}

impl Patterns {
    /// Makes patterns ready; of equal ones, the first counts. None of them may be empty.
    #[must_use]
    pub fn new(patterns: &[Chars<'_>]) -> Self {
        let mut texts: Vec<_> = patterns
            .iter()
            .map(|pattern| encoded(*pattern))
            .collect::<Vec<_>>()
            .into_iter()
            .enumerate()
            .map(|(index, bytes)| (bytes.into_owned(), index))
            .collect();
        texts.sort();
        texts.dedup_by(|later, first| later.0 == first.0);
        let known = texts.iter().map(|(text, _)| text.len()).min().unwrap_or(1).min(4);
        let mut filter = vec![0; 1 << (FILTER_BITS - 6)];
        for (text, _) in &texts {
            let hash = hash(first_bytes(text), known);
            filter[hash >> 6] |= 1 << (hash & 63);
        }
        Self { known, filter, trie: Trie::new(&texts), count: patterns.len() }
    }

    /// How many patterns there are.
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

    /// Replaces the matches in a text, each by that of its pattern; None where there are none.
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

    fn each(&self, bytes: &[u8], mut matched: impl FnMut(usize, usize, usize)) {
        let mut at = 0;
        while at + self.known <= bytes.len() {
            let rest = &bytes[at..];
            if self.passes(first_bytes(rest))
                && let Some((pattern, length)) = self.trie.longest(rest)
            {
                matched(pattern, at, at + length);
                at += length;
            } else {
                at += 1;
            }
        }
    }

    #[inline]
    fn passes(&self, first: u32) -> bool {
        let hash = hash(first, self.known);
        self.filter[hash >> 6] >> (hash & 63) & 1 == 1
    }
}

/// The first four bytes, in one number; zeros where there are fewer.
#[inline]
fn first_bytes(bytes: &[u8]) -> u32 {
    match bytes.first_chunk() {
        Some(&chunk) => u32::from_le_bytes(chunk),
        None => bytes.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte)),
    }
}

/// A hash of the first `known` of four bytes.
#[inline]
fn hash(first: u32, known: usize) -> usize {
    ((first << (32 - 8 * known)).wrapping_mul(0x9E37_79B1) >> (32 - FILTER_BITS)) as usize
}

/// Patterns byte by byte, those with the same beginning together.
#[derive(Debug)]
struct Trie {
    nodes: Vec<Node>,
    /// The bytes that lead to the nodes, in the order of the nodes.
    labels: Vec<u8>,
    roots: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// The first child; the others stand behind it.
    children: u32,
    count: u32,
    /// The pattern that ends here.
    pattern: Option<usize>,
}

impl Trie {
    /// Takes patterns in ascending order, each once.
    #[expect(clippy::cast_possible_truncation, reason = "nodes are fewer than the patterns' bytes")]
    fn new(texts: &[(Vec<u8>, usize)]) -> Self {
        let mut trie = Self { nodes: vec![], labels: vec![], roots: vec![0; 256] };
        // Each node with its patterns and its depth, level by level, so that children are neighbours.
        let mut levels = vec![(0, texts)];
        trie.nodes.push(Node { children: 0, count: 0, pattern: None });
        trie.labels.push(0);
        let mut place = 0;
        while place < levels.len() {
            let (depth, mut texts): (usize, &[(Vec<u8>, usize)]) = levels[place];
            if let Some(((text, index), rest)) = texts.split_first()
                && text.len() == depth
            {
                trie.nodes[place].pattern = Some(*index);
                texts = rest;
            }
            trie.nodes[place].children = trie.nodes.len() as u32;
            for group in texts.chunk_by(|one, other| one.0[depth] == other.0[depth]) {
                trie.nodes[place].count += 1;
                trie.nodes.push(Node { children: 0, count: 0, pattern: None });
                trie.labels.push(group[0].0[depth]);
                levels.push((depth + 1, group));
            }
            place += 1;
        }
        let root = trie.nodes[0];
        for child in root.children..root.children + root.count {
            trie.roots[usize::from(trie.labels[child as usize])] = child;
        }
        trie
    }

    /// The longest pattern that the bytes begin with, and its length.
    fn longest(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let root = self.roots[usize::from(*bytes.first()?)];
        if root == 0 {
            return None;
        }
        let mut found = None;
        let mut node = self.nodes[root as usize];
        for (depth, &byte) in bytes.iter().enumerate().skip(1) {
            if let Some(pattern) = node.pattern {
                found = Some((pattern, depth));
            }
            let children = node.children as usize..(node.children + node.count) as usize;
            let Some(place) = self.labels[children.clone()].iter().position(|&label| label == byte)
            else {
                return found;
            };
            node = self.nodes[children.start + place];
        }
        node.pattern.map(|pattern| (pattern, bytes.len())).or(found)
    }
}
