"""Compares what every object has, though no contract lists it: the object protocol.

`OBJECT_PROTOCOL` has the topics. Each is exercised by a few short scripts, once per check.
"""

from __future__ import annotations

import inspect
import os
import pickle
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.porting.check.boundary import all_calls, provided
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.verdict import divergence
from agent.porting.contract.terms import Effect
from agent.porting.script.statement import parse
from agent.porting.strategies.domain import OBJECT_SLOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.check.campaign import Campaign
    from agent.porting.check.verdict import Divergence
    from agent.porting.contract.reader import OperationSpec, Parameter
    from agent.porting.strategies.call_writer import Caller

__all__ = ["probe_objects"]

_AGAIN = 3
"""How often the reference is compared with itself before a difference is held against Rust."""

_FORKS = 8
"""Operations of an object that are called in a forked process, which takes long to make."""

_VARIADIC = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}


@dataclass(frozen=True)
class _Probe:
    """Lines about one topic."""

    topic: str
    opening: list[str]
    """Lines that make the object, whose differences are found elsewhere."""
    lines: list[str]


def probe_objects(campaign: Campaign) -> None:
    """Compare the topics that the contract promises, and add the differences to the verdict.

    An object that cannot be made with the simplest arguments is not probed, which is a doubt.
    """
    verdict, caller = campaign.verdict, campaign.caller
    for owner, contract in caller.contract.everything.items():
        found: set[tuple[str, ...]] = set()
        for topic, reason in contract.unpromised.items():
            verdict.unpromised[topic] = reason
        for probe in _Scripts(caller, owner, campaign.sides[0]).probes():
            if campaign.over:
                return
            if probe.topic not in contract.unpromised:
                new = _run(campaign, probe)
                if new is not None and (cause := _cause(new)) not in found:
                    found.add(cause)
                    campaign.add(new)


def _cause(found: Divergence) -> tuple[str, ...]:
    """Return the key of differences of an object that probably have one cause."""
    line = parse(found.call)
    whole = found.topic in {"signature", "keywords"}  # each call has its own
    what = found.call if whole else str(line.operation)
    return str(found.topic), what, found.where


def _run(campaign: Campaign, probe: _Probe) -> Divergence | None:
    """Run a probe; return the first difference, if it is one."""
    verdict = campaign.verdict
    lines = list(probe.opening)
    with campaign.pair() as pair:
        for line in lines:
            if _tried(pair, line) is not None:
                return None  # which is found without probing, too
        for line in probe.lines:
            lines.append(line)
            found = _tried(pair, line)
            verdict.probed[probe.topic] += 1
            if found is None:
                if pair.raised(-1) and " = " in line:
                    break  # neither side has what the next lines are about
                continue
            known = _is_known(campaign, found)
            if known or _is_harmless(probe, found) or _is_unsteady(campaign, lines):
                break
            return divergence(lines, found, topic=probe.topic)
    return None


def _tried(pair: Pair, line: str) -> Disagreement | None:
    try:
        pair.run(line)
    except Disagreement as found:
        return found
    return None


def _is_known(campaign: Campaign, found: Disagreement) -> bool:
    """Return whether the operation differs so in any case, as the edges of domains show."""
    return found.operation is not None and any(
        (each.operation, each.where) == (found.operation, found.difference.where)
        for each in [*campaign.verdict.divergences, *campaign.verdict.beyond]
    )


def _is_unsteady(campaign: Campaign, lines: list[str]) -> bool:
    """Return whether the reference does not do the same twice."""
    python = campaign.sides[0]
    for _ in range(_AGAIN):
        with Pair(campaign.contract, python, python) as pair:
            if any(_tried(pair, line) is not None for line in lines):
                return True
    return False


def _is_harmless(probe: _Probe, found: Disagreement) -> bool:
    """Return whether Rust does better: found under its name, documented, or in two threads."""
    if probe.topic == "names" and found.python.value is False:
        return True
    return probe.topic == "threads" and "raised" in str(found.python.value)


