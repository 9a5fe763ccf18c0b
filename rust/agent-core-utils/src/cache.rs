//! A bounded mapping with least-recently-used eviction and expiry.
//!
//! # Layout
//! - [`Cache`] here: bounds, order of use, statistics; the contract's rules for one operation.
//! - `slots`: the entries and their order of use.
//! - `link`: what the table of hashes holds.
//! - `deadlines`: deadlines of entries, in order.
//! - [`clock`]: the system's monotonic clock.
//! - [`Error`]: the errors of a cache.
//! - [`Flights`]: computations of missing values, and the threads that wait for them.
//! - `replay` (feature `bench`): the Python side's workloads.
//!
//! A key is found by its hash and a comparing closure, so that keys can be objects whose equality
//! is decided elsewhere, or later: see [`Match::Unknown`].

#![expect(clippy::inline_always, reason = "a call costs a look-up that misses a tenth of its time")]

pub mod clock;
mod deadlines;
mod error;
mod flights;
mod link;
#[cfg(feature = "bench")]
pub mod replay;
mod slots;

use hashbrown::HashTable;

use deadlines::Deadlines;
pub use error::{Error, OutOfMemory};
pub use flights::{Flight, Flights, Waiting, forked};
use link::Link;
pub use slots::Slot;
use slots::Slots;

/// The result of comparing a stored key with the key looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// The keys are equal.
    Same,
    /// The keys differ.
    Other,
    /// The comparison cannot be made here: the look-up stops at this key.
    Unknown,
}

/// The result of a look-up; valid until the cache is next changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The key has an entry.
    Occupied(Slot),
    /// The key has no entry.
    Vacant,
}

/// A look-up stopped at a key that must be compared before the look-up is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecided;

/// Counts since the cache was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Reads that found their key.
    pub hits: u64,
    /// Reads that did not find their key.
    pub misses: u64,
    /// Entries evicted by a bound.
    pub evictions: u64,
    /// Entries that passed their deadline.
    pub expirations: u64,
}

/// A bounded mapping with least-recently-used eviction and expiry.
///
/// Times and deadlines are seconds on the caller's clock. Hashes must be well mixed in all
/// their bits.
#[derive(Debug)]
pub struct Cache<K, V> {
    capacity: usize,
    max_weight: Option<u64>,
    table: HashTable<Link>,
    slots: Slots<K, V>,
    /// The weight of each slot's entry; empty unless entries are weighed.
    weights: Vec<u64>,
    weighed: bool,
    weight: u128,
    deadlines: Deadlines,
    stats: Stats,
}

impl<K, V> Cache<K, V> {
    /// Makes an empty cache of at most `capacity` entries, and at most `max_weight` in weight.
    ///
    /// Unless entries are `weighed`, each weighs 1, whatever weight [`Cache::store`] is given.
    #[must_use]
    pub fn new(capacity: usize, max_weight: Option<u64>, weighed: bool) -> Self {
        Self {
            capacity,
            max_weight,
            table: HashTable::new(),
            slots: Slots::new(),
            weights: Vec::new(),
            weighed,
            weight: 0,
            deadlines: Deadlines::new(),
            stats: Stats::default(),
        }
    }

    /// The number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// The total weight of the entries.
    #[must_use]
    pub fn weight(&self) -> u128 {
        if self.weighed { self.weight } else { self.table.len() as u128 }
    }

    /// The counts so far.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Whether any entry has a deadline, so that [`Cache::expire`] has to be called in time.
    #[inline]
    #[must_use]
    pub fn has_deadlines(&self) -> bool {
        self.deadlines.any()
    }

    /// No entry expires before this time; None if no entry has a deadline.
    #[inline]
    #[must_use]
    pub fn next_deadline(&self) -> Option<f64> {
        self.deadlines.next()
    }

    /// Refuses an entry that alone is heavier than the bound for the total weight.
    ///
    /// # Errors
    /// [`Error::EntryTooHeavy`].
    pub fn admit(&self, weight: u64) -> Result<(), Error> {
        match self.max_weight {
            Some(max_weight) if weight > max_weight => {
                Err(Error::EntryTooHeavy { weight, max_weight })
            }
            _ => Ok(()),
        }
    }

    /// Finds a key by its hash and a comparison with each stored key of that hash.
    ///
    /// Mostly there is one or none. The first is found without a call, and may be compared twice.
    ///
    /// # Errors
    /// [`Undecided`] at the first key for which `compare` returns [`Match::Unknown`].
    #[inline(always)]
    pub fn locate(
        &self,
        hash: u64,
        mut compare: impl FnMut(&K) -> Match,
    ) -> Result<Place, Undecided> {
        match self.table.find(hash, |link| link.leads_to(hash, &self.slots)) {
            None => Ok(Place::Vacant),
            Some(&Link { slot, .. }) if compare(self.slots.key(slot)) == Match::Same => {
                Ok(Place::Occupied(slot))
            }
            Some(_) => self.locate_among(hash, compare),
        }
    }

    #[inline(never)]
    fn locate_among(
        &self,
        hash: u64,
        mut compare: impl FnMut(&K) -> Match,
    ) -> Result<Place, Undecided> {
        let mut decided = true;
        let found = self.table.find(hash, |link| {
            link.leads_to(hash, &self.slots)
                && match compare(self.slots.key(link.slot)) {
                    Match::Same => true,
                    Match::Other => false,
                    Match::Unknown => {
                        decided = false;
                        true
                    }
                }
        });
        match found {
            None => Ok(Place::Vacant),
            Some(link) if decided => Ok(Place::Occupied(link.slot)),
            Some(_) => Err(Undecided),
        }
    }

