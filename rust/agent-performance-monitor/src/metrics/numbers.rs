//! Floats in Python's notation.

/// The text that Python's `repr` returns for a finite number: the fewest digits that read back as
/// the same number; of two equally near texts, the one that ends in an even digit.
pub(super) fn repr(value: f64) -> String {
    let shortest = format!("{value:?}");
    let (digits, exponent) = shortest.split_once('e').unwrap_or((&shortest, ""));
    let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    if exponent.is_empty() {
        return format!("{value:.decimals$}");
    }
    // Below a power of two, numbers are denser: the nearest text may belong to another number.
    let nearest = format!("{value:.decimals$e}");
    let text = if nearest.parse() == Ok(value) { nearest } else { shortest };
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, ""));
    let (sign, size) = exponent.strip_prefix('-').map_or(('+', exponent), |size| ('-', size));
    format!("{digits}e{sign}{size:0>2}")
}
