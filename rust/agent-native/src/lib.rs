//! The Python extension `agent._native`: glue between Python and the component crates.
//!
//! # Layout
//! - here: the list of what the module holds, and the facts about its build.
//! - `error`: every core error becomes a class of `agent.errors`.
//! - `arguments`: how arguments outside a contract's domain are refused.
//! - `keys`: calling back into Python to hash and compare keys.
//! - `lock`: what is behind the interpreter lock.
//! - one module a component.
//! - `bench`, `heap` (features): what only measuring needs.

mod arguments;
#[cfg(feature = "bench")]
mod bench;
#[cfg(feature = "cache")]
mod cache;
mod error;
#[cfg(feature = "heap")]
mod heap;
#[cfg(feature = "cache")]
mod keys;
mod lock;
#[cfg(feature = "metrics")]
mod metrics;
#[cfg(feature = "text")]
mod text;

use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The Rust implementations of the package's components.
#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("__profile__", env!("AGENT_PROFILE"))?;
    module.add("__digest__", env!("AGENT_DIGEST"))?;
    module.add("__features__", PyTuple::new(module.py(), features())?)?;
    #[cfg(feature = "cache")]
    cache::register(module)?;
    #[cfg(feature = "metrics")]
    metrics::register(module)?;
    #[cfg(feature = "text")]
    text::register(module)?;
    #[cfg(feature = "bench")]
    bench::register(module)?;
    #[cfg(feature = "heap")]
    heap::register(module)?;
    Ok(())
}

fn features() -> Vec<&'static str> {
    let known = [
        ("bench", cfg!(feature = "bench")),
        ("cache", cfg!(feature = "cache")),
        ("heap", cfg!(feature = "heap")),
        ("metrics", cfg!(feature = "metrics")),
        ("text", cfg!(feature = "text")),
    ];
    known.into_iter().filter_map(|(name, built)| built.then_some(name)).collect()
}
