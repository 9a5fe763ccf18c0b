//! Opening, reading, appending, and the last lines of a file.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::OwnedFd;

use rustix::buffer::spare_capacity;
use rustix::fs::{FileType, Mode, OFlags, Stat};
use rustix::io::{Errno, retry_on_intr};

use super::error::{Error, refusal};
use super::spread::{Watch, spread};

/// How much is read or written before the caller is asked whether to stop.
pub(super) const PART: usize = 1 << 24;

/// The least that is read of a file's end at once.
const BLOCK: u64 = 1 << 16;

/// Opening a pipe waits for its other end, unless it is told not to.
const OPEN: OFlags = OFlags::NONBLOCK.union(OFlags::NOCTTY).union(OFlags::CLOEXEC);

/// Opens a regular file, and says what it is.
pub(super) fn open_to_read(path: &[u8]) -> Result<(OwnedFd, Stat), Error> {
    opened(path, OFlags::RDONLY)
}

fn opened(path: &[u8], flags: OFlags) -> Result<(OwnedFd, Stat), Error> {
    let mode = Mode::from_raw_mode(0o666);
    let file = retry_on_intr(|| rustix::fs::open(path, flags | OPEN, mode))?;
    let status = rustix::fs::fstat(&file)?;
    match FileType::from_raw_mode(status.st_mode) {
        FileType::RegularFile => Ok((file, status)),
        FileType::Directory => Err(Errno::ISDIR.into()),
        FileType::Symlink
        | FileType::Fifo
        | FileType::Socket
        | FileType::CharacterDevice
        | FileType::BlockDevice
        | FileType::Unknown => Err(Errno::INVAL.into()),
    }
}

/// What a file holds.
///
/// # Errors
/// The system's, the memory's, or `Stopped`.
pub fn read(path: &[u8], watch: &Watch<'_>) -> Result<Vec<u8>, Error> {
    let mut content = Vec::new();
    read_into(path, &mut content, watch)?;
    Ok(content)
}

/// What each of many files holds, or the number of the error for which it cannot be read.
///
/// # Errors
/// The memory's, or `Stopped`.
pub fn read_many(
    paths: &[Vec<u8>],
    workers: usize,
    watch: &Watch<'_>,
) -> Result<Vec<Result<Vec<u8>, i32>>, Error> {
    spread(paths, workers, watch, |path, _| refusal(read(path, watch)))
}

/// Puts what a file holds in the place of what a vector holds.
pub(super) fn read_into(
    path: &[u8],
    content: &mut Vec<u8>,
    watch: &Watch<'_>,
) -> Result<(), Error> {
    let (file, status) = open_to_read(path)?;
    read_open(file, &status, content, watch)
}

/// Puts what an open file holds in the place of what a vector holds.
pub(super) fn read_open(
    file: OwnedFd,
    status: &Stat,
    content: &mut Vec<u8>,
    watch: &Watch<'_>,
) -> Result<(), Error> {
    content.clear();
    let size = usize::try_from(status.st_size).unwrap_or_default();
    // One more byte than there should be: so a single call reads all, and finds that it did.
    content.try_reserve(size + 1)?;
    if size < PART {
        loop {
            let count = retry_on_intr(|| rustix::io::read(&file, spare_capacity(content)))?;
            if count == 0 || (content.len() == size && size > 0) {
                return Ok(());
            }
            if content.len() == content.capacity() {
                content.try_reserve(content.len())?;
            }
        }
    }
    let file = File::from(file);
    let part = PART as u64;
    while (&file).take(part).read_to_end(content)? as u64 == part {
        if watch.asks() {
            return Err(Error::Stopped);
        }
        content.try_reserve(1)?;
    }
    Ok(())
}

/// Writes at the end of a file, which is made if it is not there.
///
/// # Errors
/// The system's, or `Stopped`.
pub fn append(path: &[u8], data: &[u8], watch: &Watch<'_>) -> Result<(), Error> {
    let (file, _) = opened(path, OFlags::WRONLY | OFlags::APPEND | OFlags::CREATE)?;
    write_all(&File::from(file), data, watch)
}

/// Writes all of `data`, part by part.
pub(super) fn write_all(mut file: &File, data: &[u8], watch: &Watch<'_>) -> Result<(), Error> {
    for part in data.chunks(PART) {
        file.write_all(part)?;
        if data.len() > PART && watch.asks() {
            return Err(Error::Stopped);
        }
    }
    Ok(())
}

/// The last lines of a file, each with the line feed that it ends with.
///
/// # Errors
/// The system's, the memory's, or `Stopped`.
pub fn tail(path: &[u8], count: usize, watch: &Watch<'_>) -> Result<Vec<Vec<u8>>, Error> {
    let (file, _) = open_to_read(path)?;
    let mut file = File::from(file);
    let mut start = file.seek(SeekFrom::End(0))?;
    let mut held: Vec<u8> = Vec::new();
    // The line before the first one that is wanted has to end in what is held.
    while start > 0 && ends(&held) < count {
        let size = BLOCK.max(held.len() as u64).min(start);
        start -= size;
        file.seek(SeekFrom::Start(start))?;
        let mut earlier = Vec::new();
        earlier.try_reserve_exact(usize::try_from(size).unwrap_or_default() + held.len() + 1)?;
        (&file).take(size).read_to_end(&mut earlier)?;
        earlier.extend_from_slice(&held);
        held = earlier;
        if watch.asks() {
            return Err(Error::Stopped);
        }
    }
    let mut lines: Vec<&[u8]> = held.split_inclusive(|byte| *byte == b'\n').collect();
    lines.drain(..lines.len().saturating_sub(count));
    Ok(lines.into_iter().map(<[u8]>::to_vec).collect())
}

/// How many lines end in what is held, before its last byte.
fn ends(held: &[u8]) -> usize {
    held.split_last().map_or(0, |(_, rest)| memchr::memchr_iter(b'\n', rest).count())
}
