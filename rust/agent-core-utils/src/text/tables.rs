//! Character properties in the Unicode version of a Python.

use std::collections::BTreeMap;
use std::iter;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::hangul;

const SOURCE: &str = include_str!("../../unicode/unicode.txt");

const PAGE: usize = 128;
const CODES: u32 = 0x11_0000;

const ENTRY: u32 = (1 << 13) - 1;
const CLASS_SHIFT: u32 = 13;
const WORD: u32 = 1 << 21;
const SPACE: u32 = 1 << 22;
const DIGIT: u32 = 1 << 23;
/// Changes in this form, alone or with its neighbours; bits are in the order of `Form`.
const UNSTABLE: u32 = 1 << 24;

/// Changes when folded.
const FOLDS: u32 = 1 << 28;

/// The properties of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Info(u32);

impl Info {
    pub(super) fn is_word(self) -> bool {
        self.0 & WORD != 0
    }

    pub(super) fn is_space(self) -> bool {
        self.0 & SPACE != 0
    }

    /// The canonical combining class.
    #[expect(clippy::cast_possible_truncation, reason = "it has eight bits")]
    pub(super) fn class(self) -> u8 {
        (self.0 >> CLASS_SHIFT) as u8
    }

    /// Whether it changes when folded.
    #[inline]
    pub(super) fn folds(self) -> bool {
        self.0 & FOLDS != 0
    }

    /// Whether it is a starter that does not change in a form.
    #[inline]
    pub(super) fn is_plain(self, form: u32) -> bool {
        self.0 & (UNSTABLE << form | 0xFF << CLASS_SHIFT) == 0
    }

    /// Whether it may change in a form, alone or with its neighbours.
    pub(super) fn is_unstable(self, form: u32) -> bool {
        self.0 & (UNSTABLE << form) != 0
    }
}

/// A class of characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Word characters.
    Word,
    /// Whitespace.
    Space,
    /// Decimal digits.
    Digit,
}

/// The mappings of a character; empty where it maps to itself.
#[derive(Clone, Default)]
struct Entry {
    canonical: Box<[u32]>,
    compatible: Box<[u32]>,
    fold: Box<[u32]>,
}

/// Character properties in the Unicode version of a Python.
pub struct Tables {
    pages: Vec<u16>,
    infos: Vec<u32>,
    entries: Vec<Entry>,
    /// Pairs of characters, and their composition.
    pairs: FxHashMap<(u32, u32), u32>,
}

impl Tables {
    /// The tables of a Unicode version, as `unicodedata.unidata_version` names it; None if unknown.
    ///
    /// The first version asked for is the only one from then on.
    #[must_use]
    pub fn of(version: &str) -> Option<&'static Self> {
        static TABLES: OnceLock<Option<Tables>> = OnceLock::new();
        TABLES.get_or_init(|| Self::read(version)).as_ref()
    }

    /// The known versions, from the oldest to the newest.
    #[must_use]
    pub fn versions() -> Vec<&'static str> {
        let line = SOURCE.lines().find_map(|line| line.strip_prefix("versions "));
        line.unwrap_or_default().split(' ').collect()
    }

    fn read(version: &str) -> Option<Self> {
        let versions = Self::versions();
        let old = &versions[..=versions.iter().position(|known| *known == version)?];
        let mut draft = Draft {
            infos: vec![0; CODES as usize],
            entries: BTreeMap::new(),
            pairs: FxHashMap::default(),
        };
        let mut later = vec![];
        for line in SOURCE.lines() {
            let mut parts = line.split(' ');
            let title = parts.next().unwrap_or_default();
            let value = match title {
                "since" | "class" => parts.next().unwrap_or_default(),
                _ => "",
            };
            let codes: Vec<u32> =
                parts.filter_map(|part| u32::from_str_radix(part, 16).ok()).collect();
            match (title, codes.as_slice(), value) {
                ("since", &[first, last], since) if !old.contains(&since) => {
                    later.push((first, last));
                }
                ("word", &[first, last], _) => draft.mark(first, last, WORD),
                ("space", &[first, last], _) => draft.mark(first, last, SPACE),
                ("digit", &[first, last], _) => draft.mark(first, last, DIGIT),
                ("class", &[first, last], class) => {
                    let class: u32 = class.parse().unwrap_or_default();
                    draft.mark(first, last, class << CLASS_SHIFT);
                }
                ("fold", &[code, ref rest @ ..], _) => {
                    draft.entry(code).fold = rest.into();
                    draft.mark(code, code, FOLDS);
                }
                ("canonical", &[code, ref rest @ ..], _) => {
                    draft.entry(code).canonical = rest.into();
                    draft.mark(code, code, 0b1111 * UNSTABLE);
                }
                ("compatible", &[code, ref rest @ ..], _) => {
                    draft.entry(code).compatible = rest.into();
                    draft.mark(code, code, 0b1100 * UNSTABLE);
                }
                ("compose", &[first, second, code], _) => {
                    draft.pairs.insert((first, second), code);
                }
                _ => {}
            }
        }
        draft.number_entries();
        for (first, last) in later {
            draft.infos(first, last).for_each(|info| *info = 0);
        }
        Some(draft.finish())
    }

    /// The properties of a character.
    #[inline]
    pub(super) fn info(&self, code: u32) -> Info {
        let code = code as usize;
        let page = self.pages.get(code / PAGE).copied().unwrap_or_default();
        let place = usize::from(page) * PAGE + code % PAGE;
        Info(self.infos.get(place).copied().unwrap_or_default())
    }

    fn entry(&self, code: u32) -> Option<&Entry> {
        self.entries.get((self.info(code).0 & ENTRY) as usize)
    }

    /// The ranges, ends included, of the characters of a class, in ascending order.
    pub(super) fn ranges(&self, kind: Kind) -> Vec<(u32, u32)> {
        let bit = match kind {
            Kind::Word => WORD,
            Kind::Space => SPACE,
            Kind::Digit => DIGIT,
        };
        let mut ranges: Vec<(u32, u32)> = vec![];
        for code in (0..CODES).filter(|&code| self.info(code).0 & bit != 0) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == code => *last = code,
                _ => ranges.push((code, code)),
            }
        }
        ranges
    }

    /// The folding of a character that changes when folded.
    pub(super) fn fold(&self, code: u32) -> &[u32] {
        self.entry(code).map_or(&[], |entry| &entry.fold)
    }

    /// The decomposition of a character; empty if it does not change.
    pub(super) fn decomposition(&self, code: u32, compatible: bool) -> &[u32] {
        self.entry(code).map_or(&[], |entry| {
            if compatible && !entry.compatible.is_empty() {
                &entry.compatible
            } else {
                &entry.canonical
            }
        })
    }

    /// The composition of two characters.
    pub(super) fn composed(&self, first: u32, second: u32) -> Option<u32> {
        self.pairs.get(&(first, second)).copied()
    }
}

