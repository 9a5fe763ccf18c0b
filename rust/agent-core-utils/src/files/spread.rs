//! Work on many files in several threads.

use std::panic;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, ScopedJoinHandle};
use std::time::Duration;

use super::error::Error;

/// How many files a thread takes at once.
const TURN: usize = 16;

/// How long the first thread waits for others before it asks whether to stop.
const PATIENCE: Duration = Duration::from_millis(20);

/// Asks the caller of long work now and then whether to stop it.
pub struct Watch<'caller> {
    stop: &'caller (dyn Fn() -> bool + Sync),
    ended: AtomicBool,
}

impl<'caller> Watch<'caller> {
    /// A watch on work of a caller, who says whether to stop.
    pub fn new(stop: &'caller (dyn Fn() -> bool + Sync)) -> Self {
        Self { stop, ended: AtomicBool::new(false) }
    }

    /// Asks the caller; returns whether the work ends.
    #[must_use]
    pub fn asks(&self) -> bool {
        if self.ended.load(Ordering::Relaxed) {
            return true;
        }
        let stops = (self.stop)();
        if stops {
            self.end();
        }
        stops
    }

    fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}

/// Does `work` on each item in up to `workers` threads; returns the results in the items' order.
///
/// Each thread has a buffer, which its work is given.
///
/// # Errors
/// The first error of the work, or `Stopped`.
pub(super) fn spread<T: Sync, R: Send>(
    items: &[T],
    workers: usize,
    watch: &Watch<'_>,
    work: impl Fn(&T, &mut Vec<u8>) -> Result<R, Error> + Sync,
) -> Result<Vec<R>, Error> {
    let next = AtomicUsize::new(0);
    let share = || -> Result<Vec<(usize, R)>, Error> {
        let (mut results, mut buffer) = (Vec::new(), Vec::new());
        loop {
            let start = next.fetch_add(TURN, Ordering::Relaxed);
            let Some(turn) = items.get(start..).filter(|rest| !rest.is_empty()) else {
                return Ok(results);
            };
            if watch.asks() {
                return Err(Error::Stopped);
            }
            results.try_reserve(TURN)?;
            for (offset, item) in turn.iter().take(TURN).enumerate() {
                results
                    .push((start + offset, work(item, &mut buffer).inspect_err(|_| watch.end())?));
            }
        }
    };
    let threads = workers.min(items.len().div_ceil(TURN)).max(1);
    let mut results = together(threads, watch, &share)?;
    results.sort_unstable_by_key(|(place, _)| *place);
    let mut ordered = Vec::new();
    ordered.try_reserve_exact(results.len())?;
    ordered.extend(results.into_iter().map(|(_, result)| result));
    Ok(ordered)
}

/// Runs `share` in so many threads, of which the caller's is one; returns all results.
fn together<R: Send>(
    threads: usize,
    watch: &Watch<'_>,
    share: &(impl Fn() -> Result<Vec<R>, Error> + Sync),
) -> Result<Vec<R>, Error> {
    if threads == 1 {
        return share();
    }
    thread::scope(|scope| {
        // Nothing is sent: it is told when all threads have ended, and dropped their sender.
        let (sender, ends) = mpsc::channel::<()>();
        let others: Vec<_> = (1..threads)
            .filter_map(|_| {
                let sender = sender.clone();
                let work = move || {
                    let result = share();
                    drop(sender);
                    result
                };
                // Where the system has no more threads, the others do what there is to do.
                thread::Builder::new().spawn_scoped(scope, work).ok()
            })
            .collect();
        drop(sender);
        let mut all = share();
        while ends.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
            let _ended = watch.asks();
        }
        for result in others.into_iter().map(ScopedJoinHandle::join) {
            let result = result.unwrap_or_else(|payload| panic::resume_unwind(payload));
            all = joined(all, result);
        }
        all
    })
}

/// The results of both; of two errors the one that made the other thread stop.
fn joined<R>(all: Result<Vec<R>, Error>, more: Result<Vec<R>, Error>) -> Result<Vec<R>, Error> {
    match (all, more) {
        (Ok(mut all), Ok(mut more)) => {
            all.try_reserve(more.len())?;
            all.append(&mut more);
            Ok(all)
        }
        (Err(Error::Stopped) | Ok(_), Err(error)) | (Err(error), _) => Err(error),
    }
}
