"""One operation in Rust: the signature of the function to write, and of its glue."""

from __future__ import annotations

from dataclasses import dataclass
from inspect import Parameter as Kind
from typing import TYPE_CHECKING, Any

from agent.errors import UsageError
from agent.porting.scaffold.names import identifier
from agent.porting.scaffold.types import ANY, default_in_rust

if TYPE_CHECKING:
    from collections.abc import Container

    from agent.porting.contract.reader import OperationSpec, Parameter
    from agent.porting.scaffold.types import Mapping

__all__ = ["Argument", "Signature", "signature_of"]

_MOST_ARGUMENTS = 7
"""Clippy finds more too many."""

_EXPECT = '#[expect(clippy::too_many_arguments, reason = "as many as in Python")]\n'


@dataclass(frozen=True)
class Argument:
    """One parameter, in both functions."""

    name: str
    """As Rust takes it."""
    taken: str
    """The type in the function to be written."""
    glue: str
    """The type in the glue."""
    passed: str
    """What the glue passes on."""


@dataclass(frozen=True)
class Signature:
    """One operation, or how an object is made."""

    arguments: tuple[Argument, ...]
    returns: str
    declared: str
    """The PyO3 signature: ``name = default``, stars, slashes."""
    text: str
    """The same as Python shows it."""

    @property
    def unused(self) -> str:
        """A statement that takes notice of all arguments."""
        names = [argument.name for argument in self.arguments]
        if not names:
            return ""
        return f"let _ = {names[0] if len(names) == 1 else '(' + ', '.join(names) + ')'};\n"

    def core(self, name: str, *, receiver: str = "", lead: str = "fn") -> str:
        """Return the head of the function to be written."""
        types = [argument.taken for argument in self.arguments]
        needs_python = "'py" in self.returns and not any("'py" in each for each in types)
        parts = [f"{each.name}: {each.taken}" for each in self.arguments]
        if needs_python:
            parts.insert(0, "_: Python<'py>")
            types.insert(0, "'py")
        return _head(lead, name, parts, types, f"PyResult<{self.returns}>", receiver)

    def call(self, name: str) -> str:
        """Return the call of the function to be written, within the glue."""
        types = [argument.taken for argument in self.arguments]
        passed = [argument.passed for argument in self.arguments]
        if "'py" in self.returns and not any("'py" in each for each in types):
            passed.insert(0, "py")
        return f"{name}({', '.join(passed)})"

    def glue(self, name: str, *, receiver: str = "", returns: str | None = None) -> str:
        """Return the head of the glue; `returns` says what another one than an object is."""
        parts = [f"{each.name}: {each.glue}" for each in self.arguments]
        types = [each.glue for each in self.arguments]
        if returns is None:
            parts.insert(0, "py: Python<'py>")
            types.insert(0, "'py")
            returns = f"PyResult<{ANY}>"
        elif self.call("").startswith("(py"):
            parts.insert(0, "py: Python<'py>")
            types.insert(0, "'py")
        return _head("fn", name, parts, types, returns, receiver)


def _head(  # noqa: PLR0913, PLR0917  # the parts of a head
    lead: str, name: str, parts: list[str], types: list[str], returns: str, receiver: str
) -> str:
    """Write a head, with a lifetime where it cannot be left out."""
    lifetimes = sum(each.count("'py") + each.count("&") for each in types)
    named = "'py" in returns and (lifetimes != 1 or receiver.startswith("&"))
    joined = ", ".join([*([receiver] if receiver else []), *parts])
    many = len(parts) + bool(receiver) > _MOST_ARGUMENTS
    head = f"{lead} {name}{'<' + chr(39) + 'py>' if named else ''}({joined}) -> {returns}"
    return (_EXPECT if many else "") + (head if named else head.replace("'py", "'_"))


def signature_of(  # noqa: PLR0913  # the operation, and its form in Rust
    spec: OperationSpec,
    mapping: Mapping,
    place: str,
    changed: Container[str] = (),
    *,
    objects: bool = False,
    returns: str | None = None,
) -> Signature:
    """Return how `spec` looks in Rust.

    Args:
        spec: the operation.
        mapping: maps its types.
        place: names it where something cannot be mapped.
        changed: parameters whose arguments it changes.
        objects: whether it takes any objects, whatever is said of their types.
        returns: what it returns in Rust, whatever is said of its type.
    """
    arguments, declared, shown = [], [], []
    kinds = [parameter.kind for parameter in spec.parameters]
    for index, parameter in enumerate(spec.parameters):
        name = identifier(parameter.name)
        if name == "py":
            message = f"{place}: a parameter named py conflicts with the glue's own"
            raise UsageError(message)
        before = kinds[:index]
        if parameter.kind is Kind.KEYWORD_ONLY and not {
            Kind.KEYWORD_ONLY, Kind.VAR_POSITIONAL
        } & set(before):  # fmt: skip
            declared.append("*")
            shown.append("*")
        if objects:
            argument, default = Argument(name, ANY, ANY, name), None
        else:
            argument, default = _argument(parameter, mapping, f"{place}({parameter.name})", changed)
        arguments.append(argument)
        stars = _STARS.get(parameter.kind, "")
        declared.append(f"{stars}{name}" + (f" = {default}" if default is not None else ""))
        shown.append(f"{stars}{parameter.name}" + _shown_default(parameter))
        last = index + 1 == len(kinds) or kinds[index + 1] is not Kind.POSITIONAL_ONLY
        if parameter.kind is Kind.POSITIONAL_ONLY and last:
            declared.append("/")
            shown.append("/")
    given = returns or mapping.given(spec.returns, f"{place}'s result")
    return Signature(tuple(arguments), given, ", ".join(declared), ", ".join(shown))


_STARS: dict[Any, str] = {Kind.VAR_POSITIONAL: "*", Kind.VAR_KEYWORD: "**"}


def _argument(
    parameter: Parameter, mapping: Mapping, place: str, changed: Container[str]
) -> tuple[Argument, str | None]:
    """Return how a parameter is taken, and its default in Rust."""
    name = identifier(parameter.name)
    if parameter.kind is Kind.VAR_POSITIONAL:
        kind = "&Bound<'py, PyTuple>"
        return Argument(name, kind, kind, name), None
    if parameter.kind is Kind.VAR_KEYWORD:
        kind = "Option<&Bound<'py, PyDict>>"
        return Argument(name, kind, kind, name), None
    taken = mapping.taken(parameter.annotation, place, changed=parameter.name in changed)
    if parameter.default is Kind.empty:
        if taken == ANY:
            return Argument(name, taken, taken, name), None
        return Argument(name, taken, f"Exact<{taken}>", f"{name}.0"), None
    default = default_in_rust(parameter.default, taken)
    if default is None:
        taken, default = f"Given<{taken}>", "Given::Absent"
    return Argument(name, taken, f"Exact<{taken}>", f"{name}.0"), f"Exact({default})"


def _shown_default(parameter: Parameter) -> str:
    default = parameter.default
    if default is Kind.empty:
        return ""
    plain = type(default) in {bool, int, float, str, bytes, type(None)}
    text = repr(default)
    return f"={text if plain and text not in {'nan', 'inf', '-inf'} else '...'}"
