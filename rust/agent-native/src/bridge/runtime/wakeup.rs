//! A descriptor that an event loop watches, and that any thread makes readable.

#![cfg(feature = "async")]

use std::io;
use std::os::fd::{AsFd, AsRawFd, RawFd};

pub(super) use kind::Wakeup;

impl Wakeup {
    /// What the event loop watches.
    pub(super) fn descriptor(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

#[cfg(target_os = "linux")]
mod kind {
    use std::os::fd::{BorrowedFd, OwnedFd};

    use rustix::event::{EventfdFlags, eventfd};
    use rustix::io::{read, write};

    use super::{AsFd, io};

    /// A counter of the kernel, which is readable while it is not 0.
    pub(crate) struct Wakeup(OwnedFd);

    impl Wakeup {
        pub(crate) fn new() -> io::Result<Self> {
            Ok(Self(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?))
        }

        /// Makes it readable. It fails only where the counter is full: it is readable then.
        pub(crate) fn notify(&self) {
            let _ = write(&self.0, &1_u64.to_ne_bytes());
        }

        /// Makes it unreadable. It fails only where it is so already.
        pub(crate) fn clear(&self) {
            let _ = read(&self.0, &mut [0_u8; 8]);
        }
    }

    impl AsFd for Wakeup {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.0.as_fd()
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod kind {
    use std::io::{PipeReader, PipeWriter, Read, Write, pipe};
    use std::os::fd::BorrowedFd;

    use super::{AsFd, io};

    /// A pipe, of which both ends stay open as long as any thread may write.
    ///
    /// There are never more than a few bytes in it: one is written where nothing is due yet.
    pub(crate) struct Wakeup {
        reader: PipeReader,
        writer: PipeWriter,
    }

    impl Wakeup {
        pub(crate) fn new() -> io::Result<Self> {
            let (reader, writer) = pipe()?;
            Ok(Self { reader, writer })
        }

        /// Makes it readable.
        pub(crate) fn notify(&self) {
            let _ = (&self.writer).write(&[0]);
        }

        /// Takes what is in it; called where it is readable.
        pub(crate) fn clear(&self) {
            let _ = (&self.reader).read(&mut [0; 64]);
        }
    }

    impl AsFd for Wakeup {
        fn as_fd(&self) -> BorrowedFd<'_> {
            self.reader.as_fd()
        }
    }
}
