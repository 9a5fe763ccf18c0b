//! `bits`: the Rust side of `boltons.mathutils:Bits`.

use num_bigint::BigUint;
use pyo3::exceptions::{PyIndexError, PyKeyError, PyTypeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyInt, PyList, PySlice, PyString, PyType};

use crate::exits::enter;
use crate::values::{Exact, Given};

/// An immutable bit-string or bit-array object: a number, and how many bits it is written with.
#[pyclass(module = "boltons.mathutils", subclass)]
struct Bits {
    val: BigUint,
    len: usize,
}

#[pymethods]
impl Bits {
    #[getter]
    fn val(&self) -> &BigUint {
        enter();
        &self.val
    }

    #[getter]
    fn len(&self) -> usize {
        enter();
        self.len
    }

    #[new]
    #[pyo3(signature = (val = Exact(Given::Absent), len_ = None), text_signature = "(val=0, len_=None)")]
    fn new(val: Exact<Given<Bound<'_, PyAny>>>, len_: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        enter();
        let Given::Value(val) = val.0 else {
            return Self::sized(BigUint::ZERO, 1, len_);
        };
        if let Ok(number) = val.cast_exact::<PyInt>() {
            let val = natural(number)?;
            let len = val.bits().max(1);
            return Self::sized(val, len as usize, len_);
        }
        if let Ok(list) = val.cast_exact::<PyList>() {
            let signs: PyResult<String> =
                list.iter().map(|bit| Ok(if bit.is_truthy()? { '1' } else { '0' })).collect();
            return Self::of_text(&PyString::new(val.py(), &signs?), len_);
        }
        if val.is_exact_instance_of::<PyBytes>() {
            let text = val.call_method1(intern!(val.py(), "decode"), ("ascii",))?;
            return Self::of_text(text.cast()?, len_);
        }
        if let Ok(text) = val.cast_exact::<PyString>() {
            return Self::of_text(text, len_);
        }
        let name = val.get_type().name()?;
        Err(PyTypeError::new_err(format!("initialized with bad type: {name}")))
    }

