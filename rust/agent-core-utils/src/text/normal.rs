//! Unicode normalization.

use super::tables::Tables;
use super::{Chars, Unit, hangul};
use crate::with_units;

/// A normalization form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical decomposition, then composed.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility decomposition, then composed.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

/// Returns the text in `form`; None if it is in that form already.
#[must_use]
pub fn normalize(tables: &Tables, text: Chars<'_>, form: Form) -> Option<Vec<u32>> {
    match text {
        Chars::Ascii(_) => None,
        Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_) => {
            with_units!(text, units => convert(tables, units, form))
        }
    }
}

fn convert(tables: &Tables, units: &[impl Unit], form: Form) -> Option<Vec<u32>> {
    let mut last = 0;
    let stable = units.iter().all(|&unit| {
        let info = tables.info(unit.into());
        if info.is_plain(form as u32) {
            last = 0;
            return true;
        }
        let before = std::mem::replace(&mut last, info.class());
        before <= last && !info.is_unstable(form as u32)
    });
    if stable {
        return None;
    }
    let compatible = matches!(form, Form::Nfkc | Form::Nfkd);
    let mut codes = Vec::with_capacity(units.len() + units.len() / 2);
    for &unit in units {
        decompose(tables, unit.into(), compatible, &mut codes);
    }
    put_in_order(tables, &mut codes);
    if matches!(form, Form::Nfc | Form::Nfkc) {
        compose(tables, &mut codes);
    }
    Some(codes)
}

fn decompose(tables: &Tables, code: u32, compatible: bool, codes: &mut Vec<u32>) {
    if (hangul::FIRST..=hangul::LAST).contains(&code) {
        let (rest, tail) = divide(code - hangul::FIRST, hangul::TAIL_COUNT);
        let (leader, vowel) = divide(rest, hangul::VOWEL_COUNT);
        codes.extend([hangul::LEADERS + leader, hangul::VOWELS + vowel]);
        if tail > 0 {
            codes.push(hangul::TAILS + tail);
        }
        return;
    }
    match tables.decomposition(code, compatible) {
        [] => codes.push(code),
        parts => codes.extend_from_slice(parts),
    }
}

fn divide(number: u32, by: u32) -> (u32, u32) {
    (number / by, number % by)
}

/// Sorts adjacent marks by combining class, stably.
fn put_in_order(tables: &Tables, codes: &mut [u32]) {
    for run in codes.chunk_by_mut(|_, &next| tables.info(next).class() > 0) {
        run.sort_by_key(|&code| tables.info(code).class());
    }
}

/// Composes characters with the last starter, in place.
fn compose(tables: &Tables, codes: &mut Vec<u32>) {
    let mut kept = 0;
    let mut starter = None;
    // The class of the last character kept since the starter; None if there is none.
    let mut between = None;
    for index in 0..codes.len() {
        let code = codes[index];
        let class = tables.info(code).class();
        if let Some(place) = starter
            && between.is_none_or(|between| between < class)
            && let Some(composed) = composition(tables, codes[place], code)
        {
            codes[place] = composed;
            continue;
        }
        if class == 0 {
            starter = Some(kept);
            between = None;
        } else {
            between = Some(class);
        }
        codes[kept] = code;
        kept += 1;
    }
    codes.truncate(kept);
}

fn composition(tables: &Tables, first: u32, second: u32) -> Option<u32> {
    if !tables.info(second).is_unstable(Form::Nfc as u32) {
        return None;
    }
    let leader = first.wrapping_sub(hangul::LEADERS);
    let vowel = second.wrapping_sub(hangul::VOWELS);
    if leader < hangul::LEADER_COUNT && vowel < hangul::VOWEL_COUNT {
        return Some(hangul::FIRST + (leader * hangul::VOWEL_COUNT + vowel) * hangul::TAIL_COUNT);
    }
    let has_no_tail = (hangul::FIRST..=hangul::LAST).contains(&first)
        && (first - hangul::FIRST).is_multiple_of(hangul::TAIL_COUNT);
    let tail = second.wrapping_sub(hangul::TAILS);
    if has_no_tail && (1..hangul::TAIL_COUNT).contains(&tail) {
        return Some(first + tail);
    }
    tables.composed(first, second)
}
