//! The cores of what watches the runtime, free of Python.
//!
//! # Layout
//! - [`metrics`] (feature `metrics`): counters, gauges and histograms, as text for Prometheus.
//! - [`Error`]: everything that can go wrong in this crate.

#![forbid(unsafe_code)]

mod error;
#[cfg(feature = "metrics")]
pub mod metrics;

pub use error::Error;