    fn __getitem__<'py>(&self, k: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        enter();
        let py = k.py();
        if let Ok(slice) = k.cast_exact::<PySlice>() {
            let part = slice.indices(self.len as isize)?;
            let mut at = part.start;
            let chosen = (0..part.slicelength).map(|_| {
                let bit = self.bit(at as usize);
                at += part.step;
                bit
            });
            let bits = Self { val: number(chosen), len: part.slicelength };
            return Ok(Bound::new(py, bits)?.into_any());
        }
        let Ok(index) = k.cast_exact::<PyInt>() else {
            return Err(PyTypeError::new_err(k.get_type().unbind()));
        };
        let at = if index.lt(0)? { index.add(self.len)? } else { index.clone().into_any() };
        match at.extract::<usize>() {
            Ok(at) if at < self.len => Ok(self.bit(at).into_pyobject(py)?.to_owned().into_any()),
            _ => Err(PyIndexError::new_err(at.unbind())),
        }
    }

    fn __len__(&self) -> usize {
        enter();
        self.len
    }

    fn __eq__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        let Some(other) = twin(slf, other) else {
            return Ok(slf.py().NotImplemented().into_bound(slf.py()));
        };
        let (one, other) = (slf.borrow(), other.borrow());
        let equal = one.val == other.val && one.len == other.len;
        Ok(equal.into_pyobject(slf.py())?.to_owned().into_any())
    }

    fn __or__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        Self::merged(slf, other, |one, other| one | other)
    }

    fn __and__<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        Self::merged(slf, other, |one, other| one & other)
    }

    fn __lshift__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        enter();
        let by = shift(other, &self.val, |val| val.lshift(other))?;
        Ok(Self { val: &self.val << by, len: self.len + by })
    }

    fn __rshift__(&self, other: &Bound<'_, PyAny>) -> PyResult<Self> {
        enter();
        let by = shift(other, &self.val, |val| val.rshift(other))?;
        Ok(Self { val: &self.val >> by, len: self.len.saturating_sub(by) })
    }

    fn __hash__(&self, py: Python<'_>) -> PyResult<isize> {
        enter();
        (&self.val).into_pyobject(py)?.hash()
    }

    fn as_list(&self) -> Vec<bool> {
        enter();
        self.as_bin().bytes().map(|sign| sign == b'1').collect()
    }

    fn as_bin(&self) -> String {
        enter();
        padded(&self.val.to_str_radix(2), self.len)
    }

    fn as_hex(&self) -> String {
        enter();
        padded(&format!("{:X}", self.val), 2 * self.len.div_ceil(8))
    }

    fn as_int(&self) -> &BigUint {
        enter();
        &self.val
    }

    fn as_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        enter();
        let digits = self.val.to_bytes_be();
        let length = self.len.div_ceil(8);
        PyBytes::new_with(py, length, |bytes| {
            // Of a zero, there is one digit even where there is no bit.
            let kept = digits.len().min(length);
            bytes[length - kept..].copy_from_slice(&digits[digits.len() - kept..]);
            Ok(())
        })
    }

    #[classmethod]
    fn from_list<'py>(
        cls: &Bound<'py, PyType>,
        list_: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        cls.call1((list_,))
    }

    #[classmethod]
    fn from_bin<'py>(
        cls: &Bound<'py, PyType>,
        bin: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        cls.call1((bin,))
    }

    #[classmethod]
    fn from_hex<'py>(
        cls: &Bound<'py, PyType>,
        hex: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        let hex = match hex.cast::<PyBytes>() {
            Ok(bytes) => bytes.call_method1("decode", ("ascii",))?,
            Err(_) => hex,
        };
        if hex.eq("")? || hex.call_method1("startswith", ("0x",))?.is_truthy()? {
            return cls.call1((hex,));
        }
        cls.call1((PyString::new(cls.py(), "0x").add(hex)?,))
    }

    #[classmethod]
    #[pyo3(signature = (int_, len_ = None))]
    fn from_int<'py>(
        cls: &Bound<'py, PyType>,
        int_: Bound<'py, PyAny>,
        len_: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        cls.call1((int_, len_))
    }

    #[classmethod]
    fn from_bytes<'py>(
        cls: &Bound<'py, PyType>,
        bytes_: Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        enter();
        let hex = cls.py().import("binascii")?.call_method1("hexlify", (bytes_,))?;
        Self::from_hex(cls, hex)
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        enter();
        Ok(format!("{}('{}')", slf.get_type().name()?, slf.borrow().as_bin()))
    }

    /// Returns what Python's own objects are pickled as: each side loads what the other wrote.
    fn __getstate__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Option<Bound<'py, PyAny>>, Bound<'py, PyDict>)> {
        enter();
        let slots = PyDict::new(slf.py());
        slots.set_item("val", &slf.borrow().val)?;
        slots.set_item("len", slf.borrow().len)?;
        Ok((slf.getattr_opt("__dict__")?, slots)) // a subclass may have attributes of its own
    }

    fn __setstate__(
        slf: &Bound<'_, Self>,
        state: (Option<Bound<'_, PyDict>>, Bound<'_, PyDict>),
    ) -> PyResult<()> {
        enter();
        let (own, slots) = state;
        if let Some(own) = own {
            slf.getattr("__dict__")?.cast::<PyDict>()?.update(own.as_mapping())?;
        }
        let held = |name| slots.get_item(name)?.ok_or_else(|| PyKeyError::new_err(name));
        let (val, len) = (held("val")?.extract()?, held("len")?.extract()?);
        *slf.borrow_mut() = Self { val, len };
        Ok(())
    }
}

impl Drop for Bits {
    fn drop(&mut self) {
        enter(); // as of every class; what is dropped here runs no code of Python's
    }
}

