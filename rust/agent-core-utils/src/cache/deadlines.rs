//! Deadlines of entries, in order.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, TryReserveError};

use super::slots::Slot;

/// A deadline as it was set; stale once its entry is removed or has another deadline.
#[derive(Debug, PartialEq)]
struct Deadline {
    at: f64,
    stamp: u64,
    slot: Slot,
}

impl Ord for Deadline {
    fn cmp(&self, other: &Self) -> Ordering {
        self.at.total_cmp(&other.at).then(self.stamp.cmp(&other.stamp))
    }
}

impl PartialOrd for Deadline {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Eq for Deadline {}

/// The current deadline of a slot; a stamp of 0 means none.
#[derive(Clone, Copy, Debug, Default)]
struct Current {
    at: f64,
    stamp: u64,
}

/// Deadlines by slot and by time. Setting one is O(1) if it is the latest, as it is when all
/// entries have the same time to live, and O(log n) otherwise.
#[derive(Debug)]
pub(super) struct Deadlines {
    heap: BinaryHeap<Reverse<Deadline>>,
    current: Vec<Current>,
    held: usize,
    stamp: u64,
}

impl Deadlines {
    pub(super) const fn new() -> Self {
        Self { heap: BinaryHeap::new(), current: Vec::new(), held: 0, stamp: 0 }
    }

    /// Whether any entry has a deadline.
    #[inline]
    pub(super) fn any(&self) -> bool {
        self.held != 0
    }

    /// No entry expires before this time; None if no entry has a deadline.
    #[inline]
    pub(super) fn next(&self) -> Option<f64> {
        self.heap.peek().map(|Reverse(first)| first.at)
    }

    /// The deadline of a slot's entry.
    pub(super) fn of(&self, slot: Slot) -> Option<f64> {
        let current = self.current.get(slot.index())?;
        (current.stamp != 0).then_some(current.at)
    }

    /// Makes room for another deadline, of one of the first `slots` slots.
    pub(super) fn reserve(&mut self, slots: usize) -> Result<(), TryReserveError> {
        self.heap.try_reserve(1)?;
        self.current.try_reserve(slots.saturating_sub(self.current.len()))
    }

    /// Sets the deadline of a slot that has none.
    pub(super) fn set(&mut self, slot: Slot, at: f64) {
        self.stamp += 1;
        self.held += 1;
        let set = Current { at, stamp: self.stamp };
        if let Some(current) = self.current.get_mut(slot.index()) {
            *current = set;
        } else {
            self.current.resize(slot.index(), Current::default());
            self.current.push(set);
        }
        self.heap.push(Reverse(Deadline { at, stamp: self.stamp, slot }));
        // Stale deadlines are removed once they are the majority: memory stays proportional.
        if self.heap.len() > 2 * self.held {
            let current = &self.current;
            self.heap
                .retain(|Reverse(deadline)| current[deadline.slot.index()].stamp == deadline.stamp);
        }
    }

    /// Removes the deadline of a slot, if it has one.
    #[inline]
    pub(super) fn drop_of(&mut self, slot: Slot) {
        if let Some(current) = self.current.get_mut(slot.index())
            && current.stamp != 0
        {
            current.stamp = 0;
            self.held -= 1;
        }
    }

    /// The slot of the earliest deadline up to `now`; the slot keeps its deadline.
    pub(super) fn pop_due(&mut self, now: f64) -> Option<Slot> {
        while self.next().is_some_and(|at| at <= now) {
            let Reverse(due) = self.heap.pop()?;
            if self.current[due.slot.index()].stamp == due.stamp {
                return Some(due.slot);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::slots::Slots;
    use super::Deadlines;

    #[test]
    fn overtaken_deadlines_do_not_pile_up() {
        let slot = Slots::new().insert(0, (), ());
        let mut deadlines = Deadlines::new();
        for round in 0..10_000 {
            deadlines.drop_of(slot);
            deadlines.set(slot, f64::from(round));
        }
        assert!(deadlines.heap.len() <= 2, "{}", deadlines.heap.len());
    }
}
