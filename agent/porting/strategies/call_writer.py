"""Calls of a contract's operations, written as a person would write them."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, get_args

from agent.porting.contract.terms import Effect, Given, Virtual
from agent.porting.script.operators import OPERATORS
from agent.porting.script.statement import Template, parse
from agent.porting.strategies.domain import CLOCK, OBJECT_SLOT, Domain, object_slot
from agent.porting.strategies.draws import Draws
from agent.porting.strategies.from_annotation import domain_of
from agent.porting.worlds.opening import names_given

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract, OperationSpec, Parameter
    from agent.porting.script.statement import Line
    from agent.porting.strategies.draws import Choice

__all__ = ["SYNTAX", "Arguments", "Caller", "caller_of", "is_driven", "is_made", "whole_form"]

SYNTAX = {
    "__getitem__": "{0}[{1}]", "__setitem__": "{0}[{1}] = {2}", "__delitem__": "del {0}[{1}]",
    "__contains__": "{1} in {0}", "__len__": "len({0})", "__iter__": "iter({0})",
    "__repr__": "repr({0})", "__str__": "str({0})", "__hash__": "hash({0})",
    "__bool__": "bool({0})", "__reversed__": "reversed({0})", "__eq__": "{0} == {1}",
    "__ne__": "{0} != {1}", "__lt__": "{0} < {1}", "__le__": "{0} <= {1}",
    "__gt__": "{0} > {1}", "__ge__": "{0} >= {1}", "__next__": "next({0})",
    "__int__": "int({0})", "__float__": "float({0})", "__abs__": "abs({0})",
    "__bytes__": "bytes({0})", "__aiter__": "aiter({0})", "__anext__": "anext({0})",
    "__aenter__": "enter({0})", "__aexit__": "leave({0})",
}  # fmt: skip

_COMPARING = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"}
"""Operations that are called with objects of their own kind, too, whatever they take."""

Arguments = Mapping[str, str]
"""Expressions by parameter name; a parameter that is not there is not passed."""


class Caller:
    """Writes the calls of a contract's operations."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.draws = Draws(contract.classes)
        """The strategies that the contract's annotations name, once their domains are read."""
        self._domains: dict[int, dict[str, Domain]] = {}
        self._templates: dict[tuple[Any, ...], Template] = {}

    @property
    def subject(self) -> str:
        """The name of the object under test: the contract's own, in small letters."""
        return self.named(self.contract.name)

    @staticmethod
    def named(name: str, number: int = 1) -> str:
        """Return the name that a script gives the object `number` of a contract or part."""
        return name.lower() if number == 1 else f"{name.lower()}{number}"

    @cached_property
    def has_clock(self) -> bool:
        """Whether the factory takes a clock that checks are to drive."""
        factory = self.contract.factory
        return factory is not None and any(
            is_driven(parameter.annotation) for parameter in factory.parameters
        )

    def clock(self, tick: str = "") -> str:
        """Return the line that makes the clock; with `tick`, it moves on each time it is read."""
        return f"{CLOCK} = Clock(1000.0{tick and f', {tick}'})"

    def make(self, arguments: Arguments, number: int = 1) -> Line:
        """Return the line that makes the object, or another one by its `number`."""
        spec = self.contract.factory
        if spec is None:
            message = f"{self.contract.name} is not made by a factory"
            raise ValueError(message)
        target = self.named(self.contract.name, number)
        return self._filled(spec, self.contract.name, target, arguments)

    def call(
        self,
        spec: OperationSpec,
        arguments: Arguments,
        subject: str | None = None,
        target: str | None = None,
        form: str | None = None,
    ) -> Line:
        """Return the line that performs `spec` on `subject` and names the result `target`.

        An asynchronous operation is carried out to its end, unless a `form` says otherwise, in
        which ``{}`` is the call: ``start({})``, for example.
        """
        return self._filled(spec, subject or self.subject, target, arguments, form)

    def opening(
        self, spec: OperationSpec, arguments: Arguments, subject: str, kind: str, number: int = 1
    ) -> list[Line]:
        """Return the lines by which `spec` gives the object `number` of a contract or part.

        What an asynchronous context manager gives is entered, and not left.
        """
        target = self.named(kind, number)
        if spec.giving != "context":
            return [self.call(spec, arguments, subject, target)]
        form = "{}" if spec.calling == "plain" else "await {}"
        manager = self.manager(target)
        return [
            self.call(spec, arguments, subject, manager, form),
            parse(f"{target} = await enter({manager})"),
        ]

    @staticmethod
    def manager(name: str) -> str:
        """Return the name that a script gives the context manager that gave the object `name`."""
        return f"{name}_manager"

    def _filled(
        self,
        spec: OperationSpec,
        subject: str,
        target: str | None,
        arguments: Arguments,
        form: str | None = None,
    ) -> Line:
        given = _placed(spec, arguments)
        known = (id(spec), subject, target, given, form)
        template = self._templates.get(known)
        if template is None:
            called = _pattern(spec, subject, given, named=target is not None)
            pattern = (form or whole_form(spec)).replace("{}", called)
            pattern = pattern if target is None else f"{target} = {pattern}"
            template = Template(pattern, len(given))
            self._templates[known] = template
        return template.filled([arguments[name] for name in given])

    def domains(self, spec: OperationSpec) -> dict[str, Domain]:
        """Return the domain of each parameter of `spec`."""
        found = self._domains.get(id(spec))
        if found is None:
            owner = self._owners.get(id(spec), self.contract.name)
            found = self._domains[id(spec)] = {
                parameter.name: self._domain(parameter, f"{owner}.{spec.name}: {parameter.name}")
                for parameter in spec.parameters
            }
            if spec.name in _COMPARING or (self.contract.foreign and _takes_in(spec)):
                for parameter in spec.parameters:
                    if parameter.annotation in {Any, object}:
                        domain = found[parameter.name]
                        within = [*domain.within, object_slot(owner)]
                        found[parameter.name] = replace(domain, within=within)
        return found

    @cached_property
    def _owners(self) -> dict[int, str]:
        """The name of the contract or part that an operation belongs to."""
        return {
            id(spec): owner
            for owner, contract in self.contract.everything.items()
            for spec in contract.performed.values()
        }

    def redraw(self, name: str, row: bytes = b"") -> Any:
        """Draw a value of a strategy once more: what ``drawn`` does in a script.

        Raises `UsageError` if the contract has no strategy of that name, or one that has changed.
        """
        if name not in self.draws:
            self._read_all()
        return self.draws.draw(name, row)

    def learn(self, choices: list[Choice]) -> None:
        """Take note of what another process drew, so that it can be made simpler here."""
        if choices:
            self._read_all()
            self.draws.learn(choices)

    def _read_all(self) -> None:
        """Read the domains of all parameters."""
        specs = [self.contract.factory] if self.contract.factory is not None else []
        for part in self.contract.everything.values():
            specs += part.performed.values()
        for spec in specs:
            self.domains(spec)

    def _domain(self, parameter: Parameter, place: str) -> Domain:
        annotation = parameter.annotation
        if parameter.name in names_given(self.contract) and not is_given(annotation):
            return Domain([parameter.name])
        made = self.contract.named_by(annotation)
        if made is not None:
            return Domain([object_slot(made)], ["5", "None", "'no such object'"])
        return domain_of(annotation, place, self.draws)

    def simplest(self, spec: OperationSpec) -> dict[str, str]:
        """Return the fewest and simplest arguments that `spec` accepts; time does not advance."""
        domains = self.domains(spec)
        return {
            parameter.name: domains[parameter.name].within[0]
            for parameter in spec.parameters
            if parameter.required or is_driven(parameter.annotation)
        }

    @cached_property
    def makers(self) -> dict[str, list[tuple[str, OperationSpec]]]:
        """By the name of a contract or part: what gives such an object, and to what it belongs."""
        found: dict[str, list[tuple[str, OperationSpec]]] = {}
        for owner, contract in self.contract.everything.items():
            for spec in contract.operations.values():
                given = self.contract.named_by(spec.makes)
                if given is not None:
                    found.setdefault(given, []).append((owner, spec))
        return found

    @cached_property
    def reentries(self) -> dict[str, list[str]]:
        """Expressions by which a callback may use the object that calls it, by contract or part."""
        return {owner: self._reentries_of(owner) for owner in self.contract.everything}

    def _reentries_of(self, owner: str) -> list[str]:
        calls = []
        for spec in self.contract.everything[owner].operations.values():
            arguments = self.simplest(spec)
            texts = "".join(arguments.values())
            if spec.name == "__hash__":  # what a callback answers would depend on the hash seed
                continue
            if not spec.asynchronous and OBJECT_SLOT not in texts:  # a callback is a plain function
                text = self.call(spec, arguments, self.named(owner)).text
                if _is_expression(text):
                    calls.append(text)
        return calls or ["None"]


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


