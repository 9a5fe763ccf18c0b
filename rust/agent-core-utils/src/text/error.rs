/// The errors of operations on strings.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A regular expression is not in the dialect; gives the reason and the position.
    #[error("{0}")]
    Pattern(String),
    /// There is no memory for it.
    #[error("out of memory")]
    Memory,
}
