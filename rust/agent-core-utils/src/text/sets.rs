//! Sets of characters, lone surrogates included, and the expressions that match them.

use regex_syntax::hir::{Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir};

const LAST: u32 = 0x10_FFFF;
const SURROGATES: (u32, u32) = (0xD800, 0xDFFF);

/// A set of characters, as ranges in any order that may overlap.
#[derive(Clone, Debug, Default)]
pub(super) struct Set(pub(super) Vec<(u32, u32)>);

impl Set {
    pub(super) fn of(code: u32) -> Self {
        Self(vec![(code, code)])
    }

    /// The complement.
    pub(super) fn negated(mut self) -> Self {
        self.0.sort_unstable();
        let mut others = vec![];
        let mut next = 0;
        for (first, last) in self.0 {
            if first > next {
                others.push((next, first - 1));
            }
            next = next.max(last + 1);
        }
        if next <= LAST {
            others.push((next, LAST));
        }
        Self(others)
    }

    /// An expression for one of the characters, over the bytes that [`super::encode`] writes.
    pub(super) fn matcher(&self) -> Hir {
        let (first, last) = SURROGATES;
        let parts =
            |&(low, high): &(u32, u32)| [(low, high.min(first - 1)), (low.max(last + 1), high)];
        let scalar = self.0.iter().flat_map(parts).filter_map(|(low, high)| {
            let (low, high) = (char::from_u32(low)?, char::from_u32(high)?);
            (low <= high).then(|| ClassUnicodeRange::new(low, high))
        });
        let mut options = vec![Hir::class(Class::Unicode(ClassUnicode::new(scalar)))];
        for &(low, high) in &self.0 {
            let (low, high) = (low.max(first), high.min(last));
            if low <= high {
                options.extend((low >> 6..=high >> 6).map(|block| surrogates(block, low, high)));
            }
        }
        Hir::alternation(options)
    }
}

/// An expression for the surrogates from `low` to `high` that begin with the bits `block`.
#[expect(clippy::cast_possible_truncation, reason = "each byte has its own bits")]
fn surrogates(block: u32, low: u32, high: u32) -> Hir {
    let (low, high) = (low.max(block << 6) & 0x3F, high.min((block << 6) + 0x3F) & 0x3F);
    let last = ClassBytesRange::new(0x80 | low as u8, 0x80 | high as u8);
    Hir::concat(vec![
        Hir::literal([0xED, 0x80 | (block & 0x3F) as u8]),
        Hir::class(Class::Bytes(ClassBytes::new([last]))),
    ])
}
