//! The BLAKE3 of one large file, of which several threads take parts.

use std::fs::File;
use std::os::unix::fs::FileExt;

use blake3::hazmat::{
    ChainingValue, HasherExt, Mode, left_subtree_len, merge_subtrees_non_root, merge_subtrees_root,
};
use rustix::fs::Stat;

use super::error::Error;
use super::hash::{BLOCK, Digest, sized};
use super::spread::{Watch, spread};

/// Hashes a file of more than one block; None if its size is not what `status` says any more.
///
/// # Errors
/// The system's, the memory's, or `Stopped`.
pub(super) fn hashed(
    file: &File,
    status: &Stat,
    workers: usize,
    watch: &Watch<'_>,
) -> Result<Option<Digest>, Error> {
    let size = u64::try_from(status.st_size).unwrap_or_default();
    let block = BLOCK as u64;
    let mut starts = Vec::new();
    starts.try_reserve_exact(usize::try_from(size.div_ceil(block)).map_err(|_| Error::Memory)?)?;
    starts.extend((0..size.div_ceil(block)).map(|number| number * block));
    let values = spread(&starts, workers, watch, |start, buffer| {
        let length = block.min(size - start);
        sized(buffer, usize::try_from(length).map_err(|_| Error::Memory)?)?;
        match file.read_exact_at(buffer, *start) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let mut hasher = blake3::Hasher::new();
        hasher.set_input_offset(*start).update(buffer);
        Ok(Some(hasher.finalize_non_root()))
    })?;
    let Some(values) = values.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
    if file.read_at(&mut [0], size)? > 0 {
        return Ok(None);
    }
    let left = left_subtree_len(size);
    let at = usize::try_from(left / block).map_err(|_| Error::Memory)?;
    let (before, after) = values.split_at(at);
    let halves = (merged(before, left), merged(after, size - left));
    Ok(Some(merge_subtrees_root(&halves.0, &halves.1, Mode::Hash).into()))
}

/// What stands for blocks that follow one another, of so many bytes in all.
fn merged(values: &[ChainingValue], length: u64) -> ChainingValue {
    if let [value] = values {
        return *value;
    }
    let left = left_subtree_len(length);
    let (before, after) = values.split_at(values.len().next_power_of_two() / 2);
    merge_subtrees_non_root(&merged(before, left), &merged(after, length - left), Mode::Hash)
}
