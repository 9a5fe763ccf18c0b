//! Hangul, whose syllables are composed by calculation: `(leader * 21 + vowel) * 28 + tail`.

pub(super) const FIRST: u32 = 0xAC00;
pub(super) const LAST: u32 = 0xD7A3;
pub(super) const LEADERS: u32 = 0x1100;
pub(super) const VOWELS: u32 = 0x1161;
/// One before the first tail: a syllable may have none.
pub(super) const TAILS: u32 = 0x11A7;
pub(super) const LEADER_COUNT: u32 = 19;
pub(super) const VOWEL_COUNT: u32 = 21;
pub(super) const TAIL_COUNT: u32 = 28;
