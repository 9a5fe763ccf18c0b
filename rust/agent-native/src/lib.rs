//! The Python extension `agent._native`: glue between Python and the component crates.
//!
//! # Layout
//! - here: the table of the components, one row and one module each.
//! - `bridge`: what all glue shares.

mod bridge;

use pyo3::prelude::*;
use pyo3::types::PyTuple;

bridge::table::components! {
    cache, "cache", agent_core_utils::cache::replay::Replay;
    files, "files";
    metrics, "metrics", agent_performance_monitor::metrics::replay::Replay;
    text, "text", agent_core_utils::text::replay::Replay;
    tools, "tools";
}

/// The Rust implementations of the package's components.
#[bridge::exits::guarded]
#[pymodule(gil_used = true)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    bridge::interpreters::require_main(module.py())?;
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("__profile__", env!("AGENT_PROFILE"))?;
    module.add("__digest__", env!("AGENT_DIGEST"))?;
    module.add("__features__", PyTuple::new(module.py(), features())?)?;
    register(module)?;
    #[cfg(feature = "bench")]
    bridge::bench::register(module)?;
    #[cfg(feature = "heap")]
    bridge::heap::register(module)?;
    Ok(())
}
