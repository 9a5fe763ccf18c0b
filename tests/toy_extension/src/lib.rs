//! What was ported. Each class says that it stands where its reference does, so that its pickles
//! are the reference's: the attributes, by the name under which everybody imports the class.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyAny, PyDict, PyInt};

pyo3::import_exception!(agent.errors, Unsupported);

#[pyfunction]
#[pyo3(signature = (text, /))]
fn slug(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join("-")
}

fn numbers_of(state: &Bound<'_, PyDict>) -> PyResult<Vec<i64>> {
    state.as_any().get_item("_numbers")?.extract()
}

#[pyclass(module = "mine.words")]
#[derive(Default)]
struct Bag {
    numbers: Vec<i64>,
}

#[pymethods]
impl Bag {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    #[pyo3(signature = (number, /))]
    fn add(&mut self, number: i64) {
        self.numbers.push(number);
    }

    fn numbers(&self) -> Vec<i64> {
        self.numbers.clone()
    }

    fn __len__(&self) -> usize {
        self.numbers.len()
    }

    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let state = PyDict::new(py);
        state.set_item("_numbers", &self.numbers)?;
        Ok(state)
    }

    fn __setstate__(&mut self, state: &Bound<'_, PyDict>) -> PyResult<()> {
        self.numbers = numbers_of(state)?;
        Ok(())
    }
}

#[pyclass(module = "mine.words")]
#[derive(Default)]
struct Sack {
    numbers: Vec<i64>,
}

#[pymethods]
impl Sack {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    #[pyo3(signature = (number, /))]
    fn add(&mut self, number: &Bound<'_, PyAny>) -> PyResult<()> {
        if !number.is_exact_instance_of::<PyInt>() {
            return Err(PyTypeError::new_err("a number must be an int"));
        }
        let number = number
            .extract()
            .map_err(|_| Unsupported::new_err("an int of more than 64 bits"))?;
        self.numbers.push(number);
        Ok(())
    }

    fn numbers(&self) -> Vec<i64> {
        self.numbers.clone()
    }

    fn __len__(&self) -> usize {
        self.numbers.len()
    }

    fn __getstate__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let state = PyDict::new(py);
        state.set_item("_numbers", &self.numbers)?;
        Ok(state)
    }

    fn __setstate__(&mut self, state: &Bound<'_, PyDict>) -> PyResult<()> {
        self.numbers = numbers_of(state)
            .map_err(|_| Unsupported::new_err("a state with more than 64 bits"))?;
        Ok(())
    }
}

#[pymodule]
mod _rust {
    #[pymodule_export]
    use super::{Bag, Sack, slug};
}
