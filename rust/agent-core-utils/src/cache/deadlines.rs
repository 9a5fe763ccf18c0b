//! Which entry expires next.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::slots::Slot;

/// Overtaken deadlines kept before the heap is swept; more are kept while they are the minority.
const STALE: usize = 64;

/// A deadline as it was set; overtaken when its entry has left or has another one since.
#[derive(Debug)]
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

impl PartialEq for Deadline {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Deadline {}

/// The deadline that holds for a slot; a stamp of 0 stands for none.
#[derive(Clone, Copy, Debug, Default)]
struct Current {
    at: f64,
    stamp: u64,
}

/// Deadlines by slot and by time. Setting one is O(1) where it is the latest, as with one time to
/// live for all, and O(log n) otherwise.
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

    /// No entry expires before this time; None where none expires at all.
    #[inline]
    pub(super) fn next(&self) -> Option<f64> {
        self.heap.peek().map(|Reverse(first)| first.at)
    }

    /// How many deadlines are kept, overtaken ones included.
    pub(super) fn kept(&self) -> usize {
        self.heap.len()
    }

    /// The deadline of a slot's entry.
    pub(super) fn of(&self, slot: Slot) -> Option<f64> {
        let current = self.current.get(slot.index())?;
        (current.stamp != 0).then_some(current.at)
    }

    /// Gives a slot without a deadline this one.
    pub(super) fn set(&mut self, slot: Slot, at: f64) {
        self.stamp += 1;
        self.held += 1;
        if self.current.len() <= slot.index() {
            self.current.resize(slot.index() + 1, Current::default());
        }
        self.current[slot.index()] = Current { at, stamp: self.stamp };
        self.heap.push(Reverse(Deadline { at, stamp: self.stamp, slot }));
        if self.heap.len() > 2 * self.held + STALE {
            let current = &self.current;
            self.heap
                .retain(|Reverse(deadline)| current[deadline.slot.index()].stamp == deadline.stamp);
        }
    }

    /// Takes the deadline, if any, from a slot.
    #[inline]
    pub(super) fn drop_of(&mut self, slot: Slot) {
        if self.held == 0 {
            return;
        }
        if let Some(current) = self.current.get_mut(slot.index())
            && current.stamp != 0
        {
            current.stamp = 0;
            self.held -= 1;
        }
    }

    /// The slot of the earliest deadline up to `now`, which stays the slot's deadline.
    pub(super) fn pop_due(&mut self, now: f64) -> Option<Slot> {
        while self.next().is_some_and(|at| at <= now) {
            let Reverse(due) = self.heap.pop()?;
            if self.current[due.slot.index()].stamp == due.stamp {
                return Some(due.slot);
            }
        }
        None
    }

    pub(super) fn clear(&mut self) {
        self.heap = BinaryHeap::new();
        self.current = Vec::new();
        self.held = 0;
    }
}
