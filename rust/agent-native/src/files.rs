//! The glue of the file operations: `agent._native.Files` and `Mapped`, on Linux.
//!
//! # Layout
//! - `operations`: the operations of the contract.
//! - `mapped`: `agent._native.Mapped`, files that are mapped into memory.
//! - `given`: how arguments outside the domain are refused.
//! - `text`: texts and the bytes of files.
//! - `results`: the contract's classes that results are of.
//! - `transformed`: the steps of a transformation, and what it made of files.
//! - `error`: the core's errors, in Python.

#[cfg(target_os = "linux")]
mod error;
#[cfg(target_os = "linux")]
mod given;
#[cfg(target_os = "linux")]
mod mapped;
#[cfg(target_os = "linux")]
mod operations;
#[cfg(target_os = "linux")]
mod results;
#[cfg(target_os = "linux")]
mod text;
#[cfg(target_os = "linux")]
mod transformed;

use pyo3::prelude::*;

/// Puts the class into the module.
#[cfg(target_os = "linux")]
pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    crate::bridge::exits::add_class::<operations::Files>(module)?;
    crate::bridge::exits::add_class::<mapped::Mapped>(module)
}

/// Puts nothing into the module: the core is for Linux.
#[cfg(not(target_os = "linux"))]
#[expect(clippy::unnecessary_wraps, reason = "as where there is something to put")]
pub(crate) fn register(_: &Bound<'_, PyModule>) -> PyResult<()> {
    Ok(())
}
