/// Everything that can go wrong in this crate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A cache entry alone weighs more than the whole cache may hold.
    #[cfg(feature = "cache")]
    #[error("an entry of weight {weight} is too heavy for max_weight={max_weight}")]
    EntryTooHeavy {
        /// What the entry weighs.
        weight: u64,
        /// What all entries together may weigh.
        max_weight: u64,
    },
    /// Waiting for a value that the waiting thread itself is to compute.
    #[cfg(feature = "cache")]
    #[error("a get_or_set factory waits for its own result")]
    RecursiveFactory,
    /// A regular expression is not of the dialect; says what, and where.
    #[cfg(feature = "text")]
    #[error("{0}")]
    Pattern(String),
}
