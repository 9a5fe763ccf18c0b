/// Everything that can go wrong in this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A cache entry alone weighs more than the whole cache may hold.
    #[cfg(feature = "cache")]
    #[error("an entry of weight {weight} is too heavy for max_weight={max_weight}")]
    EntryTooHeavy {
        /// The weight of the entry.
        weight: u64,
        /// The bound for the total weight.
        max_weight: u64,
    },
    /// A thread would wait for a value that it computes itself.
    #[cfg(feature = "cache")]
    #[error("a get_or_set factory waits for its own result")]
    RecursiveFactory,
    /// A regular expression is not in the dialect; gives the reason and the position.
    #[cfg(feature = "text")]
    #[error("{0}")]
    Pattern(String),
}
