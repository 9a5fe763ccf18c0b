//! What pyo3-async-runtimes does in the comparison.

use pyo3::prelude::*;
use pyo3_async_runtimes::tokio::future_into_py;

/// Give `value`, from a future that never waits.
#[pyfunction]
fn ready(py: Python<'_>, value: i64) -> PyResult<Bound<'_, PyAny>> {
    future_into_py(py, async move { Ok(value) })
}

#[pymodule]
fn contender(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(ready, module)?)
}
