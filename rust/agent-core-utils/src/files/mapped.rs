//! Large files, read in part, as long as they are not shorter than they were when they were opened.

use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::FileExt;

use memchr::memmem;

use super::error::Error;
use super::opened::{PART, open_to_read};
use super::spread::Watch;

/// How much is searched at once.
const BLOCK: u64 = 1 << 20;

/// A file, and how long it was.
#[derive(Debug)]
pub struct Mapped {
    file: File,
    length: u64,
}

impl Mapped {
    /// Opens a regular file.
    ///
    /// # Errors
    /// The system's.
    pub fn open(path: &[u8]) -> Result<Self, Error> {
        let (file, status) = open_to_read(path)?;
        Ok(Self { file: file.into(), length: status.st_size.try_into().unwrap_or_default() })
    }

    /// How many bytes the file had when it was opened.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Looks whether the file has all its bytes still.
    ///
    /// # Errors
    /// The system's: `ESTALE` if it has not.
    pub fn require_whole(&self) -> Result<(), Error> {
        let size = rustix::fs::fstat(&self.file)?.st_size;
        if u64::try_from(size).unwrap_or_default() < self.length {
            return Err(Error::STALE);
        }
        Ok(())
    }

    /// A copy of the bytes from `start` on, which are within the file.
    ///
    /// # Errors
    /// The system's, `ESTALE` if the file is shorter now; the memory's, or `Stopped`.
    pub fn read(&self, start: u64, length: u64, watch: &Watch<'_>) -> Result<Vec<u8>, Error> {
        self.require_whole()?;
        let length = usize::try_from(length).map_err(|_| Error::Memory)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(length)?;
        bytes.resize(length, 0);
        let mut at = start;
        for part in bytes.chunks_mut(PART) {
            self.fill(part, at)?;
            at += part.len() as u64;
            if length > PART && watch.asks() {
                return Err(Error::Stopped);
            }
        }
        Ok(bytes)
    }

    fn fill(&self, mut rest: &mut [u8], mut at: u64) -> Result<(), Error> {
        while !rest.is_empty() {
            match self.file.read_at(rest, at) {
                Ok(0) => return Err(Error::STALE),
                Ok(count) => {
                    rest = &mut rest[count..];
                    at += count as u64;
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Where `data` is first found at `start` or after it.
    ///
    /// # Errors
    /// Those of [`Mapped::read`].
    pub fn find(&self, data: &[u8], start: u64, watch: &Watch<'_>) -> Result<Option<u64>, Error> {
        self.require_whole()?;
        let finder = memmem::Finder::new(data);
        let word = data.len() as u64;
        let mut at = start;
        while let Some(left) = self.length.checked_sub(at).filter(|left| *left >= word) {
            let block = self.read(at, left.min(BLOCK.saturating_add(word)), watch)?;
            if let Some(found) = finder.find(&block) {
                return Ok(Some(at + found as u64));
            }
            at += block.len() as u64 + 1 - word;
            if watch.asks() {
                return Err(Error::Stopped);
            }
        }
        Ok(None)
    }
}

impl AsFd for Mapped {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}
