//! The cores of the runtime's utility components, free of Python.
//!
//! # Layout
//! - [`cache`] (feature `cache`): a bounded mapping that forgets the least recently used and the
//!   expired.
//! - [`clock`] (feature `cache`): the system's monotonic clock.
//! - [`Error`]: everything that can go wrong in this crate.

#![forbid(unsafe_code)]

#[cfg(feature = "cache")]
pub mod cache;
#[cfg(feature = "cache")]
pub mod clock;
mod error;

pub use error::Error;