    /// The keys of a hash, in the order in which [`Cache::locate`] compares them.
    pub fn keys_of(&self, hash: u64) -> impl Iterator<Item = &K> {
        let links = self.table.iter_hash(hash);
        links
            .filter(move |link| link.leads_to(hash, &self.slots))
            .map(|link| self.slots.key(link.slot))
    }

    /// The key of an entry.
    #[inline]
    #[must_use]
    pub fn key(&self, slot: Slot) -> &K {
        self.slots.key(slot)
    }

    /// The value of an entry; does not change the order or the statistics.
    #[inline]
    #[must_use]
    pub fn value(&self, slot: Slot) -> &V {
        self.slots.value(slot)
    }

    /// Marks the entry as used and counts a hit, or counts a miss.
    #[inline(always)]
    pub fn read(&mut self, place: Place) -> Option<&V> {
        match place {
            Place::Occupied(slot) => {
                self.stats.hits += 1;
                self.slots.touch(slot);
                Some(self.slots.value(slot))
            }
            Place::Vacant => {
                self.stats.misses += 1;
                None
            }
        }
    }

    /// Makes the entry the most recently used one, without counting.
    pub fn touch(&mut self, slot: Slot) {
        self.slots.touch(slot);
    }

    /// Makes room in memory for an entry that is stored there next, so that storing it cannot fail.
    ///
    /// # Errors
    /// [`OutOfMemory`]; nothing has changed then.
    #[inline]
    pub fn reserve(&mut self, place: Place, deadline: bool) -> Result<(), OutOfMemory> {
        if place == Place::Vacant {
            let slots = &self.slots;
            self.table.try_reserve(1, |link| slots.hash(link.slot))?;
            self.slots.reserve(self.capacity)?;
            if self.weighed {
                self.weights.try_reserve(1)?;
            }
        }
        if deadline {
            self.deadlines.reserve(self.slots.len() + 1)?;
        }
        Ok(())
    }

    /// Gives the entry a new value, weight and deadline; returns the old value.
    ///
    /// The weight must have been [admitted](Cache::admit); entries are then to be evicted
    /// while the cache [is overweight](Cache::is_overweight).
    #[inline]
    pub fn replace(&mut self, slot: Slot, value: V, weight: u64, deadline: Option<f64>) -> V {
        let old = self.slots.replace(slot, value);
        self.slots.touch(slot);
        if self.weighed {
            self.weight -= u128::from(self.weights[slot.index()]);
        }
        self.deadlines.drop_of(slot);
        self.settle(slot, weight, deadline);
        old
    }

    /// Removes the least recently used entry if there is no room for another one.
    #[inline]
    pub fn make_room(&mut self) -> Option<(K, V)> {
        if self.table.len() == self.capacity { self.evict() } else { None }
    }

    /// Stores an entry whose key has none, once there is [room](Cache::make_room) for it, and
    /// [in memory](Cache::reserve) too.
    ///
    /// The weight must have been [admitted](Cache::admit); entries are then to be evicted
    /// while the cache [is overweight](Cache::is_overweight).
    #[inline]
    pub fn insert(&mut self, hash: u64, key: K, value: V, weight: u64, deadline: Option<f64>) {
        let slot = self.slots.insert(hash, key, value);
        let slots = &self.slots;
        self.table.insert_unique(hash, Link::new(hash, slot), |link| slots.hash(link.slot));
        self.settle(slot, weight, deadline);
    }

    /// Whether all entries together weigh too much, so that one has to be [evicted](Cache::evict).
    #[inline]
    #[must_use]
    pub fn is_overweight(&self) -> bool {
        self.max_weight.is_some_and(|max_weight| self.weight() > u128::from(max_weight))
    }

    /// Removes an entry.
    #[inline]
    pub fn remove(&mut self, slot: Slot) -> (K, V) {
        let hash = self.slots.hash(slot);
        if let Ok(bucket) = self.table.find_entry(hash, |link| link.slot == slot) {
            bucket.remove();
        }
        if self.weighed {
            self.weight -= u128::from(self.weights[slot.index()]);
        }
        self.deadlines.drop_of(slot);
        self.slots.remove(slot)
    }

    /// Removes the least recently used entry.
    #[inline]
    pub fn pop_oldest(&mut self) -> Option<(K, V)> {
        let oldest = self.slots.oldest()?;
        Some(self.remove(oldest))
    }

    /// Removes every entry; returns them from the least to the most recently used.
    pub fn clear(&mut self) -> impl Iterator<Item = (K, V)> + use<K, V> {
        let empty = Self::new(self.capacity, self.max_weight, self.weighed);
        std::mem::replace(self, Self { stats: self.stats, ..empty }).slots
    }

    /// Removes the entry that is due by `now` and has the earliest deadline.
    pub fn expire(&mut self, now: f64) -> Option<(K, V)> {
        let slot = self.deadlines.pop_due(now)?;
        self.stats.expirations += 1;
        Some(self.remove(slot))
    }

    /// The entries from the least to the most recently used, each with its deadline.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V, Option<f64>)> {
        self.slots.iter().map(|(slot, key, value)| (key, value, self.deadlines.of(slot)))
    }

    #[inline]
    fn settle(&mut self, slot: Slot, weight: u64, deadline: Option<f64>) {
        if self.weighed {
            match self.weights.get_mut(slot.index()) {
                Some(place) => *place = weight,
                None => self.weights.push(weight), // slots are numbered without a gap
            }
            self.weight += u128::from(weight);
        }
        if let Some(deadline) = deadline {
            self.deadlines.set(slot, deadline);
        }
    }

    /// Removes the least recently used entry, and counts that.
    #[inline]
    pub fn evict(&mut self) -> Option<(K, V)> {
        let evicted = self.pop_oldest();
        self.stats.evictions += u64::from(evicted.is_some());
        evicted
    }
}
