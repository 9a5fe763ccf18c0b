//! Output of a program that was read, and that nobody has taken.

use super::error::Error;
use super::streams::{Moved, Pipe, fill};

/// What a program writes, as far as it was read and not taken.
#[derive(Debug)]
pub(super) struct Unread {
    /// None where it has ended.
    pub(super) pipe: Option<Pipe>,
    kept: Vec<u8>,
    /// Where what was not taken begins.
    start: usize,
    /// Bytes that were taken in all.
    pub(super) taken: u64,
}

impl Unread {
    pub(super) fn new(pipe: Pipe) -> Self {
        Self { pipe: Some(pipe), kept: vec![], start: 0, taken: 0 }
    }

    /// What was read and not taken.
    pub(super) fn kept(&self) -> &[u8] {
        self.kept.get(self.start..).unwrap_or_default()
    }

    /// Bytes that were read and not taken.
    pub(super) fn len(&self) -> usize {
        self.kept.len() - self.start
    }

    /// Reads what there is, where there is room; returns whether there was something.
    pub(super) fn read(&mut self, room: usize) -> Result<bool, Error> {
        let mut found = false;
        while let Some(pipe) = self.pipe.as_ref().filter(|_| self.kept.len() - self.start < room) {
            match fill(pipe, &mut self.kept)? {
                Moved::Some(_) => found = true,
                Moved::Last(count) => return Ok(found || count > 0),
                Moved::End => self.pipe = None,
            }
        }
        Ok(true)
    }

    /// Takes so many bytes, which there are.
    pub(super) fn take(&mut self, count: usize) -> Result<Vec<u8>, Error> {
        let end = self.start + count;
        let mut taken = Vec::new();
        taken.try_reserve_exact(count).map_err(|_| Error::Memory)?;
        taken.extend_from_slice(self.kept.get(self.start..end).unwrap_or_default());
        self.taken += count as u64;
        self.start = end;
        // What is left is moved to the front where that is less than what was taken.
        if self.start >= self.kept.len() / 2 {
            self.kept.drain(..self.start);
            self.start = 0;
        }
        Ok(taken)
    }
}
