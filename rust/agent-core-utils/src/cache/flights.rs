//! Computations of missing values, and the threads that wait for them.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use super::{Error, Match, Undecided};

/// The runs that waiting threads wait for, over all caches; a cycle is a deadlock. A thread waits for
/// several if a signal handler waits while it waits.
static WAITS: Mutex<Vec<(ThreadId, Arc<Run>)>> = Mutex::new(Vec::new());

/// How often this process and its ancestors were forked.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// The thread that came through the last fork.
static SURVIVOR: Mutex<Option<ThreadId>> = Mutex::new(None);

/// The shared state of a run, independent of the value's type.
#[derive(Debug)]
struct Run {
    leader: ThreadId,
    /// The number of forks before it started.
    forks: u64,
    over: AtomicBool,
}

/// One run of a factory: the leading thread runs it, others wait for its result.
#[derive(Debug)]
pub struct Flight<V> {
    run: Arc<Run>,
    /// The value, once the run is over; None if it failed.
    value: Mutex<Option<V>>,
    landed: Condvar,
}

/// The active flights, by key. They are few, so a look-up scans all of them.
#[derive(Debug)]
pub struct Flights<K, V> {
    under_way: Vec<(u64, K, Arc<Flight<V>>)>,
}

/// A thread's entry in the list of waiting threads; dropping it removes the entry.
#[derive(Debug)]
pub struct Waiting<'flight, V> {
    flight: &'flight Flight<V>,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self { under_way: Vec::new() }
    }
}

impl<K, V> Flights<K, V> {
    /// Finds the flight for a key, as [`Cache::locate`](super::Cache::locate) finds an entry.
    ///
    /// # Errors
    /// [`Undecided`] at the first key for which `compare` returns [`Match::Unknown`].
    pub fn locate(
        &self,
        hash: u64,
        mut compare: impl FnMut(&K) -> Match,
    ) -> Result<Option<Arc<Flight<V>>>, Undecided> {
        for (other, key, flight) in &self.under_way {
            if *other == hash && !flight.run.is_lost() {
                match compare(key) {
                    Match::Same => return Ok(Some(Arc::clone(flight))),
                    Match::Other => {}
                    Match::Unknown => return Err(Undecided),
                }
            }
        }
        Ok(None)
    }

    /// The keys of a hash, in the order in which [`Flights::locate`] compares them.
    pub fn keys_of(&self, hash: u64) -> impl Iterator<Item = &K> {
        self.under_way
            .iter()
            .filter(move |(other, _, flight)| *other == hash && !flight.run.is_lost())
            .map(|(_, key, _)| key)
    }

    /// Starts a flight for a key that has none, led by the calling thread.
    pub fn start(&mut self, hash: u64, key: K) -> Arc<Flight<V>> {
        let run = Arc::new(Run {
            leader: thread::current().id(),
            forks: FORKS.load(Ordering::Relaxed),
            over: AtomicBool::new(false),
        });
        let flight = Arc::new(Flight { run, value: Mutex::new(None), landed: Condvar::new() });
        self.under_way.push((hash, key, Arc::clone(&flight)));
        flight
    }

    /// Removes a flight; the next caller for its key finds none.
    pub fn remove(&mut self, flight: &Arc<Flight<V>>) -> Option<K> {
        let index = self.under_way.iter().position(|(_, _, other)| Arc::ptr_eq(other, flight))?;
        Some(self.under_way.swap_remove(index).1)
    }

    /// The keys of the active flights.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.under_way.iter().map(|(_, key, _)| key)
    }
}

impl Run {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire) || self.is_lost()
    }

    /// Whether a fork left its leader behind, so that it never ends in this process.
    fn is_lost(&self) -> bool {
        self.forks != FORKS.load(Ordering::Relaxed) && *locked(&SURVIVOR) != Some(self.leader)
    }
}

/// Takes note, in the child, that the process was forked: only the calling thread is left.
pub fn forked() {
    let me = thread::current().id();
    *locked(&SURVIVOR) = Some(me);
    FORKS.fetch_add(1, Ordering::Relaxed);
    locked(&WAITS).retain(|(id, _)| *id == me);
}

impl<V> Flight<V> {
    /// Ends the flight, with a value or as failed, and releases the waiting threads.
    pub fn land(&self, value: Option<V>) {
        {
            let mut place = locked(&self.value);
            *place = value;
            self.run.over.store(true, Ordering::Release);
        }
        self.landed.notify_all();
    }

    /// Registers that the calling thread waits for this flight.
    ///
    /// # Errors
    /// [`Error::RecursiveFactory`] if its leader waits, directly or not, for this thread.
    pub fn wait(&self) -> Result<Waiting<'_, V>, Error> {
        let me = thread::current().id();
        let mut waits = locked(&WAITS);
        let mut seen: Vec<&Arc<Run>> = Vec::new();
        let mut ahead = vec![&self.run];
        while let Some(run) = ahead.pop() {
            if run.is_over() || seen.iter().any(|other| Arc::ptr_eq(other, run)) {
                continue;
            }
            if run.leader == me {
                return Err(Error::RecursiveFactory);
            }
            seen.push(run);
            ahead.extend(waits.iter().filter(|(id, _)| *id == run.leader).map(|(_, run)| run));
        }
        waits.push((me, Arc::clone(&self.run)));
        Ok(Waiting { flight: self })
    }
}

impl<V> Waiting<'_, V> {
    /// Blocks until the flight has landed, at most this long; returns whether it has.
    #[must_use]
    pub fn landed_within(&self, patience: Duration) -> bool {
        let flight = self.flight;
        if flight.run.is_lost() {
            return true; // its lock may have been taken when the process was forked
        }
        let value = locked(&flight.value);
        let flying = |_: &mut Option<V>| !flight.run.over.load(Ordering::Acquire);
        drop(flight.landed.wait_timeout_while(value, patience, flying));
        flight.run.over.load(Ordering::Acquire)
    }

    /// Reads the value; None if the flight failed or has not landed.
    pub fn value<R>(&self, look: impl FnOnce(&V) -> R) -> Option<R> {
        if self.flight.run.is_lost() {
            return None;
        }
        locked(&self.flight.value).as_ref().map(look)
    }
}

impl<V> Drop for Waiting<'_, V> {
    fn drop(&mut self) {
        let me = thread::current().id();
        let run = &self.flight.run;
        let mut waits = locked(&WAITS);
        if let Some(index) =
            waits.iter().rposition(|(id, other)| *id == me && Arc::ptr_eq(other, run))
        {
            waits.swap_remove(index);
        }
    }
}

/// No code under these locks can panic between two changes, so a poisoned lock is still valid.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
