"""Calls of a contract's operations, written as a person would write them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from agent.porting.terms import Virtual
from agent.porting.values.domain import CLOCK, Domain
from agent.porting.values.domains import domain_of

if TYPE_CHECKING:
    from agent.porting.contract import Contract, OperationSpec

__all__ = ["Arguments", "Caller", "is_driven"]

_SYNTAX = {
    "__getitem__": "{0}[{1}]", "__setitem__": "{0}[{1}] = {2}", "__delitem__": "del {0}[{1}]",
    "__contains__": "{1} in {0}", "__len__": "len({0})", "__iter__": "iter({0})",
    "__repr__": "repr({0})", "__str__": "str({0})", "__hash__": "hash({0})",
    "__bool__": "bool({0})", "__reversed__": "reversed({0})", "__eq__": "{0} == {1}",
    "__ne__": "{0} != {1}", "__lt__": "{0} < {1}", "__le__": "{0} <= {1}",
    "__gt__": "{0} > {1}", "__ge__": "{0} >= {1}", "__call__": "{0}({1})",
}  # fmt: skip

Arguments = Mapping[str, str]
"""Expressions by parameter name; a parameter that is not there is not passed."""


@dataclass(frozen=True)
class Caller:
    """Writes calls on the object that the script names `subject`."""

    contract: Contract

    @property
    def subject(self) -> str:
        """The name of the object under test: the contract's own, in small letters."""
        return self.contract.name.lower()

    @property
    def has_clock(self) -> bool:
        """Whether the factory takes a clock that checks are to drive."""
        return any(
            is_driven(parameter.annotation) for parameter in self.contract.factory.parameters
        )

    def clock(self, tick: str = "") -> str:
        """Return the line that makes the clock; with `tick`, it moves on each time it is read."""
        return f"{CLOCK} = Clock(1000.0{tick and f', {tick}'})"

    def make(self, arguments: Arguments) -> str:
        """Return the line that makes the object."""
        inside = _inside(self.contract.factory, arguments)
        return f"{self.subject} = {self.contract.name}({inside})"

    def call(self, spec: OperationSpec, arguments: Arguments) -> str:
        """Return the line that performs `spec`."""
        if spec.kind == "property":
            return f"{self.subject}.{spec.name}"
        if spec.name in _SYNTAX and all(part.name in arguments for part in spec.parameters):
            given = [arguments[parameter.name] for parameter in spec.parameters]
            return _SYNTAX[spec.name].format(self.subject, *given)
        return f"{self.subject}.{spec.name}({_inside(spec, arguments)})"

    def domains(self, spec: OperationSpec) -> dict[str, Domain]:
        """Return the domain of each parameter of `spec`."""
        place = f"{self.contract.name}.{spec.name}"
        return {
            parameter.name: domain_of(parameter.annotation, f"{place}: {parameter.name}")
            for parameter in spec.parameters
        }

    def simplest(self, spec: OperationSpec) -> dict[str, str]:
        """Return the fewest and simplest arguments that `spec` accepts; time stands still."""
        domains = self.domains(spec)
        return {
            parameter.name: domains[parameter.name].within[0]
            for parameter in spec.parameters
            if parameter.required or is_driven(parameter.annotation)
        }

    def reentries(self) -> list[str]:
        """Return expressions by which a callback may use the object under test."""
        calls = []
        for spec in self.contract.operations.values():
            arguments = self.simplest(spec)
            named = spec.kind == "method" and not spec.name.startswith("__")
            if named and "{reenter}" not in "".join(arguments.values()):
                calls.append(self.call(spec, arguments))
        return calls


def is_driven(annotation: Any) -> bool:
    """Tell whether `annotation` asks for a clock that checks drive."""
    return any(
        isinstance(item, Virtual) for item in getattr(annotation, "__metadata__", ())
    ) or any(is_driven(part) for part in get_args(annotation))


def _inside(spec: OperationSpec, arguments: Arguments) -> str:
    """Write the arguments of a call: by position where only that, or nothing else, is allowed."""
    texts = []
    by_name = False
    for parameter in spec.parameters:
        text = arguments.get(parameter.name)
        if text is None:
            by_name = True
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            texts.append(f"**{{'a': {text}}}")
        elif (
            parameter.kind is inspect.Parameter.VAR_POSITIONAL
            or parameter.kind is inspect.Parameter.POSITIONAL_ONLY
        ):
            texts.append(text)
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY or by_name or not parameter.required:
            texts.append(f"{parameter.name}={text}")
        else:
            texts.append(text)
    return ", ".join(texts)
