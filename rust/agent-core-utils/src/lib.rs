//! The cores of the runtime's utility components, free of Python.
//!
//! # Layout
//! - [`cache`] (feature `cache`): a bounded mapping that forgets the least recently used and the
//!   expired.
//! - [`clock`] (feature `cache`): the system's monotonic clock.
//! - [`text`] (feature `text`): operations on batches of strings.
//! - [`Error`]: everything that can go wrong in this crate.

#![forbid(unsafe_code)]

#[cfg(feature = "cache")]
pub mod cache;
#[cfg(feature = "cache")]
pub mod clock;
mod error;
#[cfg(feature = "text")]
pub mod text;

pub use error::Error;
