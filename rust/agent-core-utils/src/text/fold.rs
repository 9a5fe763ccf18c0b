//! Folding for caseless matching.

use super::tables::Tables;
use super::{Chars, Unit};
use crate::with_units;

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
        Chars::Ascii(units) if units.iter().any(u8::is_ascii_uppercase) => Folded::Lowered,
        Chars::Ascii(_) => Folded::Same,
        Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_) => {
            Folded::Codes(with_units!(text, units => fold_units(tables, units)))
        }
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
