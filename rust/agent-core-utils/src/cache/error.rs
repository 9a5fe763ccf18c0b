/// The errors of a cache.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// An entry alone weighs more than the whole cache may hold.
    #[error("an entry of weight {weight} is too heavy for max_weight={max_weight}")]
    EntryTooHeavy {
        /// The weight of the entry.
        weight: u64,
        /// The bound for the total weight.
        max_weight: u64,
    },
    /// A thread would wait for a value that it computes itself.
    #[error("a get_or_set factory waits for its own result")]
    RecursiveFactory,
}

/// There is no memory for another entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("out of memory")]
pub struct OutOfMemory;

impl From<std::collections::TryReserveError> for OutOfMemory {
    fn from(_: std::collections::TryReserveError) -> Self {
        Self
    }
}

impl From<hashbrown::TryReserveError> for OutOfMemory {
    fn from(_: hashbrown::TryReserveError) -> Self {
        Self
    }
}
