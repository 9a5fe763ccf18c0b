//! How arguments outside the domain are refused that only these operations take.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::bridge::arguments::checked_number;
use crate::bridge::shown::shown;

/// A similarity: a number from 0.0 to 1.0.
pub(super) fn checked_similarity(name: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    let similarity = checked_number(value, &format!("{name} must be a float or an int"))?;
    if (0.0..=1.0).contains(&similarity) {
        return Ok(similarity);
    }
    Err(PyValueError::new_err(format!("{name} must be from 0.0 to 1.0, not {}", shown(value)?)))
}