impl Bits {
    fn of_text(text: &Bound<'_, PyString>, len: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let signs = text.len()?;
        if let Ok(plain) = text.to_str()
            && plain.bytes().all(|sign| matches!(sign, b'0' | b'1'))
        {
            return Self::sized(number(plain.bytes().map(|sign| sign == b'1')), signs, len);
        }
        // Python's own int knows underscores, white space, signs and the digits of all scripts.
        let hex = text.call_method1(intern!(text.py(), "startswith"), ("0x",))?.is_truthy()?;
        let (base, own) = if hex { (16, (signs - 2) * 4) } else { (2, signs) };
        let val = text.py().get_type::<PyInt>().call1((text, base))?;
        Self::sized(natural(val.cast()?)?, own, len)
    }

    /// Returns `val` with `len` bits, or as many as are `asked` for.
    fn sized(val: BigUint, len: usize, asked: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(asked) = asked else {
            return Self::fitting(val, len);
        };
        if let Ok(len) = asked.extract() {
            return Self::fitting(val, len);
        }
        let asked = asked.py().import("operator")?.call_method1("index", (asked,))?;
        if asked.lt(0)? {
            return Err(too_short(&val, asked));
        }
        Self::fitting(val, asked.extract()?)
    }

    fn fitting(val: BigUint, len: usize) -> PyResult<Self> {
        if val.bits() <= len as u64 { Ok(Self { val, len }) } else { Err(too_short(&val, len)) }
    }

    fn bit(&self, at: usize) -> bool {
        self.val.bit((self.len - at - 1) as u64)
    }

    fn merged<'py>(
        slf: &Bound<'py, Self>,
        other: &Bound<'py, PyAny>,
        merge: impl Fn(&BigUint, &BigUint) -> BigUint,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some(other) = twin(slf, other) else {
            return Ok(slf.py().NotImplemented().into_bound(slf.py()));
        };
        let (one, other) = (slf.borrow(), other.borrow());
        let bits = Self { val: merge(&one.val, &other.val), len: one.len.max(other.len) };
        Ok(Bound::new(slf.py(), bits)?.into_any())
    }
}

fn too_short(val: &BigUint, len: impl std::fmt::Display) -> PyErr {
    PyValueError::new_err(format!("value {val} cannot be represented with {len} bits"))
}

/// Returns the other object if it is of the very same class.
fn twin<'a, 'py>(
    one: &Bound<'py, Bits>,
    other: &'a Bound<'py, PyAny>,
) -> Option<&'a Bound<'py, Bits>> {
    one.get_type().is(other.get_type()).then(|| other.cast().ok()).flatten()
}

/// Returns how far to shift; what Python's `<<` or `>>` of an int refuses, it raises.
fn shift<'py>(
    by: &Bound<'py, PyAny>,
    val: &BigUint,
    shifted: impl FnOnce(Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<usize> {
    if by.is_exact_instance_of::<PyInt>()
        && let Ok(by) = by.extract::<u32>()
    {
        return Ok(by as usize);
    }
    shifted(val.into_pyobject(by.py())?.into_any())?;
    by.extract()
}

fn natural(int: &Bound<'_, PyInt>) -> PyResult<BigUint> {
    if int.lt(0)? {
        return Err(PyValueError::new_err("Bits cannot represent negative values"));
    }
    int.extract()
}

/// Returns the number that bits are, the highest first.
fn number(bits: impl ExactSizeIterator<Item = bool>) -> BigUint {
    let length = bits.len();
    let mut digits = vec![0_u32; length.div_ceil(32)];
    for (at, _) in bits.enumerate().filter(|(_, bit)| *bit) {
        let place = length - at - 1;
        digits[place / 32] |= 1 << (place % 32);
    }
    BigUint::new(digits)
}

/// Adds to the extension what this file holds.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Bits>()
}

/// `digits` of a number that has at most `width`, behind zeros; `format!` takes widths below 65,536.
fn padded(digits: &str, width: usize) -> String {
    if width == 0 { String::new() } else { "0".repeat(width - digits.len()) + digits }
}