def _takes_in(spec: OperationSpec) -> bool:
    """Return whether an operation may keep what it is given: it may be given the object itself."""
    public = spec.kind == "method" and not spec.name.startswith("_")
    return public and spec.effect is Effect.WRITES


def is_given(annotation: Any) -> bool:
    """Return whether `annotation` lists values from a world."""
    return any(isinstance(item, Given) for item in getattr(annotation, "__metadata__", ()))


def is_made(contract: Contract, parameter: Parameter) -> bool:
    """Return whether a parameter takes what a script has made, or what its world gives."""
    if contract.named_by(parameter.annotation) is not None or is_given(parameter.annotation):
        return True
    return parameter.name in names_given(contract)


@lru_cache(maxsize=64)
def caller_of(contract: Contract) -> Caller:
    """Return what writes the calls of a contract: its domains are read once in a process."""
    return Caller(contract)


def is_driven(annotation: Any) -> bool:
    """Return whether `annotation` asks for a clock that checks drive."""
    return any(
        isinstance(item, Virtual) for item in getattr(annotation, "__metadata__", ())
    ) or any(is_driven(part) for part in get_args(annotation))


_BY_POSITION = {inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.VAR_POSITIONAL}


def _placed(spec: OperationSpec, arguments: Arguments) -> tuple[str, ...]:
    """Return the arguments that can be passed: after a gap, none that goes by its position."""
    given = []
    gap = False
    for parameter in spec.parameters:
        if parameter.name not in arguments:
            gap = True
        elif not (gap and parameter.kind in _BY_POSITION):
            given.append(parameter.name)
    return tuple(given)


