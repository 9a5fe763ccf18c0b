//! Fallible allocation: what cannot be had is an [`Error`].

use super::Error;

/// Appends to a vector.
pub(super) fn push<T>(vector: &mut Vec<T>, element: T) -> Result<(), Error> {
    vector.try_reserve(1)?;
    vector.push(element);
    Ok(())
}

/// Appends to a text.
pub(super) fn push_str(text: &mut String, more: &str) -> Result<(), Error> {
    text.try_reserve(more.len())?;
    text.push_str(more);
    Ok(())
}

/// Appends bytes.
pub(super) fn push_bytes(bytes: &mut Vec<u8>, more: &[u8]) -> Result<(), Error> {
    bytes.try_reserve(more.len())?;
    bytes.extend_from_slice(more);
    Ok(())
}
