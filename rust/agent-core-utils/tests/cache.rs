//! Tests of every operation of the cache's core, without Python.

#![cfg(feature = "cache")]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use agent_core_utils::cache::{Cache, Error, Flights, Match, Place, Slot, Stats, Undecided};

/// The hash of a key is the key without its last digit, so that ten keys collide.
fn hash(key: u32) -> u64 {
    u64::from(key / 10).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn place<V>(cache: &Cache<u32, V>, key: u32) -> Place {
    let compare = |&stored: &u32| if stored == key { Match::Same } else { Match::Other };
    cache.locate(hash(key), compare).unwrap()
}

fn slot<V>(cache: &Cache<u32, V>, key: u32) -> Slot {
    match place(cache, key) {
        Place::Occupied(slot) => slot,
        Place::Vacant => panic!("{key} is not there"),
    }
}

/// Stores as an implementation of the contract does; returns the removed entries.
fn set<V>(
    cache: &mut Cache<u32, V>,
    key: u32,
    value: V,
    weight: u64,
    deadline: Option<f64>,
) -> Vec<(u32, V)> {
    let mut gone = Vec::new();
    match place(cache, key) {
        Place::Occupied(slot) => gone.push((key, cache.replace(slot, value, weight, deadline))),
        Place::Vacant => {
            gone.extend(cache.make_room());
            cache.insert(hash(key), key, value, weight, deadline);
        }
    }
    while cache.is_overweight() {
        gone.extend(cache.evict());
    }
    gone
}

fn keys<V>(cache: &Cache<u32, V>) -> Vec<u32> {
    cache.iter().map(|(key, _, _)| *key).collect()
}

#[test]
fn the_least_recently_used_entry_makes_room() {
    let mut cache = Cache::new(2, None, false);
    assert_eq!(set(&mut cache, 1, 'a', 1, None), []);
    assert_eq!(set(&mut cache, 2, 'b', 1, None), []);
    let one = place(&cache, 1);
    assert_eq!(cache.read(one), Some(&'a'));
    assert_eq!(set(&mut cache, 3, 'c', 1, None), [(2, 'b')]);
    assert_eq!(keys(&cache), [1, 3]);
    assert_eq!(cache.stats(), Stats { hits: 1, evictions: 1, ..Stats::default() });
}

#[test]
fn overwriting_keeps_the_key_and_is_a_use() {
    let mut cache = Cache::new(2, None, false);
    set(&mut cache, 1, 'a', 1, None);
    set(&mut cache, 2, 'b', 1, None);
    assert_eq!(set(&mut cache, 1, 'c', 1, None), [(1, 'a')]);
    assert_eq!(keys(&cache), [2, 1]);
    assert_eq!(cache.len(), 2);
}

#[test]
fn looking_without_reading_leaves_no_trace() {
    let mut cache = Cache::new(2, None, false);
    set(&mut cache, 1, 'a', 1, None);
    set(&mut cache, 2, 'b', 1, None);
    assert_eq!(cache.value(slot(&cache, 1)), &'a');
    assert_eq!(cache.key(slot(&cache, 1)), &1);
    assert_eq!(keys(&cache), [1, 2]);
    assert_eq!(cache.stats(), Stats::default());
    let one = slot(&cache, 1);
    cache.touch(one);
    assert_eq!(keys(&cache), [2, 1]);
    assert_eq!(cache.stats(), Stats::default());
}

#[test]
fn a_miss_is_counted() {
    let mut cache = Cache::<u32, char>::new(2, None, false);
    assert_eq!(cache.read(Place::Vacant), None);
    assert_eq!(cache.stats().misses, 1);
    assert!(cache.is_empty());
}

#[test]
fn removed_entries_leave_their_slots_to_others() {
    let mut cache = Cache::new(3, None, false);
    for key in 0..3 {
        set(&mut cache, key, key, 1, None);
    }
    let middle = slot(&cache, 1);
    assert_eq!(cache.remove(middle), (1, 1));
    assert_eq!(place(&cache, 1), Place::Vacant);
    assert_eq!(set(&mut cache, 7, 7, 1, None), []);
    assert_eq!(keys(&cache), [0, 2, 7]);
    assert_eq!(cache.pop_oldest(), Some((0, 0)));
    assert_eq!(cache.clear().collect::<Vec<_>>(), [(2, 2), (7, 7)]);
    assert_eq!(cache.pop_oldest(), None);
    assert_eq!(set(&mut cache, 5, 5, 1, None), []);
    assert_eq!(keys(&cache), [5]);
}

#[test]
fn weight_is_bounded_and_counted() {
    let mut cache = Cache::new(9, Some(10), true);
    assert_eq!(cache.admit(10), Ok(()));
    assert_eq!(cache.admit(11), Err(Error::EntryTooHeavy { weight: 11, max_weight: 10 }));
    set(&mut cache, 1, 'a', 4, None);
    set(&mut cache, 2, 'b', 4, None);
    set(&mut cache, 3, 'c', 0, None);
    assert_eq!(cache.weight(), 8);
    assert_eq!(set(&mut cache, 4, 'd', 7, None), [(1, 'a'), (2, 'b')]);
    assert_eq!(cache.weight(), 7);
    assert_eq!(set(&mut cache, 3, 'e', 3, None), [(3, 'c')]);
    assert_eq!((cache.weight(), keys(&cache)), (10, vec![4, 3]));
    assert_eq!(set(&mut cache, 4, 'f', 8, None), [(4, 'd'), (3, 'e')]);
    assert_eq!((cache.weight(), keys(&cache)), (8, vec![4]));
}

#[test]
fn unweighed_entries_weigh_one() {
    let mut cache = Cache::new(9, Some(2), false);
    set(&mut cache, 1, 'a', 1, None);
    set(&mut cache, 2, 'b', 1, None);
    assert_eq!(set(&mut cache, 3, 'c', 1, None), [(1, 'a')]);
    assert_eq!(cache.weight(), 2);
}

#[test]
fn entries_expire_by_deadline_then_in_the_order_of_setting() {
    let mut cache = Cache::new(9, None, false);
    for (key, deadline) in [(1, 5.0), (2, 3.0), (3, 5.0), (4, 9.0)] {
        set(&mut cache, key, key, 1, Some(deadline));
    }
    set(&mut cache, 5, 5, 1, None);
    assert!(cache.has_deadlines());
    assert_eq!(cache.next_deadline(), Some(3.0));
    assert_eq!(cache.expire(2.9), None);
    let due: Vec<_> = std::iter::from_fn(|| cache.expire(5.0)).map(|(key, _)| key).collect();
    assert_eq!(due, [2, 1, 3]);
    assert_eq!(cache.stats().expirations, 3);
    let left: Vec<_> = cache.iter().map(|(key, _, deadline)| (*key, deadline)).collect();
    assert_eq!(left, [(4, Some(9.0)), (5, None)]);
}

#[test]
fn an_overwritten_deadline_no_longer_counts() {
    let mut cache = Cache::new(9, None, false);
    set(&mut cache, 1, 'a', 1, Some(1.0));
    set(&mut cache, 1, 'b', 1, Some(4.0));
    assert_eq!(cache.expire(3.0), None);
    set(&mut cache, 1, 'c', 1, None);
    assert!(!cache.has_deadlines());
    assert_eq!(cache.expire(9.0), None);
    assert_eq!(cache.len(), 1);
}

#[test]
fn a_comparison_that_cannot_be_made_stops_the_look_up() {
    let mut cache = Cache::new(9, None, false);
    set(&mut cache, 1, 'a', 1, None);
    assert_eq!(cache.locate(hash(2), |_| Match::Unknown), Err(Undecided));
    assert_eq!(cache.locate(hash(99), |_| Match::Unknown), Ok(Place::Vacant));
}

#[test]
fn the_keys_of_a_hash_are_those_that_a_look_up_compares_in_its_order() {
    let mut cache = Cache::new(99, None, false);
    for key in 0..40 {
        set(&mut cache, key, 'a', 1, None);
    }
    let mut compared = Vec::new();
    let absent = cache.locate(hash(20), |key| {
        compared.push(*key);
        Match::Other
    });
    assert_eq!(compared[0], compared[1]); // the first is compared twice
    compared.remove(0);
    assert_eq!(absent, Ok(Place::Vacant));
    assert_eq!(cache.keys_of(hash(20)).copied().collect::<Vec<_>>(), compared);
    compared.sort_unstable();
    assert_eq!(compared, (20..30).collect::<Vec<_>>());
}

/// A model of the cache: a list in the order of use.
#[derive(Default)]
struct Model {
    entries: Vec<(u32, u32, u64, Option<f64>)>,
}

impl Model {
    fn set(&mut self, key: u32, value: u32, weight: u64, deadline: Option<f64>) {
        self.entries.retain(|entry| entry.0 != key);
        self.entries.push((key, value, weight, deadline));
        while self.entries.len() > 5 || self.entries.iter().map(|entry| entry.2).sum::<u64>() > 20 {
            self.entries.remove(0);
        }
    }
}

#[test]
fn a_long_random_run_agrees_with_a_list() {
    let mut cache = Cache::new(5, Some(20), true);
    let mut model = Model::default();
    let mut seed = 1_u32;
    let mut random = |limit: u32| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) % limit
    };
    for step in 0..20_000 {
        let (key, now) = (random(12), f64::from(step));
        while cache.expire(now).is_some() {}
        model.entries.retain(|entry| entry.3.is_none_or(|deadline| deadline > now));
        match random(4) {
            0 => {
                let here = place(&cache, key);
                let found = cache.read(here).copied();
                let index = model.entries.iter().position(|entry| entry.0 == key);
                assert_eq!(found, index.map(|index| model.entries[index].1));
                if let Some(index) = index {
                    let entry = model.entries.remove(index);
                    model.entries.push(entry);
                }
            }
            1 => {
                if let Place::Occupied(slot) = place(&cache, key) {
                    cache.remove(slot);
                }
                model.entries.retain(|entry| entry.0 != key);
            }
            _ => {
                let weight = u64::from(random(9));
                let deadline = (random(2) == 0).then(|| now + f64::from(random(9)) + 0.5);
                set(&mut cache, key, step, weight, deadline);
                model.set(key, step, weight, deadline);
            }
        }
        let entries: Vec<_> =
            cache.iter().map(|(key, value, until)| (*key, *value, until)).collect();
        let expected: Vec<_> =
            model.entries.iter().map(|entry| (entry.0, entry.1, entry.3)).collect();
        assert_eq!(entries, expected);
        assert_eq!(cache.weight(), model.entries.iter().map(|entry| u128::from(entry.2)).sum());
    }
}

