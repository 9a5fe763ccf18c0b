//! Dropping caches that are in each other, however deep.
//!
//! A cache whose values hold the last reference to another cache would drop it inside its own drop,
//! and so on down, until the stack is used up. Python's own containers put off what is too deep; a
//! cache puts off every cache inside.

use std::cell::RefCell;

use agent_core_utils::cache::Cache;

use super::object::Object;

type Entries = Cache<Object, Object>;

thread_local! {
    /// The entries that are to be dropped after those being dropped now; None while none are.
    static WAITING: RefCell<Option<Vec<Entries>>> = const { RefCell::new(None) };
}

/// Drops the entries of a cache that is being dropped.
pub(super) fn dispose(entries: Entries) {
    let mut entries = Some(entries);
    // Where the thread is ending and has no such list any more, the entries go at once.
    let first = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        if let Some(waiting) = &mut *waiting {
            waiting.extend(entries.take());
            return false;
        }
        *waiting = Some(Vec::new());
        true
    });
    drop(entries);
    if first != Ok(true) {
        return;
    }
    while let Some(next) = WAITING.with_borrow_mut(|waiting| waiting.as_mut()?.pop()) {
        drop(next);
    }
    WAITING.set(None);
}
