//! What the table of hashes holds.

use super::slots::{Slot, Slots};

/// Leads from a hash to an entry; most of those that are not wanted are told without looking there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) slot: Slot,
    /// Bits of the hash that the table does not use.
    sample: u32,
}

impl Link {
    #[inline]
    pub(super) const fn new(hash: u64, slot: Slot) -> Self {
        Self { slot, sample: Self::sampled(hash) }
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a sample of the bits")]
    const fn sampled(hash: u64) -> u32 {
        (hash >> 25) as u32
    }

    #[inline]
    pub(super) fn leads_to<K, V>(self, hash: u64, slots: &Slots<K, V>) -> bool {
        self.sample == Self::sampled(hash) && slots.hash(self.slot) == hash
    }
}
