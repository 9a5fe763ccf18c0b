//! The digests of the files below a folder.

use std::fs::File;
use std::io::Read;

use sha2::{Digest as _, Sha256};

use super::error::{Error, refusal};
use super::opened::{open_to_read, read_open};
use super::parts;
use super::spread::{Watch, spread};
use super::walk::{Selection, below, walk};

/// How much of a file is read at once, where it has more.
pub(super) const BLOCK: usize = 1 << 18;

/// The size from which on all threads hash one file together, where the algorithm lets them.
const LARGE: u64 = 1 << 25;

/// How many blocks are hashed before the caller is asked whether to stop.
const BLOCKS: usize = 64;

/// 32 bytes that stand for a file.
pub(super) type Digest = [u8; 32];

/// A function that files are hashed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// BLAKE3.
    Blake3,
}

/// What has been found out about a file.
enum Hashed {
    Whole(Digest),
    /// It is large, and hashed when all others are.
    Later,
}

impl Algorithm {
    /// Hashes a file; with `alone`, a large one too.
    fn hashed(
        self,
        path: &[u8],
        alone: bool,
        buffer: &mut Vec<u8>,
        watch: &Watch<'_>,
    ) -> Result<Hashed, Error> {
        let (file, status) = open_to_read(path)?;
        let size = u64::try_from(status.st_size).unwrap_or_default();
        if size < BLOCK as u64 {
            read_open(file, &status, buffer, watch)?;
            return Ok(Hashed::Whole(match self {
                Self::Sha256 => Sha256::digest(buffer).into(),
                Self::Blake3 => blake3::hash(buffer).into(),
            }));
        }
        if self == Self::Blake3 && size >= LARGE && !alone {
            return Ok(Hashed::Later);
        }
        let file = File::from(file);
        Ok(Hashed::Whole(match self {
            Self::Sha256 => {
                let mut hasher = Sha256::new();
                in_blocks(&file, buffer, watch, |block| hasher.update(block))?;
                hasher.finalize().into()
            }
            Self::Blake3 => one_by_one(&file, buffer, watch)?,
        }))
    }
}

/// Gives a buffer so many bytes to be read into.
pub(super) fn sized(buffer: &mut Vec<u8>, length: usize) -> Result<(), Error> {
    buffer.try_reserve_exact(length.saturating_sub(buffer.len()))?;
    buffer.resize(length, 0);
    Ok(())
}

/// Reads a file to its end, block by block.
fn in_blocks(
    mut file: &File,
    buffer: &mut Vec<u8>,
    watch: &Watch<'_>,
    mut take: impl FnMut(&[u8]),
) -> Result<(), Error> {
    sized(buffer, BLOCK)?;
    loop {
        for _ in 0..BLOCKS {
            match file.read(buffer) {
                Ok(0) => return Ok(()),
                Ok(count) => take(&buffer[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        if watch.asks() {
            return Err(Error::Stopped);
        }
    }
}

/// The digests of files, with paths in the order of their bytes.
#[derive(Debug, Default)]
pub struct Hashes {
    /// The files that could be read.
    pub paths: Vec<Vec<u8>>,
    /// 32 bytes for each.
    pub digests: Vec<u8>,
    /// What could not be read, and the number of the error.
    pub errors: Vec<(Vec<u8>, i32)>,
}

/// Hashes the files below `root` that are wanted.
///
/// # Errors
/// The root is no folder that can be read; or `Memory`, or `Stopped`.
pub fn hash_tree(
    root: &[u8],
    algorithm: Algorithm,
    selection: &Selection,
    workers: usize,
    watch: &Watch<'_>,
) -> Result<Hashes, Error> {
    let listing = walk(root, selection, watch)?;
    let results = spread(&listing.paths, workers, watch, |path, buffer| {
        refusal(algorithm.hashed(&below(root, path), workers == 1, buffer, watch))
    })?;
    let mut hashes = Hashes { errors: listing.errors, ..Hashes::default() };
    hashes.paths.try_reserve_exact(results.len())?;
    hashes.digests.try_reserve_exact(32 * results.len())?;
    for (path, result) in listing.paths.into_iter().zip(results) {
        let digest = match result {
            Ok(Hashed::Whole(digest)) => Ok(digest),
            Ok(Hashed::Later) => refusal(together(&below(root, &path), workers, watch))?,
            Err(number) => Err(number),
        };
        match digest {
            Ok(digest) => {
                hashes.paths.push(path);
                hashes.digests.extend_from_slice(&digest);
            }
            Err(number) => hashes.errors.push((path, number)),
        }
    }
    hashes.errors.sort_unstable();
    Ok(hashes)
}

/// Hashes a large file in several threads.
fn together(path: &[u8], workers: usize, watch: &Watch<'_>) -> Result<Digest, Error> {
    let (file, status) = open_to_read(path)?;
    let file = File::from(file);
    if let Some(digest) = parts::hashed(&file, &status, workers, watch)? {
        return Ok(digest);
    }
    one_by_one(&file, &mut Vec::new(), watch) // it changed meanwhile
}

/// The BLAKE3 of a file, block after block.
fn one_by_one(file: &File, buffer: &mut Vec<u8>, watch: &Watch<'_>) -> Result<Digest, Error> {
    let mut hasher = blake3::Hasher::new();
    in_blocks(file, buffer, watch, |block| {
        hasher.update(block);
    })?;
    Ok(hasher.finalize().into())
}
