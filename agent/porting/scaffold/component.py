"""The Rust file of a component: the function to write, and its glue."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.porting.contract.terms import Effect
from agent.porting.infer.usage import usage_of
from agent.porting.infer.writing import first_line
from agent.porting.scaffold.names import identifier, is_snake_case
from agent.porting.scaffold.records import records
from agent.porting.scaffold.signature import signature_of
from agent.porting.scaffold.types import Mapping, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.scaffold.signature import Signature
    from agent.porting.scaffold.target import Target

__all__ = ["ENTER", "assembled", "function_file", "pyo3_signature"]

ENTER = "crate::exits::enter();\n"
"""What a function that Python can call begins with; see the template of ``exits.rs``."""


def function_file(
    name: str, target: Target, contract: Contract, *, guarded: bool
) -> tuple[str, list[str]]:
    """Return the Rust file of a function, and what in it stays a Python object.

    With `guarded`, what Python can call begins with `ENTER`.
    """
    mapping = Mapping()
    spec = contract.operations["__call__"]
    changed = (
        {parameter.name for parameter in spec.parameters}
        if spec.effect is Effect.WRITES
        else usage_of(target.described).changed
    )
    signature = signature_of(spec, mapping, target.name, changed)
    core = identifier(name)
    doc = first_line(target.described) or f"Does what `{target.reference}` does."
    body = f"""\
/// {doc}
///
/// Refuse unsupported calls with `Unsupported`, before any effect.
{signature.core(core)} {{
{signature.unused}not_ported({quoted(name)})
}}

/// {doc}
#[pyfunction]
#[pyo3(name = {quoted(target.name)})]
{pyo3_signature(signature)}
{signature.glue("glue")} {{
    {ENTER if guarded else ""}{signature.call(core)}?.give(py)
}}

/// Registers the component in the extension.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {{
    module.add_function(wrap_pyfunction!(glue, module)?)
}}
"""
    title = f"`{name}`: the Rust side of `{target.reference}`."
    return assembled(title, records(mapping) + body, [spec]), mapping.unmapped


def pyo3_signature(signature: Signature, *, bound: bool = False) -> str:
    """Return the PyO3 attribute of a signature; that of a method is `bound`."""
    shown = ", ".join(filter(None, ["$self" if bound else "", signature.text]))
    return f"#[pyo3(signature = ({signature.declared}), text_signature = {quoted(f'({shown})')})]"


def assembled(title: str, body: str, specs: Iterable[OperationSpec]) -> str:
    """Return a file of Rust for the operations `specs`, with the imports that `body` needs."""
    specs = list(specs)
    own = [name for spec in specs for name in (spec.name, *(p.name for p in spec.parameters))]
    words = set(re.findall(r"\w+", re.sub(r"//.*", "", body)))
    if "give" in words:
        words.add("Give")
    lines = [f"//! {title}\n"]
    if not all(map(is_snake_case, own)):
        lines.append('#![allow(non_snake_case, reason = "names are those in Python")]\n')
    if "HashSet" in words:
        lines.append("use std::collections::HashSet;\n")
    if "IndexMap" in words:
        lines.append("use indexmap::IndexMap;")
    lines.append("use pyo3::prelude::*;")
    for module, names in _MODULES.items():
        if used := sorted(words & names):
            gap = "\n" if module == "crate::values" else ""
            lines.append(f"{gap}use {module}::{{{', '.join(used)}}};")
    return "\n".join([*lines, "", body])


_MODULES = {
    "pyo3::sync": {"PyOnceLock"},
    "pyo3::types": {"PyDict", "PyTuple", "PyType"},
    "crate::values": {"Exact", "Give", "Given", "Take", "attribute", "not_ported", "refused"},
}
