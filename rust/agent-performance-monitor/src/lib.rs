//! The cores of what watches the runtime, free of Python.
//!
//! # Layout
//! - [`metrics`] (feature `metrics`): counters, gauges and histograms, as text for Prometheus.
//! - [`process`] (feature `metrics`, Linux): what the system knows of this process.
//! - [`Error`]: everything that can go wrong in this crate.

#![forbid(unsafe_code)]

mod error;
#[cfg(feature = "metrics")]
pub mod metrics;
#[cfg(all(feature = "metrics", target_os = "linux"))]
pub mod process;

pub use error::Error;
