//! The digests of the files below a folder.

use sha2::{Digest, Sha256};

use super::error::{Error, refusal};
use super::opened::read_into;
use super::spread::{Watch, spread};
use super::walk::{Selection, below, walk};

/// A function that files are hashed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// SHA-256.
    Sha256,
    /// BLAKE3.
    Blake3,
}

impl Algorithm {
    fn digest(self, content: &[u8]) -> [u8; 32] {
        match self {
            Self::Sha256 => Sha256::digest(content).into(),
            Self::Blake3 => blake3::hash(content).into(),
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
    let digests = spread(&listing.paths, workers, watch, |path, buffer| {
        refusal(read_into(&below(root, path), buffer, watch).map(|()| algorithm.digest(buffer)))
    })?;
    let mut hashes = Hashes { errors: listing.errors, ..Hashes::default() };
    hashes.paths.try_reserve_exact(digests.len())?;
    hashes.digests.try_reserve_exact(32 * digests.len())?;
    for (path, digest) in listing.paths.into_iter().zip(digests) {
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
