//! Literal patterns: a filter that passes few places over, and a trie that decides at those.

use hashbrown::HashTable;

use super::encoding::{Places, encoded};
use super::{Chars, Found};

/// How many bits the filter has, as a power of two: few enough to stay close to the processor.
const FILTER_BITS: u32 = 16;
/// How many places are looked at together: as many as have four bytes each in one word.
const TOGETHER: usize = 5;

const FILTER_WORDS: usize = 1 << (FILTER_BITS - 6);

/// Literal patterns, ready to be searched for.
///
/// Matches do not overlap; the earliest counts, and of those that begin together the longest.
#[derive(Debug)]
pub struct Patterns {
    /// How many first bytes of each pattern the filter knows: as many as all have, but at most 4.
    known: usize,
    /// A bit for each hash of those bytes.
    filter: Box<[u64; FILTER_WORDS]>,
    /// Those bytes, in one number, and the node of the trie that they lead to.
    heads: HashTable<(u32, u32)>,
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
        let mut filter = Box::new([0; FILTER_WORDS]);
        let mut heads = HashTable::new();
        let trie = Trie::new(&texts, |text, depth, node| {
            if depth == known
                && let Some(head) = head_of(text, known)
            {
                let hash = hash(head);
                filter[hash >> 6] |= 1 << (hash & 63);
                heads.insert_unique(spread(head), (head, node), |&(head, _)| spread(head));
            }
        });
        Self { known, filter, heads, trie, count: patterns.len() }
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

    fn each(&self, bytes: &[u8], matched: impl FnMut(usize, usize, usize)) {
        match self.known {
            1 => self.each_of::<1>(bytes, matched),
            2 => self.each_of::<2>(bytes, matched),
            3 => self.each_of::<3>(bytes, matched),
            _ => self.each_of::<4>(bytes, matched),
        }
    }

    /// Tells of each match, where the filter knows so many bytes.
    fn each_of<const KNOWN: usize>(
        &self,
        bytes: &[u8],
        mut matched: impl FnMut(usize, usize, usize),
    ) {
        let mut at = 0;
        while at + KNOWN <= bytes.len() {
            let rest = &bytes[at..];
            let Some(passed) = self.first_passed::<KNOWN>(rest) else {
                at += TOGETHER;
                continue;
            };
            at += passed;
            let rest = &rest[passed..];
            if let Some((pattern, length)) = self.longest(rest) {
                matched(pattern, at, at + length);
                at += length;
            } else {
                at += 1;
            }
        }
    }

    /// The first of the next few places that the filter passes; the very first near the end.
    #[inline]
    fn first_passed<const KNOWN: usize>(&self, bytes: &[u8]) -> Option<usize> {
        let Some(&chunk) = bytes.first_chunk() else {
            return Some(0);
        };
        let word = u64::from_le_bytes(chunk);
        (0..TOGETHER).find(|place| {
            let hash = hash(head(word >> (8 * place), KNOWN));
            self.filter[hash >> 6] & 1 << (hash & 63) != 0
        })
    }

    /// The longest pattern that the bytes begin with, and its length.
    fn longest(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let head = head_of(bytes, self.known)?;
        let (_, node) = self.heads.find(spread(head), |&(known, _)| known == head)?;
        self.trie.longest(*node, self.known, bytes)
    }
}

/// The first `known` bytes, up to four, in one number; None where there are fewer.
fn head_of(bytes: &[u8], known: usize) -> Option<u32> {
    let bytes = bytes.get(..known)?;
    Some(head(bytes.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)), known))
}

/// The lowest `known` bytes, up to four.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "the others are of no interest")]
fn head(word: u64, known: usize) -> u32 {
    (word as u32) << (32 - 8 * known)
}

/// A place in the filter.
#[inline]
fn hash(head: u32) -> usize {
    (head.wrapping_mul(0x9E37_79B1) >> (32 - FILTER_BITS)) as usize
}

/// A hash whose bits are all well mixed.
fn spread(head: u32) -> u64 {
    let product = u64::from(head).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    product ^ product >> 32
}

/// Patterns byte by byte, those with the same beginning together.
#[derive(Debug)]
struct Trie {
    nodes: Vec<Node>,
    /// The bytes that lead to the nodes, in the order of the nodes.
    labels: Vec<u8>,
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
    /// Takes patterns in ascending order, each once; `made` is told of each node, of a text that
    /// leads there, and how deep it is.
    #[expect(clippy::cast_possible_truncation, reason = "nodes are fewer than the patterns' bytes")]
    fn new(texts: &[(Vec<u8>, usize)], mut made: impl FnMut(&[u8], usize, u32)) -> Self {
        let mut trie = Self { nodes: vec![], labels: vec![] };
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
                made(&group[0].0, depth + 1, trie.nodes.len() as u32);
                trie.nodes.push(Node { children: 0, count: 0, pattern: None });
                trie.labels.push(group[0].0[depth]);
                levels.push((depth + 1, group));
            }
            place += 1;
        }
        trie
    }

    /// The longest pattern that the bytes begin with, and its length, given the node that the first
    /// `depth` of them lead to.
    fn longest(&self, node: u32, depth: usize, bytes: &[u8]) -> Option<(usize, usize)> {
        let mut found = None;
        let mut node = self.nodes[node as usize];
        for (depth, &byte) in bytes.iter().enumerate().skip(depth) {
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
