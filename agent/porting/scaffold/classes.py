"""The Rust file of a component that is a class: its state, to be written, and the glue."""

from __future__ import annotations

from dataclasses import replace
from inspect import getattr_static
from typing import TYPE_CHECKING

from agent.porting.contract.terms import Effect
from agent.porting.infer.usage import usage_of
from agent.porting.infer.writing import first_line
from agent.porting.scaffold.component import ENTER, assembled, pyo3_signature
from agent.porting.scaffold.names import camel_case, identifier
from agent.porting.scaffold.records import records
from agent.porting.scaffold.signature import signature_of
from agent.porting.scaffold.types import ANY, Mapping, quoted

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.scaffold.target import Target

__all__ = ["GIVEN", "ORDINARY", "TAKING", "class_file"]

GIVEN = {
    "__bool__": "bool", "__contains__": "bool", "__delitem__": "()", "__hash__": "isize",
    "__iadd__": "()", "__ior__": "()", "__len__": "usize", "__next__": f"Option<{ANY}>",
    "__setitem__": "()",
}  # fmt: skip
"""What special methods return in PyO3, where it says so."""

ORDINARY = frozenset([
    "__ceil__", "__copy__", "__floor__", "__format__", "__reversed__", "__round__", "__trunc__",
])  # fmt: skip
"""Special methods that PyO3 takes for methods like others."""

TAKING = frozenset(["__call__", "__contains__", "__delitem__", "__getitem__", "__setitem__"])
"""Special methods that may refuse an argument; for others, Python goes on to the other operand."""


def class_file(
    name: str, target: Target, contract: Contract, *, guarded: bool
) -> tuple[str, list[str]]:
    """Return the Rust file of a class, and what in it stays a Python object.

    With `guarded`, what Python can call begins with `ENTER`.
    """
    return _ClassFile(name, target, contract, guarded=guarded).write()


class _ClassFile:
    def __init__(self, name: str, target: Target, contract: Contract, *, guarded: bool) -> None:
        self._name = name
        self._enter = ENTER if guarded else ""
        self._target = target
        self._contract = contract
        if contract.factory is None:  # a class without one cannot be made, and none is inferred so
            raise TypeError
        self._factory = contract.factory
        self._mapping = Mapping()
        self._cores: list[str] = []
        self._glue: list[str] = []

    def write(self) -> tuple[str, list[str]]:
        operations = [spec for spec in self._contract.operations.values() if self._is_own(spec)]
        self._constructor()
        for spec in operations:
            self._operation(spec)
        title = camel_case(self._target.name)
        frozen = all(spec.effect is not Effect.WRITES for spec in operations)
        module = self._target.reference.partition(":")[0]
        traits = ["subclass", *(["frozen"] if frozen else [])]
        doc = first_line(self._target.described) or f"What `{self._target.reference}` is."
        naming = any(spec.name.startswith(_CONVENTIONS) for spec in operations)
        body = f"""\
/// The state of an object, to be written.
struct State {{}}

/// Refuse unsupported calls with `Unsupported`, before any effect. For Python to continue with an
/// object then, give the class a `__getstate__` that returns what the reference's would.
{_ALLOW if naming else ""}impl State {{
{_joined(self._cores)}
}}

/// {doc}
#[pyclass(name = {quoted(self._target.name)}, module = {quoted(module)}, {", ".join(traits)})]
struct {title}(State);

#[pymethods]
impl {title} {{
{_joined(self._glue)}
}}

{self._dropping(title)}/// Registers the component in the extension.
pub fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {{
    module.add_class::<{title}>()
}}
"""
        heading = f"`{self._name}`: the Rust side of `{self._target.reference}`."
        text = assembled(heading, records(self._mapping) + body, [*operations, self._factory])
        return text, self._mapping.unmapped

    def _dropping(self, title: str) -> str:
        if not self._enter:
            return ""
        return (
            f"impl Drop for {title} {{\nfn drop(&mut self) {{\n"
            f"{self._enter.strip()} // dropping the state may run Python's code\n}}\n}}\n\n"
        )

    def _is_own(self, spec: OperationSpec) -> bool:
        """Return whether an operation belongs to an object; remark on one of the class."""
        member = getattr_static(self._target.described, spec.name, None)
        if not isinstance(member, classmethod | staticmethod):
            return True
        self._mapping.unmapped.append(
            f"{self._target.name}.{spec.name}: belongs to the class, so Python serves it until you "
            f"write it as #[{type(member).__name__}]"
        )
        return False

    def _constructor(self) -> None:
        changed = usage_of(self._target.described.__init__).changed
        signature = signature_of(
            self._factory, self._mapping, self._target.name, changed, returns="Self"
        )
        head = signature.core("construct")
        self._cores.append(
            f"/// Constructs an object.\n{head} {{\n{signature.unused}"
            f"not_ported::<()>({quoted(self._name)})?;\nOk(Self {{}})\n}}"
        )
        self._glue.append(
            f"#[new]\n{pyo3_signature(signature)}\n"
            f"{signature.glue('construct', returns='PyResult<Self>')} {{\n{self._enter}"
            f"State::{signature.call('construct')}.map(Self)\n}}"
        )

    def _operation(self, spec: OperationSpec) -> None:
        member = getattr_static(self._target.described, spec.name, None)
        function = getattr(member, "fget", member)
        place = f"{self._target.name}.{spec.name}"
        special = spec.name.startswith("__") and spec.name not in ORDINARY
        changed = usage_of(function).changed
        slot = special and spec.name != "__call__"
        if slot:  # no caller passes more than the operation itself does
            spec = replace(
                spec, parameters=tuple(each for each in spec.parameters if each.required)
            )
        signature = signature_of(
            spec, self._mapping, place, changed,
            objects=special and spec.name not in TAKING,
            returns=GIVEN.get(spec.name),
        )  # fmt: skip
        name = identifier(spec.name)
        receiver = "&mut self" if spec.effect is Effect.WRITES else "&self"
        doc = first_line(member) or f"Does what `{place}` does."
        self._cores.append(
            f"/// {doc}\n{signature.core(name, receiver=receiver)} {{\n{signature.unused}"
            f"not_ported({quoted(f'{self._name}.{spec.name}')})\n}}"
        )
        attributes = "#[getter]\n" if spec.kind == "property" else ""
        if spec.kind == "method" and not slot:
            attributes = pyo3_signature(signature, bound=True) + "\n"
        plain = spec.name in GIVEN
        returns = f"PyResult<{GIVEN[spec.name]}>" if plain else None
        head = signature.glue(name, receiver=receiver, returns=returns)
        call = f"self.0.{signature.call(name)}"
        self._glue.append(
            f"/// {doc}\n{attributes}{head} {{\n{self._enter}"
            f"{call if plain else call + '?.give(py)'}\n}}"
        )


_CONVENTIONS = ("as_", "from_", "into_", "is_", "to_")
_ALLOW = '#[allow(clippy::wrong_self_convention, reason = "named as in Python")]\n'


def _joined(functions: list[str]) -> str:
    return "\n\n".join(functions)
