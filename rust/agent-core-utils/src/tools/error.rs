use std::ffi::OsString;
use std::io;

/// Why a program was not run to its end, or a conversation cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refuses; the reason concerns the program.
    #[error("{reason}")]
    Program {
        /// Why.
        reason: io::Error,
        /// The program, as it was given.
        name: OsString,
    },
    /// The system refuses; the reason concerns the folder that the program is to start in.
    #[error("{0}")]
    Folder(io::Error),
    /// The system refuses something else.
    #[error("{0}")]
    System(io::Error),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
    /// A conversation is closed.
    #[error("the process is closed")]
    Closed,
    /// The input of a program is closed.
    #[error("the input of the process is closed")]
    InputClosed,
    /// A conversation is the one of the process that this one was forked from.
    #[error("the process was started by the parent of this one")]
    Inherited,
    /// There is no memory for the output.
    #[error("out of memory")]
    Memory,
}

impl From<rustix::io::Errno> for Error {
    fn from(error: rustix::io::Errno) -> Self {
        Self::System(error.into())
    }
}
