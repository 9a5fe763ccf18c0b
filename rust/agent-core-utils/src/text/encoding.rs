//! Code points as bytes: UTF-8 extended to lone surrogates.

use std::borrow::Cow;
use std::collections::TryReserveError;

use super::watch::{PART, Steps};
use super::{Chars, Unit};
use crate::with_units;

/// The bytes of a text; ASCII is borrowed. Empty if the work ends early.
pub(super) fn encoded<'text>(text: Chars<'text>, steps: &mut Steps<'_>) -> Cow<'text, [u8]> {
    match text {
        Chars::Ascii(units) => Cow::Borrowed(units),
        Chars::Narrow(_) | Chars::Wide(_) | Chars::Full(_) => Cow::Owned(encode(text, steps)),
    }
}

/// The bytes of a text. Empty if the work ends early.
#[must_use]
pub fn encode(text: Chars<'_>, steps: &mut Steps<'_>) -> Vec<u8> {
    let widest = match text {
        Chars::Ascii(_) => 1,
        Chars::Narrow(_) => 2,
        Chars::Wide(_) => 3,
        Chars::Full(_) => 4,
    };
    let Some(mut bytes) = steps.room(text.len().saturating_mul(widest)) else {
        return Vec::new();
    };
    with_units!(text, units => {
        for part in units.chunks(PART) {
            if steps.passed(part.len()) {
                return Vec::new();
            }
            encode_units(part, &mut bytes);
        }
    });
    bytes
}

#[expect(clippy::cast_possible_truncation, reason = "each byte has its own bits")]
fn encode_units(units: &[impl Unit], bytes: &mut Vec<u8>) {
    for &unit in units {
        let code: u32 = unit.into();
        let last = 0x80 | (code & 0x3F) as u8;
        match code {
            0..0x80 => bytes.push(code as u8),
            0x80..0x800 => bytes.extend([0xC0 | (code >> 6) as u8, last]),
            0x800..0x1_0000 => {
                bytes.extend([0xE0 | (code >> 12) as u8, 0x80 | (code >> 6 & 0x3F) as u8, last]);
            }
            _ => bytes.extend([
                0xF0 | (code >> 18) as u8,
                0x80 | (code >> 12 & 0x3F) as u8,
                0x80 | (code >> 6 & 0x3F) as u8,
                last,
            ]),
        }
    }
}

/// The code points of bytes written by `encode`.
///
/// # Errors
/// There is no memory for them.
pub fn decode(bytes: &[u8]) -> Result<Vec<u32>, TryReserveError> {
    let mut codes: Vec<u32> = Vec::new();
    codes.try_reserve_exact(bytes.len())?;
    for &byte in bytes {
        let bits = u32::from(byte);
        match (byte, codes.last_mut()) {
            (0x80..0xC0, Some(code)) => *code = *code << 6 | (bits & 0x3F),
            (0xF0.., _) => codes.push(bits & 0x07),
            (0xE0.., _) => codes.push(bits & 0x0F),
            (0xC0.., _) => codes.push(bits & 0x1F),
            _ => codes.push(bits),
        }
    }
    Ok(codes)
}

/// Converts ascending byte offsets to character offsets.
pub(super) struct Places<'bytes> {
    bytes: &'bytes [u8],
    at: usize,
    characters: usize,
}

impl<'bytes> Places<'bytes> {
    pub(super) fn new(bytes: &'bytes [u8]) -> Self {
        Self { bytes, at: 0, characters: 0 }
    }

    /// The number of characters that begin before an offset; offsets must not decrease.
    pub(super) fn before(&mut self, place: usize) -> usize {
        let passed = &self.bytes[self.at..place];
        self.characters += passed.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        self.at = place;
        self.characters
    }
}
