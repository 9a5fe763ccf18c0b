//! What can go wrong.

use std::collections::TryReserveError;

use rustix::io::Errno;

/// Why an operation failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The system refused something, with this number.
    #[error("error {0} of the system")]
    System(i32),
    /// There is no memory for the result.
    #[error("out of memory")]
    Memory,
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
    /// The dialect has no such expression.
    #[error("at {at}: {reason}")]
    Expression {
        /// The character, from 0.
        at: usize,
        /// What is wrong there.
        reason: String,
    },
}

impl Error {
    /// A file is shorter than it was.
    pub const STALE: Self = Self::System(Errno::STALE.raw_os_error());
}

impl From<Errno> for Error {
    fn from(errno: Errno) -> Self {
        Self::System(errno.raw_os_error())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::System(error.raw_os_error().unwrap_or_else(|| Errno::IO.raw_os_error()))
    }
}

impl From<TryReserveError> for Error {
    fn from(_: TryReserveError) -> Self {
        Self::Memory
    }
}

/// What the system refused to do with one file of many: its path, and the number of the error.
pub(super) type Refusal = (Vec<u8>, i32);

/// The number of an error that is about one file alone.
///
/// # Errors
/// Any other error, which ends the whole operation.
pub(super) fn refusal<T>(result: Result<T, Error>) -> Result<Result<T, i32>, Error> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Error::System(number)) => Ok(Err(number)),
        Err(error @ (Error::Memory | Error::Stopped | Error::Expression { .. })) => Err(error),
    }
}
