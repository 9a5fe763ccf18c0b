//! Rust cores of the runtime's monitoring components, without Python types.
//!
//! # Layout
//! - [`metrics`] (feature `metrics`): counters, gauges and histograms, as text for Prometheus.
//! - [`Error`]: everything that can go wrong in this crate.

#![forbid(unsafe_code)]

mod error;
#[cfg(feature = "metrics")]
pub mod metrics;

pub use error::Error;
