//! The programs that run, which end with the process that started them.
//!
//! Nothing here waits: a process that is forked while another thread is inside would wait for ever.

use std::process;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use rustix::process::{Pid, Signal, kill_process_group};

/// Programs in a block of the list.
const BLOCK: usize = 1024;

static FIRST: Block = Block::new();
static OVER: AtomicBool = AtomicBool::new(false);

/// Places of running programs: the process that started each above, its own identifier below; or 0.
struct Block {
    places: [AtomicU64; BLOCK],
    next: OnceLock<Box<Self>>,
}

impl Block {
    const fn new() -> Self {
        Self { places: [const { AtomicU64::new(0) }; BLOCK], next: OnceLock::new() }
    }
}

/// The place of a running program, which is free again when this is dropped.
#[derive(Debug)]
pub(super) struct Place(&'static AtomicU64);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.store(0, Ordering::Release);
    }
}

/// Notes a program that runs.
pub(super) fn enter(pid: Pid) -> Place {
    let owner = u64::from(process::id());
    let entry = owner << 32 | u64::from(pid.as_raw_nonzero().get().unsigned_abs());
    let mut block = &FIRST;
    loop {
        for place in &block.places {
            let found = place.load(Ordering::Relaxed);
            // What a process noted that this one was forked from concerns it no more.
            let is_free = found == 0 || found >> 32 != owner;
            if is_free
                && place.compare_exchange(found, entry, Ordering::AcqRel, Ordering::Relaxed).is_ok()
            {
                return Place(place);
            }
        }
        block = block.next.get_or_init(|| Box::new(Block::new()));
    }
}

/// Whether programs are to be ended as soon as they are started.
pub(super) fn is_over() -> bool {
    OVER.load(Ordering::Acquire)
}

/// Kills the groups of all programs that this process has started, and of those yet to be started.
pub fn end_all() {
    OVER.store(true, Ordering::Release);
    let owner = u64::from(process::id());
    let mut block = Some(&FIRST);
    while let Some(each) = block {
        for place in &each.places {
            let entry = place.load(Ordering::Acquire);
            if entry >> 32 == owner
                && let Ok(number) = i32::try_from(entry & u64::from(u32::MAX))
                && let Some(pid) = Pid::from_raw(number)
            {
                // It fails for what has ended.
                let _ = kill_process_group(pid, Signal::KILL);
            }
        }
        block = each.next.get().map(AsRef::as_ref);
    }
}
