//! Validity of metric and label names.

/// Whether this is a valid metric name.
#[must_use]
pub fn is_name(text: &str) -> bool {
    is_word(text, |byte| byte.is_ascii_alphabetic() || byte == b'_' || byte == b':')
}

/// Whether this is a valid label name; a leading `__` is reserved by Prometheus.
#[must_use]
pub fn is_label(text: &str) -> bool {
    let reserved = text == "le" || text.starts_with("__");
    is_word(text, |byte| byte.is_ascii_alphabetic() || byte == b'_') && !reserved
}

fn is_word(text: &str, first: impl Fn(u8) -> bool) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(&first) && bytes.all(|byte| first(byte) || byte.is_ascii_digit())
}
