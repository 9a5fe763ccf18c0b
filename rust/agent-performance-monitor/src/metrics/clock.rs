//! The clock.

use std::sync::OnceLock;
use std::time::Instant;

/// The time in seconds, on a scale that every call in a process shares.
#[must_use]
pub fn now() -> f64 {
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64()
}
