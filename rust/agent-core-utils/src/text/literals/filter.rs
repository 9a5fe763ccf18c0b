//! Where patterns may begin: tables that are asked without a branch that depends on the text.

use std::ops::Range;

use crate::text::watch::Steps;

/// The number of positions that are looked at together.
pub(super) const PLACES: usize = 8;

/// The bytes of which as many positions have four each.
pub(super) const WINDOW: usize = PLACES + 3;

const PAIR_BITS: u32 = 13;
const SLOT_BITS: u32 = 12;

/// A multiplier that spreads small differences over the upper bits: 2^32 over the golden ratio.
const SPREAD: u32 = 0x9E37_79B1;

/// What the first eight bytes of all patterns in a slot have in common.
#[derive(Clone, Copy, Debug)]
struct Slot {
    same: u64,
    mask: u64,
}

/// Where patterns may begin.
#[derive(Debug)]
pub(super) struct Filter {
    /// For each hash of three bytes, the classes of the byte that may follow them, as bits: at the
    /// start of a pattern, or one byte later. So one look decides about two positions.
    pairs: Box<[u32; 1 << PAIR_BITS]>,
    /// For each hash of a head. It can be predicted, for patterns that collide are searched by halves.
    slots: Box<[Slot; 1 << SLOT_BITS]>,
    /// The patterns of each slot: the first of them, and the one behind the last.
    bounds: Box<[[usize; 2]; 1 << SLOT_BITS]>,
}

impl Filter {
    /// A filter that no text passes; None where memory is exhausted.
    pub(super) fn new(steps: &mut Steps<'_>) -> Option<Self> {
        // No byte of a text is 255.
        let none = Slot { same: u64::MAX, mask: u64::MAX };
        Some(Self {
            pairs: table(0, steps)?,
            slots: table(none, steps)?,
            bounds: table([0; 2], steps)?,
        })
    }

    /// Adds a pattern; those of a slot are added one after the other.
    #[expect(clippy::cast_possible_truncation, reason = "there are at most eight")]
    pub(super) fn add(&mut self, bytes: &[u8], known: usize, place: usize) {
        let start = Start::of(bytes);
        let slot = &mut self.slots[start.slot(known)];
        let bounds = &mut self.bounds[start.slot(known)];
        if bounds[1] == 0 {
            (*slot, bounds[0]) = (Slot { same: start.0, mask: u64::MAX }, place);
        }
        bounds[1] = place + 1;
        let same = ((slot.same ^ start.0).trailing_zeros() / 8).min(bytes.len().min(8) as u32);
        slot.mask &= !u64::MAX.unbounded_shl(8 * same);
        if let [first, second, third, fourth, ..] = *bytes {
            self.pairs[of_three([first, second, third, 0])] |= class(fourth);
            self.pairs[of_three([second, third, fourth, 0])] |=
                bytes.get(4).map_or(u32::MAX, |fifth| class(*fifth));
        }
    }

    /// The places of the patterns that may begin with these bytes.
    #[inline]
    pub(super) fn places(&self, start: Start, known: usize) -> Range<usize> {
        let [first, behind] = self.bounds[start.slot(known)];
        first..behind
    }

    /// Whether a pattern may begin with these bytes.
    #[inline]
    pub(super) fn may_begin(&self, start: Start, known: usize) -> bool {
        let slot = self.slots[start.slot(known)];
        (slot.same ^ start.0) & slot.mask == 0
    }

    /// Whether a pattern of at least four bytes may begin at a position or the next one.
    #[inline]
    pub(super) fn may_begin_in_pair(&self, window: &[u8; WINDOW], place: usize) -> bool {
        let four = window[place + 1..].first_chunk().unwrap_or(&[0; 4]);
        self.pairs[of_three(*four)] & class(four[3]) > 0
    }
}

/// A table of equal values; None where memory is exhausted.
fn table<T: Copy, const SIZE: usize>(value: T, steps: &mut Steps<'_>) -> Option<Box<[T; SIZE]>> {
    steps.filled(value, SIZE).try_into().ok()
}

/// A hash of the first three bytes.
#[inline]
fn of_three(bytes: [u8; 4]) -> usize {
    (u32::from_le_bytes(bytes).wrapping_mul(SPREAD << 8) >> (32 - PAIR_BITS)) as usize
}

/// The bit for the class of a byte.
#[inline]
fn class(byte: u8) -> u32 {
    1 << (byte % 32)
}

/// The first eight bytes of a text, little-endian; zeros after its end.
#[derive(Clone, Copy)]
pub(super) struct Start(u64);

impl Start {
    #[inline]
    pub(super) fn of(bytes: &[u8]) -> Self {
        Self(match bytes.first_chunk() {
            Some(bytes) => u64::from_le_bytes(*bytes),
            None => bytes.iter().rev().fold(0, |start, &byte| start << 8 | u64::from(byte)),
        })
    }

    /// The same, from a place in a text on.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "there are at most eight")]
    pub(super) fn at(text: &[u8], place: usize) -> Self {
        // Near the end, it is faster to take the last eight bytes than to collect those that are left.
        let first = place.min(text.len().saturating_sub(8));
        match text.get(first..).and_then(<[u8]>::first_chunk) {
            Some(bytes) => {
                let later = 8 * (place - first).min(8) as u32;
                Self(u64::from_le_bytes(*bytes).unbounded_shr(later))
            }
            None => Self::of(text.get(place..).unwrap_or_default()),
        }
    }

    /// A number that is in the order of the bytes.
    #[inline]
    pub(super) fn order(self) -> u64 {
        self.0.swap_bytes()
    }

    /// A slot for the first `known` bytes, at most four.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "there are at most four")]
    pub(super) fn slot(self, known: usize) -> usize {
        let head = (self.0 & !(u64::MAX << (8 * known))) as u32;
        (head.wrapping_mul(SPREAD) >> (32 - SLOT_BITS)) as usize
    }
}