class _Scripts:
    """Writes the probes for the objects of one contract or part, or for its functions."""

    def __init__(self, caller: Caller, owner: str, implementation: object) -> None:
        self._caller = caller
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
            self._make = caller.make(caller.simplest(caller.contract.factory)).text
            begin.append(self._make)
        self._opening = [*begin, *provided(caller, owner)]
        self._begin = begin[:-1]
        self._once, self._looks = all_calls(caller, owner)
        external = {
            spec.name
            for spec in self._contract.operations.values()
            if spec.effect is Effect.EXTERNAL
        }
        self._once = [line for line in self._once if not any(f".{n}(" in line for n in external)]

    def probes(self) -> Iterator[_Probe]:
        """Yield all probes."""
        yield from self._of_objects() if self._has_object else self._of_functions()
        yield from self._of_calls()

    def _probe(self, topic: str, *lines: str, used: bool = False) -> _Probe:
        return _Probe(topic, [*self._opening, *(self._once if used else [])], list(lines))

    def _of_objects(self) -> Iterator[_Probe]:
        subject = self._subject
        for used in (False, True):
            yield from self._of_copies(used=used)
        yield self._probe("weakref", f"probing.weakly({subject})")
        yield self._probe("attributes", f"probing.attribute({subject})")
        for spec in self._contract.operations.values():
            if spec.kind == "property":
                yield self._probe("attributes", f"probing.again({subject}, {spec.name!r})")
        yield self._probe("isinstance", f"probing.kinds({subject})")
        yield self._probe("names", f"probing.found({self._class})")
        yield self._probe("names", f"probing.documented({self._class})")
        yield from self._of_subclasses()

    def _of_copies(self, *, used: bool) -> Iterator[_Probe]:
        subject = self._subject
        for topic in ("copy", "deepcopy", "pickle"):
            lines = [f"copied = probing.{topic}({subject})", f"copied is {subject}", *self._looks]
            lines += [*self._renamed("copied"), *self._looks]
            yield self._probe(topic, *lines, used=used)
        for protocol in range(0 if used else pickle.HIGHEST_PROTOCOL):
            yield self._probe("pickle", f"copied = probing.pickle({subject}, {protocol})")
        line = f"copied = probing.exchanged({subject!r})"
        yield self._probe("pickle", line, used=used)

    def _of_subclasses(self) -> Iterator[_Probe]:
        line = f"Subclass = probing.subclass({self._class})"
        if self._factory is None or self._class.startswith("type("):
            yield self._probe("subclassing", line)
            return
        arguments = self._make.partition(f"{self._class}(")[2]
        opening = [*self._begin]
        lines = [line, f"made = Subclass({arguments}", f"isinstance(made, {self._class})"]
        lines += ["type(made) is Subclass", *self._renamed("made")]
        yield _Probe("subclassing", opening, [*lines, "copied = probing.copy(made)"])
        lines += ["probing.attribute(made)"]
        yield _Probe("subclassing", opening, [*lines[:4], "probing.attribute(made)"])
        looks = {spec.name for spec in self._caller.contract.observers(self._contract.name)}
        names = [
            repr(spec.name)
            for spec in self._contract.operations.values()
            if spec.kind == "method" and spec.name not in looks and not spec.asynchronous
        ]
        if names:
            line = f"Overriding = probing.overriding({self._class}, {', '.join(names)})"
            lines = [line, f"made = Overriding({arguments}"]
            yield _Probe("overriding", opening, [*lines, *self._renamed("made")])

    def _renamed(self, name: str) -> list[str]:
        """Return a call of each operation on the object `name`."""
        calls = []
        for spec in self._contract.operations.values():
            arguments = self._simplest(spec)
            if arguments is not None:
                calls.append(self._caller.call(spec, arguments, name).text)
        return calls

    def _of_functions(self) -> Iterator[_Probe]:
        for called in map(self._called, self._contract.operations.values()):
            if called is None:
                continue
            yield self._probe("weakref", f"probing.weakly({called})")
            yield self._probe("binding", f"probing.bound({called})")
            yield self._probe("names", f"probing.found({called})")
            yield self._probe("names", f"probing.documented({called})")

    def _of_calls(self) -> Iterator[_Probe]:
        if self._factory is not None:
            yield _Probe("signature", [], [f"probing.signature({self._caller.contract.name})"])
            for line in self._keywords(self._factory, self._caller.contract.name):
                yield _Probe("keywords", self._begin, [line])
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

    def _elsewhere(self) -> Iterator[_Probe]:
        """Yield calls through the class, from threads and from another process."""
        through, calls = [], []
        for spec in self._contract.operations.values():
            arguments = self._simplest(spec)
            gives_part = self._caller.contract.named_by(spec.makes) is not None
            if arguments is None or spec.asynchronous or gives_part:
                continue  # what a part is shows only in a line of its own
            line = self._caller.call(spec, arguments, self._subject).text
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
        arguments = self._caller.simplest(spec)
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
