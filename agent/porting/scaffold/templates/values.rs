//! How Python's values come in and go out: exactly, or not at all.
//!
//! An argument is taken if it is exactly of its type: no subclass, no bool for an int, no int for a
//! float. Any other refuses the call with `Unsupported` before anything has happened; Python then
//! serves the call, and raises its own error if there is one to raise.

use std::collections::HashSet;
use std::hash::Hash;

use indexmap::IndexMap;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PySet, PyString, PyTuple};
use pyo3::{PyTypeInfo, import_exception};

import_exception!(agent.errors, Unsupported);

/// Refuses what nobody has ported yet.
pub fn not_ported<T>(name: &str) -> PyResult<T> {
    Err(Unsupported::new_err(format!("{name} is not ported yet")))
}

/// An argument that is exactly a `T`.
pub struct Exact<T>(pub T);

impl<'a, 'py, T: Take<'a, 'py>> FromPyObject<'a, 'py> for Exact<T> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        T::take(object).map(Self)
    }
}

/// An argument that may be left out, where what that means stands in Python alone.
pub enum Given<T> {
    /// Left out.
    Absent,
    /// Given.
    Value(T),
}

impl<'a, 'py, T: Take<'a, 'py>> Take<'a, 'py> for Given<T> {
    fn take(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        T::take(object).map(Self::Value)
    }
}

/// What can be made of a Python object of exactly one type, without running Python code.
pub trait Take<'a, 'py>: Sized {
    /// Returns the value, or `Unsupported`.
    fn take(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self>;
}

/// What a Python object can be made of.
pub trait Give<'py> {
    /// Returns the object.
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>>;
}

/// Returns the object if it is exactly a `T`, which Python calls `name`.
fn exactly<'a, 'py, T: PyTypeInfo>(
    object: Borrowed<'a, 'py, PyAny>,
    name: &str,
) -> PyResult<Borrowed<'a, 'py, T>> {
    object.cast_exact::<T>().map_err(|_| refused(object, name))
}

/// The refusal of an object where an exact `wanted` is taken.
#[cold]
pub fn refused(object: Borrowed<'_, '_, PyAny>, wanted: &str) -> PyErr {
    match object.get_type().name() {
        Ok(name) => Unsupported::new_err(format!("{name} where Rust takes {wanted}")),
        Err(error) => error,
    }
}

/// An attribute of an object of a class that says which it has.
pub fn attribute<'py, T>(object: Borrowed<'_, 'py, PyAny>, name: &str) -> PyResult<T>
where
    T: for<'b> Take<'b, 'py>,
{
    let value = object.getattr(name);
    let value = value.map_err(|_| Unsupported::new_err("an object without its attributes"))?;
    T::take(value.as_borrowed())
}

/// The items of a list, of which nobody can take one away meanwhile.
fn items<'py, T>(objects: impl Iterator<Item = Bound<'py, PyAny>>) -> PyResult<Vec<T>>
where
    T: for<'b> Take<'b, 'py>,
{
    objects.map(|object| T::take(object.as_borrowed())).collect()
}

/// Any object, as it is.
impl<'py> Take<'_, 'py> for Bound<'py, PyAny> {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(object.to_owned())
    }
}

impl<'py> Give<'py> for Bound<'py, PyAny> {
    fn give(self, _: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self)
    }
}

/// None.
impl<'py> Take<'_, 'py> for () {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() { Ok(()) } else { Err(refused(object, "None")) }
    }
}

impl<'py> Give<'py> for () {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(py.None().into_bound(py))
    }
}

impl<'a, 'py, T: Take<'a, 'py>> Take<'a, 'py> for Option<T> {
    fn take(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_none() { Ok(None) } else { T::take(object).map(Some) }
    }
}

impl<'py, T: Give<'py>> Give<'py> for Option<T> {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self {
            Some(value) => value.give(py),
            None => ().give(py),
        }
    }
}

impl<'py> Take<'_, 'py> for bool {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(exactly::<PyBool>(object, "bool")?.is_true())
    }
}

/// An int of at most 64 bits; Python serves larger ones.
impl<'py> Take<'_, 'py> for i64 {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let int = exactly::<PyInt>(object, "int")?;
        int.extract().map_err(|_| Unsupported::new_err("an int of more than 64 bits"))
    }
}

