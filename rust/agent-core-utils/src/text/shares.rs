//! Work on a batch in several threads.

use std::hint::black_box;
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use super::watch::{Steps, Watch};

/// The number of characters that is worth a thread: starting one takes as long as a few thousand.
const WORTH: usize = 1 << 15;

/// Whether work on so many characters takes longer than releasing the interpreter lock.
#[must_use]
pub fn pays(characters: usize) -> bool {
    characters > 1 << 12
}

/// Results of shares, combined in their order.
pub trait Joined: Send {
    /// Appends the results of the next share.
    fn append(&mut self, later: Self, steps: &mut Steps<'_>);
}

impl<T: Send> Joined for Vec<T> {
    fn append(&mut self, mut later: Self, steps: &mut Steps<'_>) {
        if steps.has(self.try_reserve_exact(later.len())) {
            Self::append(self, &mut later);
        }
    }
}

/// How long the first thread waits for others before it asks whether to stop.
const PATIENCE: Duration = Duration::from_millis(20);

/// More bytes than a thread takes before it works; so many that no allocator has them at hand, while
/// the system, which gives a thread its memory, has none.
const START: usize = 33 << 20;

/// Does `work` on the shares of a batch in up to `workers` threads; returns the combined results.
pub fn in_shares<'batch, T: Sync, R: Joined>(
    items: &'batch [T],
    workers: usize,
    characters: usize,
    watch: &Watch<'_>,
    work: impl Fn(&'batch [T], &mut Steps<'_>) -> R + Sync,
) -> R {
    let shares = workers.min(characters / WORTH).clamp(1, items.len().max(1));
    let (first, rest) = items.split_at(items.len().div_ceil(shares));
    let mut steps = watch.steps();
    if rest.is_empty() {
        return work(first, &mut steps);
    }
    let (gate, started) = (Mutex::new(()), AtomicUsize::new(0));
    thread::scope(|scope| {
        let (work, gate, started) = (&work, &gate, &started);
        // Nothing is sent: it is told when all threads have ended, and dropped their sender.
        let (sender, ends) = mpsc::channel::<()>();
        let mut threads = steps.room(shares).unwrap_or_default();
        // None works before all have started: what it takes could be what another one starts with.
        let closed = gate.lock();
        for share in rest.chunks(first.len().max(1)).take(threads.capacity()) {
            let sender = sender.clone();
            let start = move || {
                started.fetch_add(1, Ordering::Relaxed);
                drop(gate.lock());
                let result = work(share, &mut watch.steps());
                drop(sender);
                result
            };
            let before = started.load(Ordering::Relaxed);
            // What a thread starts with, nobody can be told is not there: it is tried first.
            let room = black_box(Vec::<u8>::new()).try_reserve_exact(START);
            let spawn = || thread::Builder::new().spawn_scoped(scope, start).ok();
            let thread = room.is_ok().then(spawn).flatten();
            while thread.is_some() && started.load(Ordering::Relaxed) == before {
                thread::yield_now();
            }
            threads.push((share, thread));
        }
        drop(closed);
        drop(sender);
        let mut all = work(first, &mut steps);
        while ends.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            watch.asks();
        }
        for (share, thread) in threads {
            let later = match thread.map(ScopedJoinHandle::join) {
                Some(Ok(later)) => later,
                Some(Err(panic)) => panic::resume_unwind(panic),
                // The system has no more threads, or no memory for one.
                None => work(share, &mut steps),
            };
            all.append(later, &mut steps);
        }
        all
    })
}
