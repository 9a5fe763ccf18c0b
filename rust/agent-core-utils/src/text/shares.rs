//! Work on a batch in several threads.

use std::panic;
use std::thread;

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
    fn append(&mut self, later: Self);
}

impl<T: Send> Joined for Vec<T> {
    fn append(&mut self, mut later: Self) {
        Self::append(self, &mut later);
    }
}

/// Does `work` on the shares of a batch in up to `workers` threads; returns the combined results.
pub fn in_shares<'batch, T: Sync, R: Joined>(
    items: &'batch [T],
    workers: usize,
    characters: usize,
    work: impl Fn(&'batch [T]) -> R + Sync,
) -> R {
    let shares = workers.min(characters / WORTH).clamp(1, items.len().max(1));
    let (first, rest) = items.split_at(items.len().div_ceil(shares));
    thread::scope(|scope| {
        let work = &work;
        let later = rest.chunks(first.len().max(1));
        let threads: Vec<_> = later.map(|share| scope.spawn(move || work(share))).collect();
        let mut all = work(first);
        for thread in threads {
            match thread.join() {
                Ok(share) => all.append(share),
                Err(panic) => panic::resume_unwind(panic),
            }
        }
        all
    })
}