#[test]
fn one_factory_runs_and_others_get_its_value() {
    let mut flights = Flights::default();
    let same = |&stored: &u32| if stored == 1 { Match::Same } else { Match::Other };
    assert!(flights.locate(hash(1), same).unwrap().is_none());
    let flight = flights.start(hash(1), 1);
    let theirs = flights.locate(hash(1), same).unwrap().unwrap();
    assert_eq!(flights.keys().collect::<Vec<_>>(), [&1]);
    let (ready, wait) = mpsc::channel();
    let waiter = thread::spawn(move || {
        let waiting = theirs.wait().unwrap();
        assert!(!waiting.landed_within(Duration::from_millis(1)));
        ready.send(()).unwrap();
        while !waiting.landed_within(Duration::from_secs(1)) {}
        waiting.value(|value| *value)
    });
    wait.recv().unwrap();
    assert_eq!(flights.remove(&flight), Some(1));
    flight.land(Some("value"));
    assert_eq!(waiter.join().unwrap(), Some("value"));
    assert!(flights.locate(hash(1), same).unwrap().is_none());
}

#[test]
fn a_failed_flight_has_no_value() {
    let mut flights = Flights::<u32, u32>::default();
    let flight = flights.start(0, 1);
    flight.land(None);
    let waiting = flight.wait().unwrap();
    assert!(waiting.landed_within(Duration::ZERO));
    assert_eq!(waiting.value(|value| *value), None);
}

#[test]
fn waiting_for_oneself_is_refused() {
    let flight = Flights::<u32, u32>::default().start(0, 1);
    assert_eq!(flight.wait().err(), Some(Error::RecursiveFactory));
}

#[test]
fn waiting_in_a_circle_is_refused() {
    let mine = Flights::<u32, u32>::default().start(0, 1);
    let (send, receive) = mpsc::channel();
    let (done, is_done) = mpsc::channel::<()>();
    let for_them = std::sync::Arc::clone(&mine);
    let other = thread::spawn(move || {
        let theirs = Flights::<u32, u32>::default().start(0, 1);
        let waiting = for_them.wait().unwrap();
        send.send(theirs).unwrap();
        is_done.recv().unwrap();
        drop(waiting);
    });
    let theirs = receive.recv().unwrap();
    assert_eq!(theirs.wait().err(), Some(Error::RecursiveFactory));
    done.send(()).unwrap();
    other.join().unwrap();
}
