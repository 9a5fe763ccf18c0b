//! The entries and their order of use.

use std::collections::TryReserveError;

/// The number of an entry's slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot(u32);

const NONE: Slot = Slot(u32::MAX);

impl Slot {
    /// The slot's number as an index.
    #[inline]
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// 32 bytes where keys and values are pointers: two entries to a cache line, none across two.
#[derive(Debug)]
#[repr(align(32))]
struct Node<K, V> {
    hash: u64,
    /// None in a vacant slot.
    entry: Option<(K, V)>,
    older: Slot,
    /// In a vacant slot, the next vacant one.
    newer: Slot,
}

/// Entries in numbered slots, linked from the least to the most recently used.
#[derive(Debug)]
pub(super) struct Slots<K, V> {
    nodes: Vec<Node<K, V>>,
    oldest: Slot,
    newest: Slot,
    vacant: Slot,
}

impl<K, V> Slots<K, V> {
    pub(super) const fn new() -> Self {
        Self { nodes: Vec::new(), oldest: NONE, newest: NONE, vacant: NONE }
    }

    #[inline]
    pub(super) fn hash(&self, slot: Slot) -> u64 {
        self.nodes[slot.index()].hash
    }

    #[inline]
    pub(super) fn key(&self, slot: Slot) -> &K {
        &self.entry(slot).0
    }

    #[inline]
    pub(super) fn value(&self, slot: Slot) -> &V {
        &self.entry(slot).1
    }

    #[inline]
    pub(super) fn oldest(&self) -> Option<Slot> {
        (self.oldest != NONE).then_some(self.oldest)
    }

    /// Makes the entry the most recently used.
    #[inline]
    pub(super) fn touch(&mut self, slot: Slot) {
        if self.newest != slot {
            self.unlink(slot);
            self.link_newest(slot);
        }
    }

    #[inline]
    pub(super) fn replace(&mut self, slot: Slot, value: V) -> V {
        std::mem::replace(&mut self.entry_mut(slot).1, value)
    }

    /// Makes room for another entry. Capacity doubles, up to `limit` entries.
    #[inline]
    pub(super) fn reserve(&mut self, limit: usize) -> Result<(), TryReserveError> {
        let length = self.nodes.len();
        if self.vacant != NONE || length < self.nodes.capacity() || length >= limit {
            return Ok(());
        }
        self.nodes.try_reserve_exact(length.max(4).min(limit - length))
    }

    /// The number of slots, vacant ones included.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Inserts an entry as the most recently used.
    #[inline]
    pub(super) fn insert(&mut self, hash: u64, key: K, value: V) -> Slot {
        let entry = Some((key, value));
        let slot = if self.vacant == NONE {
            let length = self.nodes.len();
            #[expect(clippy::cast_possible_truncation, reason = "capacities are at most 2**31")]
            let slot = Slot(length as u32);
            self.nodes.push(Node { hash, entry, older: NONE, newer: NONE });
            slot
        } else {
            let slot = self.vacant;
            let node = &mut self.nodes[slot.index()];
            self.vacant = node.newer;
            node.hash = hash;
            node.entry = entry;
            slot
        };
        self.link_newest(slot);
        slot
    }

    #[inline]
    pub(super) fn remove(&mut self, slot: Slot) -> (K, V) {
        self.unlink(slot);
        let node = &mut self.nodes[slot.index()];
        node.newer = self.vacant;
        self.vacant = slot;
        match node.entry.take() {
            Some(entry) => entry,
            None => unreachable!("{VACANT}"),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &K, &V)> {
        let mut next = self.oldest;
        std::iter::from_fn(move || {
            let slot = next;
            let node = self.nodes.get(slot.index())?;
            next = node.newer;
            node.entry.as_ref().map(|(key, value)| (slot, key, value))
        })
    }

    #[inline]
    fn entry(&self, slot: Slot) -> &(K, V) {
        match &self.nodes[slot.index()].entry {
            Some(entry) => entry,
            None => unreachable!("{VACANT}"),
        }
    }

    #[inline]
    fn entry_mut(&mut self, slot: Slot) -> &mut (K, V) {
        match &mut self.nodes[slot.index()].entry {
            Some(entry) => entry,
            None => unreachable!("{VACANT}"),
        }
    }

    #[inline]
    fn unlink(&mut self, slot: Slot) {
        let Node { older, newer, .. } = self.nodes[slot.index()];
        if older == NONE {
            self.oldest = newer;
        } else {
            self.nodes[older.index()].newer = newer;
        }
        if newer == NONE {
            self.newest = older;
        } else {
            self.nodes[newer.index()].older = older;
        }
    }

    #[inline]
    fn link_newest(&mut self, slot: Slot) {
        let older = std::mem::replace(&mut self.newest, slot);
        let node = &mut self.nodes[slot.index()];
        node.older = older;
        node.newer = NONE;
        if older == NONE {
            self.oldest = slot;
        } else {
            self.nodes[older.index()].newer = slot;
        }
    }
}

impl<K, V> Iterator for Slots<K, V> {
    type Item = (K, V);

    /// Takes the least recently used entry out.
    fn next(&mut self) -> Option<(K, V)> {
        self.oldest().map(|slot| self.remove(slot))
    }
}

const VACANT: &str = "a place was used after the cache had changed";