/// Tables under construction: one number for each character.
struct Draft {
    infos: Vec<u32>,
    entries: BTreeMap<u32, Entry>,
    pairs: FxHashMap<(u32, u32), u32>,
}

impl Draft {
    /// The properties of the characters of a range.
    fn infos(&mut self, first: u32, last: u32) -> impl Iterator<Item = &mut u32> {
        self.infos.get_mut(first as usize..=last as usize).into_iter().flatten()
    }

    fn mark(&mut self, first: u32, last: u32, bits: u32) {
        self.infos(first, last).for_each(|info| *info |= bits);
    }

    fn entry(&mut self, code: u32) -> &mut Entry {
        self.entries.entry(code).or_default()
    }

    /// Numbers the entries from 1; 0 means that a character has none.
    fn number_entries(&mut self) {
        let codes: Vec<_> = self.entries.keys().copied().collect();
        for (code, number) in codes.into_iter().zip(1..) {
            self.mark(code, code, number);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "pages are few")]
    fn finish(mut self) -> Tables {
        self.mark(hangul::FIRST, hangul::LAST, UNSTABLE << 1 | UNSTABLE << 3);
        self.mark(
            hangul::VOWELS,
            hangul::VOWELS + hangul::VOWEL_COUNT - 1,
            UNSTABLE | UNSTABLE << 2,
        );
        self.mark(
            hangul::TAILS + 1,
            hangul::TAILS + hangul::TAIL_COUNT - 1,
            UNSTABLE | UNSTABLE << 2,
        );
        let pairs = std::mem::take(&mut self.pairs);
        for &code in pairs.values() {
            let compatible =
                self.entries.get(&code).is_some_and(|entry| !entry.compatible.is_empty());
            let composed = if compatible { UNSTABLE } else { UNSTABLE | UNSTABLE << 2 };
            self.infos(code, code).for_each(|info| *info &= !composed);
        }
        for &(_, second) in pairs.keys() {
            self.mark(second, second, UNSTABLE | UNSTABLE << 2);
        }
        let entries = iter::once(Entry::default()).chain(self.entries.into_values()).collect();
        let mut known = FxHashMap::default();
        let (mut pages, mut infos) = (vec![], vec![]);
        for page in self.infos.chunks(PAGE) {
            let next = known.len() as u16;
            pages.push(*known.entry(page).or_insert_with(|| {
                infos.extend_from_slice(page);
                next
            }));
        }
        Tables { pages, infos, entries, pairs }
    }
}
