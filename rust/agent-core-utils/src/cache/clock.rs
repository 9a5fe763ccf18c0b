//! The system's monotonic clock, in seconds.

/// The assumed lag of the coarse clock: it advances only at the system's ticks, at most 10 ms apart
/// unless a tick is late.
#[cfg(target_os = "linux")]
const LAG: f64 = 0.1;

/// The time, on a scale that every call in a process shares.
#[must_use]
pub fn now() -> f64 {
    #[cfg(target_os = "linux")]
    return read(rustix::time::ClockId::Monotonic);
    #[cfg(not(target_os = "linux"))]
    return since_start();
}

/// Whether it is certainly earlier than `time`. This costs a fraction of [`now`], and returns false
/// if `time` is too close to decide.
#[inline]
#[must_use]
pub fn is_long_before(time: f64) -> bool {
    #[cfg(target_os = "linux")]
    return read(rustix::time::ClockId::MonotonicCoarse) + LAG < time;
    #[cfg(not(target_os = "linux"))]
    return since_start() < time;
}

#[cfg(target_os = "linux")]
#[inline]
#[expect(clippy::cast_precision_loss, reason = "seconds since boot are far below 2**52")]
fn read(clock: rustix::time::ClockId) -> f64 {
    let time = rustix::time::clock_gettime(clock);
    time.tv_sec as f64 + time.tv_nsec as f64 * 1e-9
}

#[cfg(not(target_os = "linux"))]
fn since_start() -> f64 {
    static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
    START.get_or_init(std::time::Instant::now).elapsed().as_secs_f64()
}
