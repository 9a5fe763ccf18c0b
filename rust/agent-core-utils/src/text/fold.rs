//! Case folding.

use super::tables::Tables;
use super::watch::{PART, Steps};
use super::{Chars, Unit};
use crate::with_units;

/// The number of characters tested at once.
const CHUNK: usize = 16;

/// The most characters that one folds to.
const LONGEST: usize = 3;

/// The result of folding.
#[derive(Debug, PartialEq, Eq)]
pub enum Folded {
    /// The text does not change.
    Same,
    /// The text is ASCII; capitals become lower case.
    Lowered,
    /// Arbitrary code points.
    Codes(Vec<u32>),
}

/// Folds a text as `str.casefold` does.
#[must_use]
pub fn fold(tables: &Tables, text: Chars<'_>, steps: &mut Steps<'_>) -> Folded {
    match text {
        Chars::Ascii(units) if has_capital(units) => Folded::Lowered,
        Chars::Ascii(_) => Folded::Same,
        Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_) => {
            Folded::Codes(with_units!(text, units => fold_units(tables, units, steps)))
        }
    }
}

/// Converts an ASCII text to lower case.
pub fn lower(text: &mut [u8]) {
    for chunk in text.as_chunks_mut::<CHUNK>().0 {
        chunk.make_ascii_lowercase();
    }
    // The rest overlaps the last block: faster than one character at a time.
    match text.last_chunk_mut::<CHUNK>() {
        Some(chunk) => chunk.make_ascii_lowercase(),
        None => text.make_ascii_lowercase(),
    }
}

fn has_capital(text: &[u8]) -> bool {
    // A block is tested as a whole, without a branch for each character.
    let any = |chunk: &[u8]| chunk.iter().fold(false, |any, unit| any | unit.is_ascii_uppercase());
    match text.last_chunk::<CHUNK>() {
        Some(last) => text.as_chunks::<CHUNK>().0.iter().any(|chunk| any(chunk)) || any(last),
        None => any(text),
    }
}

fn fold_units(tables: &Tables, units: &[impl Unit], steps: &mut Steps<'_>) -> Vec<u32> {
    let spare = (LONGEST - 1) * units.len().min(PART);
    let Some(mut codes) = steps.room(units.len() + spare) else {
        return Vec::new();
    };
    for part in units.chunks(PART) {
        if steps.passed(part.len()) || !steps.has(codes.try_reserve(LONGEST * part.len())) {
            break;
        }
        for &unit in part {
            let code = unit.into();
            if tables.info(code).folds() {
                codes.extend_from_slice(tables.fold(code));
            } else {
                codes.push(code);
            }
        }
    }
    codes
}
