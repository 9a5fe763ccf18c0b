//! Writing a file whole or not at all.

use std::fs::File;
use std::hash::{BuildHasher, RandomState};
use std::os::fd::OwnedFd;

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use super::error::Error;
use super::opened::write_all;
use super::spread::Watch;

/// Symbolic links that are followed one after the other, as Linux does.
const LONGEST: usize = 40;

/// Names that are tried for a temporary file.
const ATTEMPTS: usize = 100;

/// What becomes of a symbolic link that a file is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// The file that it leads to is written.
    Follow,
    /// The file takes its place.
    Replace,
    /// Nothing is written.
    Refuse,
}

/// Puts a file that holds `data` in the place of what `path` leads to.
///
/// # Errors
/// The system's, or `Stopped`; the old file is there then, and no other.
pub fn write(
    path: &[u8],
    data: &[u8],
    sync: bool,
    links: Links,
    watch: &Watch<'_>,
) -> Result<(), Error> {
    let (place, mode) = place_of(path, links)?;
    let folder = match parent(&place) {
        b"" => b".",
        folder => folder,
    };
    let (temporary, file) = new_file(folder)?;
    let written = filled(File::from(file), data, mode, sync, watch)
        .and_then(|()| Ok(rustix::fs::rename(temporary.as_slice(), place.as_slice())?));
    if written.is_err() {
        // The file may be gone already; the error that counts is the first.
        let _gone = rustix::fs::unlink(temporary.as_slice());
        return written;
    }
    if sync {
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        rustix::fs::fsync(rustix::fs::open(folder, flags, Mode::empty())?)?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is closed before it is renamed")]
fn filled(
    file: File,
    data: &[u8],
    mode: Option<Mode>,
    sync: bool,
    watch: &Watch<'_>,
) -> Result<(), Error> {
    if let Some(mode) = mode {
        rustix::fs::fchmod(&file, mode)?;
    }
    write_all(&file, data, watch)?;
    if sync {
        rustix::fs::fsync(&file)?;
    }
    Ok(())
}

/// Where the file is to be, and the mode of the one that is there.
fn place_of(path: &[u8], links: Links) -> Result<(Vec<u8>, Option<Mode>), Error> {
    let mut place = path.to_vec();
    for _ in 0..=LONGEST {
        let status = match rustix::fs::lstat(place.as_slice()) {
            Err(Errno::NOENT) => return named(place),
            status => status?,
        };
        match (FileType::from_raw_mode(status.st_mode), links) {
            (FileType::RegularFile, _) => {
                return Ok((place, Some(Mode::from_raw_mode(status.st_mode & 0o7777))));
            }
            (FileType::Directory, _) => return Err(Errno::ISDIR.into()),
            (FileType::Symlink, Links::Refuse) => break,
            (FileType::Symlink, Links::Replace) => return Ok((place, None)),
            (FileType::Symlink, Links::Follow) => {
                let target = rustix::fs::readlink(place.as_slice(), Vec::new())?;
                place = joined(parent(&place), target.as_bytes());
            }
            (
                FileType::Fifo
                | FileType::Socket
                | FileType::CharacterDevice
                | FileType::BlockDevice
                | FileType::Unknown,
                _,
            ) => return Err(Errno::INVAL.into()),
        }
    }
    Err(Errno::LOOP.into())
}

/// Refuses what no file can be called, as opening it would.
fn named(place: Vec<u8>) -> Result<(Vec<u8>, Option<Mode>), Error> {
    match place.last() {
        None => Err(Errno::NOENT.into()),
        Some(b'/') => Err(Errno::ISDIR.into()),
        Some(_) => Ok((place, None)),
    }
}

/// What stands before the last `/`.
fn parent(path: &[u8]) -> &[u8] {
    let length = memchr::memrchr(b'/', path).map_or(0, |at| at + 1);
    let head = &path[..length];
    let kept = head.iter().rposition(|byte| *byte != b'/').map_or(length, |at| at + 1);
    &head[..kept]
}

/// A path relative to a folder; an absolute one stays.
fn joined(folder: &[u8], path: &[u8]) -> Vec<u8> {
    if folder.is_empty() || path.starts_with(b"/") {
        return path.to_vec();
    }
    let between: &[u8] = if folder.ends_with(b"/") { b"" } else { b"/" };
    [folder, between, path].concat()
}

/// A new file in a folder.
fn new_file(folder: &[u8]) -> Result<(Vec<u8>, OwnedFd), Error> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    for attempt in 0..ATTEMPTS {
        let drawn = RandomState::new().hash_one(attempt);
        let path = joined(folder, format!(".agent-{drawn:016x}.tmp").as_bytes());
        match rustix::fs::open(path.as_slice(), flags, Mode::from_raw_mode(0o666)) {
            Err(Errno::EXIST) => {}
            file => return Ok((path, file?)),
        }
    }
    Err(Errno::EXIST.into())
}

#[cfg(test)]
mod tests {
    use super::{joined, parent};

    #[test]
    fn parents_are_those_of_posix() {
        let cases: [(&[u8], &[u8]); 6] = [
            (b"a", b""),
            (b"/a", b"/"),
            (b"a/b", b"a"),
            (b"a//b", b"a"),
            (b"//a", b"//"),
            (b"a/", b"a"),
        ];
        for (path, folder) in cases {
            assert_eq!(parent(path), folder);
        }
        assert_eq!(joined(b"", b"b"), b"b");
        assert_eq!(joined(b"/", b"b"), b"/b");
        assert_eq!(joined(b"a", b"b"), b"a/b");
        assert_eq!(joined(b"a", b"/b"), b"/b");
    }
}