def whole_form(spec: OperationSpec) -> str:
    """Return how a line carries out a call of `spec`, written as ``{}``, to its end."""
    if spec.giving != "value":
        return "await drain({})" if spec.giving == "stream" else "await through({})"
    return "{}" if spec.calling == "plain" else "await {}"


def _pattern(
    spec: OperationSpec, subject: str, given: tuple[str, ...], *, named: bool = False
) -> str:
    """Write the call with a place, ``{0}``, ``{1}``, …, for each of the arguments `given`.

    A call whose result is `named` is an expression.
    """
    operator = OPERATORS.get((spec.name, len(given)))
    if spec.kind == "property":
        pattern = f"{subject}.{spec.name}"
    elif spec.kind == "setter":
        pattern = f"{subject}.{spec.name.removesuffix('=')} = {{0}}"
    elif spec.kind == "deleter":
        pattern = f"del {subject}.{spec.name.removeprefix('del ')}"
    elif operator is not None and not (named and "= {1}" in operator):
        pattern = operator.format(subject, *(f"{{{index}}}" for index in range(len(given))))
    elif spec.name in SYNTAX and len(given) == len(spec.parameters):
        places = (f"{{{index}}}" for index in range(len(given)))
        pattern = SYNTAX[spec.name].format(subject, *places)
    else:
        called = subject if spec.name == "__call__" else f"{subject}.{spec.name}"
        pattern = f"{called}({_inside(spec, given)})"
    return pattern


def _inside(spec: OperationSpec, given: tuple[str, ...]) -> str:
    """Write the arguments of a call: by position where only that, or nothing else, is allowed."""
    texts = []
    by_name = False
    several = any(
        parameter.kind is inspect.Parameter.VAR_POSITIONAL and parameter.name in given
        for parameter in spec.parameters
    )
    for parameter in spec.parameters:
        if parameter.name not in given:
            by_name = True
            continue
        slot = f"{{{given.index(parameter.name)}}}"
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            texts.append(f"**{{{{'a': {slot}}}}}")
        elif parameter.kind in _BY_POSITION:
            texts.append(slot)
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY or (
            not several and (by_name or not parameter.required)
        ):
            texts.append(f"{parameter.name}={slot}")
        else:
            texts.append(slot)
    return ", ".join(texts)
