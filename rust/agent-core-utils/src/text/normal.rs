//! Unicode normalization.

use std::mem;

use super::tables::Tables;
use super::watch::{PART, Steps};
use super::{Chars, Unit, hangul};
use crate::with_units;

/// The most characters that one decomposes to.
const LONGEST: usize = 18;

/// The number of characters for which memory is reserved at once.
const SMALL: usize = 256;

/// The length of a run of marks that the standard library sorts without asking for memory.
const SHORT: usize = 1 << 10;

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
pub fn normalize(
    tables: &Tables,
    text: Chars<'_>,
    form: Form,
    steps: &mut Steps<'_>,
) -> Option<Vec<u32>> {
    match text {
        Chars::Ascii(_) => None,
        Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_) => {
            with_units!(text, units => convert(tables, units, form, steps))
        }
    }
}

fn convert(
    tables: &Tables,
    units: &[impl Unit],
    form: Form,
    steps: &mut Steps<'_>,
) -> Option<Vec<u32>> {
    if is_stable(tables, units, form, steps) {
        return None;
    }
    let compatible = matches!(form, Form::Nfkc | Form::Nfkd);
    let spare = LONGEST * units.len().min(SMALL);
    let mut codes = steps.room(units.len() + units.len() / 2 + spare)?;
    for part in units.chunks(SMALL) {
        if steps.passed(part.len()) || !steps.has(codes.try_reserve(LONGEST * part.len())) {
            return None;
        }
        for &unit in part {
            decompose(tables, unit.into(), compatible, &mut codes);
        }
    }
    if !put_in_order(tables, &mut codes, steps) {
        return None;
    }
    if matches!(form, Form::Nfc | Form::Nfkc) {
        compose(tables, &mut codes, steps);
    }
    Some(codes)
}

/// Whether the text is in the form already.
fn is_stable(tables: &Tables, units: &[impl Unit], form: Form, steps: &mut Steps<'_>) -> bool {
    let mut last = 0;
    units.chunks(PART).all(|part| {
        !steps.passed(part.len())
            && part.iter().all(|&unit| {
                let info = tables.info(unit.into());
                if info.is_plain(form as u32) {
                    last = 0;
                    return true;
                }
                let before = mem::replace(&mut last, info.class());
                before <= last && !info.is_unstable(form as u32)
            })
    })
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

/// Sorts adjacent marks by combining class, stably; returns whether it came to the end.
fn put_in_order(tables: &Tables, codes: &mut [u32], steps: &mut Steps<'_>) -> bool {
    codes.chunk_by_mut(|_, &next| tables.info(next).class() > 0).all(|run| {
        match run.len() {
            0 | 1 => {}
            2..=SHORT => run.sort_by_key(|&code| tables.info(code).class()),
            _ => sort_long(tables, run, steps),
        }
        !steps.passed(run.len())
    })
}

/// Sorts a long run of marks, in memory that it may lack, while a sort of the standard library ends the
/// process then.
fn sort_long(tables: &Tables, run: &mut [u32], steps: &mut Steps<'_>) {
    let unsorted = steps.copied(run);
    let class = |code: u32| usize::from(tables.info(code).class());
    // Of each class first the number of marks, then the place of the next one.
    let mut places = [0; 256];
    for &code in &unsorted {
        places[class(code)] += 1;
    }
    let mut before = 0;
    for place in &mut places {
        before += mem::replace(place, before);
    }
    for code in unsorted {
        let place = &mut places[class(code)];
        run[*place] = code;
        *place += 1;
    }
}

/// Composes characters with the last starter, in place.
fn compose(tables: &Tables, codes: &mut Vec<u32>, steps: &mut Steps<'_>) {
    let mut kept = 0;
    let mut starter = None;
    // The class of the last character kept since the starter; None if there is none.
    let mut between = None;
    for index in 0..codes.len() {
        if index % PART == 0 && steps.passed(PART.min(codes.len())) {
            return;
        }
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
