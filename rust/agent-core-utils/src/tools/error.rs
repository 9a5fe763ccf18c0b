use std::io;

/// Why a program was not run to its end, or a conversation cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system refuses; the reason concerns the program.
    #[error("{0}")]
    Program(io::Error),
    /// The system refuses; the reason concerns the folder that the program is to start in.
    #[error("{0}")]
    Folder(io::Error),
    /// The system refuses something else.
    #[error("{0}")]
    System(io::Error),
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
    /// There is no memory for the output.
    #[error("out of memory")]
    Memory,
}

impl From<rustix::io::Errno> for Error {
    fn from(error: rustix::io::Errno) -> Self {
        Self::System(error.into())
    }
}
