"""Rust structs for dataclasses, attribute by attribute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.scaffold.names import identifier
from agent.porting.scaffold.types import quoted

if TYPE_CHECKING:
    from agent.porting.scaffold.types import Mapping

__all__ = ["records"]

_RECORD = """\
/// A `{place}`, attribute by attribute.
struct {name} {{
{fields}
}}

impl {name} {{
    /// The class in Python.
    fn class<'py>(py: Python<'py>) -> PyResult<&'py Bound<'py, PyType>> {{
        static CLASS: PyOnceLock<Py<PyType>> = PyOnceLock::new();
        CLASS.import(py, {module}, {quoted})
    }}
}}

impl<'py> Take<'_, 'py> for {name} {{
    fn take(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {{
        if !object.get_type().is(Self::class(object.py())?) {{
            return Err(refused(object, {quoted}));
        }}
        Ok(Self {{
{taken}
        }})
    }}
}}

impl<'py> Give<'py> for {name} {{
    fn give(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {{
        let fields = PyDict::new(py);
{given}
        Self::class(py)?.call((), Some(&fields))
    }}
}}

"""


def records(mapping: Mapping) -> str:
    """Return the structs of the dataclasses that `mapping` met."""
    return "".join(_record(cls, types) for cls, types in mapping.records.items())


def _record(cls: type, types: dict[str, str]) -> str:
    names = {name: identifier(name) for name in types}
    return _RECORD.format(
        place=f"{cls.__module__}.{cls.__qualname__}",
        name=cls.__name__,
        module=quoted(cls.__module__),
        quoted=quoted(cls.__name__),
        fields="\n".join(f"    {names[name]}: {rust}," for name, rust in types.items()),
        taken="\n".join(
            f"            {own}: attribute(object, {quoted(name)})?," for name, own in names.items()
        ),
        given="\n".join(
            f"        fields.set_item({quoted(name)}, self.{own}.give(py)?)?;"
            for name, own in names.items()
        ),
    )
