//! Folding for caseless matching.

use super::tables::Tables;
use super::{Chars, Unit};
use crate::with_units;

/// How many characters are looked at at once.
const CHUNK: usize = 16;

/// A text that was folded.
#[derive(Debug, PartialEq, Eq)]
pub enum Folded {
    /// It is as it was.
    Same,
    /// It is ASCII, and its capitals become small.
    Lowered,
    /// Any code points.
    Codes(Vec<u32>),
}

/// Folds a text as `str.casefold` does.
#[must_use]
pub fn fold(tables: &Tables, text: Chars<'_>) -> Folded {
    match text {
        Chars::Ascii(units) if has_capital(units) => Folded::Lowered,
        Chars::Ascii(_) => Folded::Same,
        Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_) => {
            Folded::Codes(with_units!(text, units => fold_units(tables, units)))
        }
    }
}

/// Makes the capitals of an ASCII text small.
pub fn lower(text: &mut [u8]) {
    for chunk in text.as_chunks_mut::<CHUNK>().0 {
        chunk.make_ascii_lowercase();
    }
    // What is left, and once more some of what was done: faster than one by one.
    match text.last_chunk_mut::<CHUNK>() {
        Some(chunk) => chunk.make_ascii_lowercase(),
        None => text.make_ascii_lowercase(),
    }
}

fn has_capital(text: &[u8]) -> bool {
    // A chunk is looked at as a whole, without a branch for each character.
    let any = |chunk: &[u8]| chunk.iter().fold(false, |any, unit| any | unit.is_ascii_uppercase());
    match text.last_chunk::<CHUNK>() {
        Some(last) => text.as_chunks::<CHUNK>().0.iter().any(|chunk| any(chunk)) || any(last),
        None => any(text),
    }
}

fn fold_units(tables: &Tables, units: &[impl Unit]) -> Vec<u32> {
    let mut codes = Vec::with_capacity(units.len());
    for &unit in units {
        let code = unit.into();
        if tables.info(code).folds() {
            codes.extend_from_slice(tables.fold(code));
        } else {
            codes.push(code);
        }
    }
    codes
}
