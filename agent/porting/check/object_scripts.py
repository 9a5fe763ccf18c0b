"""Writes the scripts that exercise the object protocol."""

from __future__ import annotations

import inspect
import os
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.porting.check.boundary import all_calls, provided
from agent.porting.contract.terms import Effect
from agent.porting.strategies.domain import OBJECT_SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.check.recipes import Recipes
    from agent.porting.contract.reader import OperationSpec, Parameter
    from agent.porting.strategies.call_writer import Caller

__all__ = ["ObjectProbe", "ProbeScripts"]

_FORKS = 8
"""Operations of an object that are called in a forked process, which takes long to make."""

_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


@dataclass(frozen=True)
class ObjectProbe:
    """Lines about one topic."""

    topic: str
    opening: list[str]
    """Lines that make the object, whose differences are found elsewhere."""
    lines: list[str]


class ProbeScripts:
    """Writes the probes for the objects of one contract or part, or for its functions."""

    def __init__(
        self,
        caller: Caller,
        owner: str,
        implementation: object,
        recipes: Recipes,
        *,
        rich: bool = False,
    ) -> None:
        self._known = (caller, owner, implementation, recipes)
        self._caller = caller
        self._recipes = recipes
        self._rich = rich
        self._contract = caller.contract.everything[owner]
        self._subject = caller.named(owner)
        root = owner == caller.contract.name
        self._factory = caller.contract.factory if root else None
        self._has_object = not root or self._factory is not None
        self._class = f"type({self._subject})"
        if root and isinstance(implementation, type):
            self._class = owner
        begin = [caller.clock()] if caller.has_clock else []
        self._make = ""
        if caller.contract.factory is not None:
            self._make = caller.make(self._arguments(caller.contract.factory, root=True)).text
            begin.append(self._make)
        self._opening = [*begin, *provided(caller, owner)]
        self._begin = begin[:-1]
        self._once, self._looks = all_calls(caller, owner, self._arguments)
        external = {
            spec.name
            for spec in self._contract.operations.values()
            if spec.effect is Effect.EXTERNAL
        }
        self._once = [line for line in self._once if not any(f".{n}(" in line for n in external)]

    def probes(self) -> Iterator[ObjectProbe]:
        """Yield all probes."""
        yield from self._of_objects() if self._has_object else self._of_functions()
        yield from self._of_calls()
        if self._factory is not None:
            yield from ProbeScripts(*self._known, rich=True).of_rich_objects()

    def of_rich_objects(self) -> Iterator[ObjectProbe]:
        """Yield the probes that depend on what the object holds, and on what calls are given."""
        for used in (False, True):
            yield from self._of_copies(used=used)
        yield from self._of_initialising()
        yield from self._of_subclasses()

    def _arguments(self, spec: OperationSpec, *, root: bool = False) -> dict[str, str]:
        """Return the simplest arguments, or those of the richest call that returned."""
        owner = self._caller.contract.name if root else self._contract.name
        recipe = self._recipes.richest(spec.name if root else f"{owner}.{spec.name}")
        simplest = self._caller.simplest(spec)
        return {**simplest, **recipe} if self._rich and recipe is not None else simplest

    def _probe(self, topic: str, *lines: str, used: bool = False) -> ObjectProbe:
        return ObjectProbe(topic, [*self._opening, *(self._once if used else [])], list(lines))

    def _of_objects(self) -> Iterator[ObjectProbe]:
        subject = self._subject
        for used in (False, True):
            yield from self._of_copies(used=used)
        yield self._probe("weakref", f"probing.weakly({subject})")
        yield self._probe("attributes", f"probing.attribute({subject})")
        yield self._probe("attributes", f"probing.missing({subject})")
        for spec in self._contract.operations.values():
            if spec.kind == "property":
                yield self._probe("attributes", f"probing.again({subject}, {spec.name!r})")
        yield self._probe("isinstance", f"probing.kinds({subject})")
        yield self._probe("names", f"probing.found({self._class})")
        yield self._probe("names", f"probing.documented({self._class})")
        yield from self._of_initialising()
        yield from self._of_subclasses()

    def _of_initialising(self) -> Iterator[ObjectProbe]:
        """Yield a call of the constructor on an object that it has made."""
        if self._factory is None or self._class.startswith("type("):
            return
        given = self._make.partition(f"{self._class}(")[2]
        again = f"probing.initialised({self._subject!r}, {given}"
        yield self._probe("initialising", again, *self._renamed(self._subject), used=True)

    def _of_copies(self, *, used: bool) -> Iterator[ObjectProbe]:
        subject = self._subject
        for topic in ("copy", "deepcopy", "pickle"):
            lines = [f"copied = probing.{topic}({subject})", f"copied is {subject}", *self._looks]
            lines += [*self._renamed("copied"), *self._looks]
            yield self._probe(topic, *lines, used=used)
        for protocol in range(0 if used else pickle.HIGHEST_PROTOCOL):
            yield self._probe("pickle", f"copied = probing.pickle({subject}, {protocol})")
        line = f"copied = probing.exchanged({subject!r})"
        yield self._probe("pickle", line, used=used)

    def _of_subclasses(self) -> Iterator[ObjectProbe]:
        line = f"Subclass = probing.subclass({self._class})"
        if self._factory is None or self._class.startswith("type("):
            yield self._probe("subclassing", line)
            return
        arguments = self._make.partition(f"{self._class}(")[2]
        opening = [*self._begin]
        lines = [line, f"made = Subclass({arguments}", f"isinstance(made, {self._class})"]
        lines += ["type(made) is Subclass", *self._renamed("made")]
        yield ObjectProbe("subclassing", opening, [*lines, "copied = probing.copy(made)"])
        lines += ["probing.attribute(made)"]
        yield ObjectProbe("subclassing", opening, [*lines[:4], "probing.attribute(made)"])
        looks = {spec.name for spec in self._caller.contract.observers(self._contract.name)}
        names = [
            repr(spec.name)
            for spec in self._contract.operations.values()
            if spec.kind == "method" and spec.name not in looks and not spec.asynchronous
        ]
        if names:
            shown = [
                spec.name for spec in self._contract.operations.values() if spec.kind == "property"
            ]
            names += [f"shows={tuple(shown)}"] if shown else []
            line = f"Overriding = probing.overriding({self._class}, {', '.join(names)})"
            lines = [line, f"made = Overriding({arguments}"]
            yield ObjectProbe("overriding", opening, [*lines, *self._renamed("made")])

    def _renamed(self, name: str) -> list[str]:
        """Return a call of each operation on the object `name`."""
        calls = []
        for spec in self._contract.operations.values():
            arguments = self._simplest(spec)
            if arguments is not None:
                calls.append(self._caller.call(spec, arguments, name).text)
        return calls

    def _of_functions(self) -> Iterator[ObjectProbe]:
        for called in map(self._called, self._contract.operations.values()):
            if called is None:
                continue
            yield self._probe("weakref", f"probing.weakly({called})")
            yield self._probe("binding", f"probing.bound({called})")
            yield self._probe("names", f"probing.found({called})")
            yield self._probe("names", f"probing.documented({called})")

    def _of_calls(self) -> Iterator[ObjectProbe]:
        if self._factory is not None:
            yield ObjectProbe("signature", [], [f"probing.signature({self._caller.contract.name})"])
            for line in self._keywords(self._factory, self._caller.contract.name):
                yield ObjectProbe("keywords", self._begin, [line])
        for spec in self._contract.operations.values():
            called = self._called(spec)
            if called is None:
                continue
            yield self._probe("signature", f"probing.signature({called})")
            if self._has_object:
                yield self._probe("names", f"probing.names({called})")
                yield self._probe("names", f"probing.documented({called})")
            for line in self._keywords(spec, called):
                yield self._probe("keywords", line)
        yield from self._elsewhere()

    def _elsewhere(self) -> Iterator[ObjectProbe]:
        """Yield calls through the class, from threads and from another process."""
        through, calls = [], []
        for spec in self._contract.operations.values():
            arguments = self._simplest(spec)
            gives_part = self._caller.contract.named_by(spec.makes) is not None
            if arguments is None or spec.asynchronous or gives_part:
                continue  # what a part is shows only in a line of its own
            line = self._caller.call(spec, arguments, self._subject).text
            if spec.name == "__hash__":
                line = f"isinstance({line}, int)"  # the number may differ
            called = self._called(spec)
            if called is not None and self._has_object:
                given = line.removeprefix(f"{called}(")
                through.append(f"probing.through_class({self._subject}, {spec.name!r}, {given}")
            if _is_expression(line):
                calls.append(line)
        for topic, lines in (
            ("binding", through),
            ("threads", [f"probing.thread(lambda: {line})" for line in calls]),
            ("fork", [f"probing.fork(lambda: {line})" for line in calls[:_FORKS]]),
        ):
            if lines and (topic != "fork" or hasattr(os, "fork")):
                yield self._probe(topic, *lines, used=True)
        for line in calls:
            if "Spy(" not in line:
                yield self._probe("threads", f"probing.threads(lambda: {line})")

    def _called(self, spec: OperationSpec) -> str | None:
        """Return how a method or function is named in a script; None for an operator."""
        if spec.name == "__call__":
            return self._subject
        if spec.kind != "method" or spec.name.startswith("__"):
            return None
        return f"{self._subject}.{spec.name}"

    def _simplest(self, spec: OperationSpec) -> dict[str, str] | None:
        """Return the simplest arguments, unless they are objects or the call leaves the process."""
        arguments = self._arguments(spec)
        if spec.effect is Effect.EXTERNAL or OBJECT_SLOT in "".join(arguments.values()):
            return None
        return arguments

    def _keywords(self, spec: OperationSpec, called: str) -> Iterator[str]:
        """Yield calls that pass each parameter by name, then all of them by position."""
        domains = self._caller.domains(spec)
        texts = {name: domain.within[0] for name, domain in domains.items()}
        parameters = [each for each in spec.parameters if each.kind not in _VARIADIC]
        left_out = self._simplest(spec) is None or len(parameters) < len(spec.parameters)
        if left_out or spec.asynchronous or any(OBJECT_SLOT in each for each in texts.values()):
            return
        for first in range(len(parameters) + 1):
            parts = [
                _passed(each, texts, by_name=index >= first)
                for index, each in enumerate(parameters)
            ]
            yield f"{called}({', '.join(parts)})"
        if any(each.kind is inspect.Parameter.KEYWORD_ONLY for each in parameters):
            yield f"{called}({', '.join(texts[each.name] for each in parameters)})"


def _passed(parameter: Parameter, texts: dict[str, str], *, by_name: bool) -> str:
    """Return an argument, by name if that is asked for or the only way."""
    by_name = by_name or parameter.kind is inspect.Parameter.KEYWORD_ONLY
    text = texts[parameter.name]
    return f"{parameter.name}={text}" if by_name else text


def _is_expression(line: str) -> bool:
    try:
        compile(line, "<probe>", "eval")
    except SyntaxError:
        return False
    return True
