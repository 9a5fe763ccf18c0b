//! The ends of lines.

use super::error::Error;

/// The bytes of a text with `\n` in the place of `\r\n` and `\r`; None if there is none of these.
///
/// # Errors
/// There is no memory for them.
pub fn universal(content: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    let Some(first) = memchr::memchr(b'\r', content) else { return Ok(None) };
    let mut changed = Vec::new();
    changed.try_reserve_exact(content.len())?;
    changed.extend_from_slice(&content[..first]);
    let mut rest = &content[first..];
    while let Some((_, after)) = rest.split_first() {
        changed.push(b'\n');
        let after = after.strip_prefix(b"\n").unwrap_or(after);
        let next = memchr::memchr(b'\r', after).unwrap_or(after.len());
        changed.extend_from_slice(&after[..next]);
        rest = &after[next..];
    }
    Ok(Some(changed))
}

#[cfg(test)]
mod tests {
    use super::universal;

    #[test]
    fn every_end_becomes_a_line_feed() {
        assert_eq!(universal(b"a\n\nb"), Ok(None));
        assert_eq!(universal(b"a\r\n\rb\r\r\n\n"), Ok(Some(b"a\n\nb\n\n\n".to_vec())));
        assert_eq!(universal(b"\r"), Ok(Some(b"\n".to_vec())));
    }
}
