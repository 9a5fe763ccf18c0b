//! Rust cores of the runtime's utility components, without Python types.
//!
//! # Layout
//! - [`cache`] (feature `cache`): a bounded mapping with least-recently-used eviction and expiry.
//! - `files` (feature `files`, Linux): files, read, written, walked, hashed and searched.
//! - [`text`] (feature `text`): operations on batches of strings.
//! - [`tools`] (feature `tools`, on Linux): programs that are run with limits.

#![forbid(unsafe_code)]

#[cfg(feature = "cache")]
pub mod cache;
#[cfg(all(feature = "files", target_os = "linux"))]
pub mod files;
#[cfg(feature = "text")]
pub mod text;
#[cfg(all(feature = "tools", target_os = "linux"))]
pub mod tools;
