//! Rust cores of the runtime's monitoring components, without Python types.
//!
//! # Layout
//! - [`metrics`] (feature `metrics`): counters, gauges and histograms, as text for Prometheus.

#![forbid(unsafe_code)]

#[cfg(feature = "metrics")]
pub mod metrics;
