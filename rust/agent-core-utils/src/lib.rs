//! Rust cores of the runtime's utility components, without Python types.
//!
//! # Layout
//! - [`cache`] (feature `cache`): a bounded mapping with least-recently-used eviction and expiry.
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