impl<'py> Take<'_, 'py> for f64 {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        Ok(exactly::<PyFloat>(object, "float")?.value())
    }
}

/// A str without lone surrogates, which UTF-8 cannot say.
impl<'a> Take<'a, '_> for &'a str {
    fn take(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        exactly::<PyString>(object, "str")?;
        Self::extract(object).map_err(|_| Unsupported::new_err("a str with a lone surrogate"))
    }
}

impl<'py> Take<'_, 'py> for String {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        <&str>::take(object).map(Self::from)
    }
}

impl<'a> Take<'a, '_> for &'a [u8] {
    fn take(object: Borrowed<'a, '_, PyAny>) -> PyResult<Self> {
        exactly::<PyBytes>(object, "bytes")?;
        Ok(Self::extract(object)?)
    }
}

/// Bytes: a byte is no value of its own, so that this is no list.
impl<'py> Take<'_, 'py> for Vec<u8> {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        <&[u8]>::take(object).map(Self::from)
    }
}

impl<'py> Give<'py> for Vec<u8> {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyBytes::new(py, &self).into_any())
    }
}

/// What PyO3 makes of these is what Python has for them.
macro_rules! give_plain {
    ($($plain:ty),+) => {$(
        impl<'py> Give<'py> for $plain {
            fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                self.into_bound_py_any(py)
            }
        }
    )+};
}

give_plain!(bool, i64, f64, String, &str);

/// A list; a copy, so that what is done to it does not reach the caller's.
impl<'py, T: for<'b> Take<'b, 'py>> Take<'_, 'py> for Vec<T> {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        items(exactly::<PyList>(object, "list")?.iter())
    }
}

impl<'py, T: Give<'py>> Give<'py> for Vec<T> {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyList::new(py, given(self, py)?)?.into_any())
    }
}

/// A tuple of any length.
impl<'py, T: for<'b> Take<'b, 'py>> Take<'_, 'py> for Box<[T]> {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        items(exactly::<PyTuple>(object, "tuple")?.iter()).map(Vec::into_boxed_slice)
    }
}

impl<'py, T: Give<'py>> Give<'py> for Box<[T]> {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PyTuple::new(py, given(self, py)?)?.into_any())
    }
}

fn given<'py, T: Give<'py>>(
    values: impl IntoIterator<Item = T>,
    py: Python<'py>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    values.into_iter().map(|value| value.give(py)).collect()
}

/// Tuples of a few items, each of its own type.
macro_rules! tuple {
    ($count:literal: $($item:ident $index:tt),+) => {
        impl<'py, $($item: for<'b> Take<'b, 'py>),+> Take<'_, 'py> for ($($item,)+) {
            fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
                let tuple = exactly::<PyTuple>(object, "tuple")?;
                if tuple.len() != $count {
                    return Err(Unsupported::new_err("a tuple of another length"));
                }
                Ok(($($item::take(tuple.get_item($index)?.as_borrowed())?,)+))
            }
        }

        impl<'py, $($item: Give<'py>),+> Give<'py> for ($($item,)+) {
            fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
                Ok(PyTuple::new(py, [$(self.$index.give(py)?),+])?.into_any())
            }
        }
    };
}

tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);

/// A dict, in its order.
impl<'py, K, V> Take<'_, 'py> for IndexMap<K, V>
where
    K: Hash + Eq + for<'b> Take<'b, 'py>,
    V: for<'b> Take<'b, 'py>,
{
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        exactly::<PyDict>(object, "dict")?
            .iter()
            .map(|(key, value)| Ok((K::take(key.as_borrowed())?, V::take(value.as_borrowed())?)))
            .collect()
    }
}

impl<'py, K: Give<'py>, V: Give<'py>> Give<'py> for IndexMap<K, V> {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let dict = PyDict::new(py);
        for (key, value) in self {
            dict.set_item(key.give(py)?, value.give(py)?)?;
        }
        Ok(dict.into_any())
    }
}

/// A set, without the order in which Python would go through it.
impl<'py, T: Hash + Eq + for<'b> Take<'b, 'py>> Take<'_, 'py> for HashSet<T> {
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        exactly::<PySet>(object, "set")?.iter().map(|item| T::take(item.as_borrowed())).collect()
    }
}

impl<'py, T: Give<'py>> Give<'py> for HashSet<T> {
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(PySet::new(py, given(self, py)?)?.into_any())
    }
}
