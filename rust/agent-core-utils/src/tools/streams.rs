//! The ends of the pipes to a program that this process holds.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, Timespec, poll};
use rustix::io::{Errno, ioctl_fionbio, read, write};
use rustix::pipe::fcntl_setpipe_size;

use super::error::Error;

/// Bytes for which there is room before the first are read.
const LITTLE: usize = 4 << 10;

/// Bytes that a pipe holds once there is much output, and that are read at a time.
pub(super) const MUCH: usize = 1 << 20;

/// A descriptor that does not block. Who waits for it holds it open meanwhile.
pub(super) type Pipe = Arc<OwnedFd>;

/// Has a descriptor not block.
pub(super) fn unblocked(pipe: OwnedFd) -> Result<Pipe, Error> {
    ioctl_fionbio(&pipe, true)?;
    Ok(Arc::new(pipe))
}

/// Waits until one of these is ready; returns whether one is.
pub(super) fn wait(waited: &mut [PollFd<'_>], time: Duration) -> Result<bool, Error> {
    let time = Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: time.subsec_nanos().into(),
    };
    match poll(waited, Some(&time)) {
        Ok(ready) => Ok(ready > 0),
        Err(Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What a read or a write found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// So many bytes, and there may be more.
    Some(usize),
    /// So many bytes, and no more for now.
    Last(usize),
    /// Nobody is at the other end.
    End,
}

/// Reads what is in a pipe, once, into the room of a vector, for which there is made more.
pub(super) fn fill(pipe: &Pipe, kept: &mut Vec<u8>) -> Result<Moved, Error> {
    let before = kept.len();
    if kept.capacity() == before {
        kept.try_reserve_exact(before.clamp(LITTLE, MUCH)).map_err(|_| Error::Memory)?;
    }
    let room = kept.capacity() - before;
    match read(&**pipe, spare_capacity(kept)) {
        Ok(0) | Err(Errno::IO) => Ok(Moved::End), // as a terminal ends
        Ok(count) if count < room => Ok(Moved::Last(count)),
        Ok(count) => Ok(Moved::Some(count)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(Moved::Last(0)),
        Err(error) => Err(error.into()),
    }
}

/// Writes what fits into a pipe.
pub(super) fn put(pipe: &Pipe, data: &[u8]) -> Result<Moved, Error> {
    match write(&**pipe, data) {
        Ok(count) if count < data.len() => Ok(Moved::Last(count)),
        Ok(count) => Ok(Moved::Some(count)),
        Err(Errno::AGAIN | Errno::INTR) => Ok(Moved::Last(0)),
        Err(Errno::PIPE) => Ok(Moved::End),
        Err(error) => Err(error.into()),
    }
}

/// Has a pipe hold much. It may not be allowed to; then it does not.
pub(super) fn widen(pipe: &Pipe) {
    let _ = fcntl_setpipe_size(pipe.as_fd(), MUCH);
}
