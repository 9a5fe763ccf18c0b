"""Scripts for the edge values of each domain, values just outside, and invalid calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import ContractError
from agent.porting.contract.terms import Effect
from agent.porting.strategies.call_writer import Caller
from agent.porting.strategies.domain import OBJECT_SLOT, object_slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.porting.contract.reader import OperationSpec

__all__ = ["EdgeScript", "all_calls", "edge_scripts", "provided", "repeatable", "script_of"]


_REENTRIES = 8
"""Operations, at most, that a callback which uses the object is tried with."""


@dataclass(frozen=True)
class EdgeScript:
    """A short script around one value, or one way to call wrongly."""

    lines: list[str]
    refused: int | None = None
    """The line that has to raise; None if none has to."""
    far: bool = False
    """Whether that is for a value far beyond a bound."""


def edge_scripts(caller: Caller) -> Iterator[EdgeScript]:
    """Yield a script for each value of each parameter, of the factory first."""
    contract = caller.contract
    begin = [caller.clock()] if caller.has_clock else []
    factory = contract.factory
    make = begin if factory is None else [*begin, caller.make(caller.simplest(factory)).text]
    if factory is not None:
        yield from _of_factory(caller, begin, factory)
    for owner in contract.everything:
        subject = caller.named(owner)
        opening = [*make, *provided(caller, owner)]
        yield from _of_operations(caller, owner, subject, opening)


def script_of(
    caller: Caller, owner: str, spec: OperationSpec, arguments: dict[str, str]
) -> list[str]:
    """Return a script of one call; what that may have changed is looked at."""
    contract = caller.contract
    begin = [caller.clock()] if caller.has_clock else []
    once, end = all_calls(caller, owner)
    if spec is contract.factory:
        return [*begin, caller.make(arguments).text, *once, *end]
    if contract.factory is not None:
        begin.append(caller.make(caller.simplest(contract.factory)).text)
    opening = [*begin, *provided(caller, owner)]
    ready = _objects(caller, owner, opening, arguments)
    given = {name: _with_objects(text) for name, text in arguments.items()}
    made = contract.named_by(spec.makes)
    target = None if made is None else caller.named(made, 2)
    line = caller.call(spec, given, caller.named(owner), target).text
    return [*ready, line] if spec.effect is Effect.PURE else [*ready, line, *once, *end]


def _of_factory(caller: Caller, begin: list[str], factory: OperationSpec) -> Iterator[EdgeScript]:
    once, end = all_calls(caller, caller.contract.name)
    for text, refused, far in _around(caller, caller.contract.name, factory):
        line = caller.make(text).text
        if refused:
            yield EdgeScript([*begin, line], len(begin), far)
        else:
            yield EdgeScript([*begin, line, *once, *end, *once, *end])
    for line in _wrong_calls(caller.make({}).text.removesuffix(")"), factory):
        yield EdgeScript([*begin, line], len(begin))


def _of_operations(
    caller: Caller, owner: str, subject: str, opening: list[str]
) -> Iterator[EdgeScript]:
    once, end = all_calls(caller, owner)
    for spec in caller.contract.everything[owner].performed.values():
        made = caller.contract.named_by(spec.makes)
        target = None if made is None else caller.named(made, 2)
        for slotted, refused, far in _around(caller, owner, spec):
            ready = _objects(caller, owner, opening, slotted)
            arguments = {name: _with_objects(text) for name, text in slotted.items()}
            line = caller.call(spec, arguments, subject, target).text
            if refused:
                yield EdgeScript([*ready, line, *end], len(ready), far)
            elif spec.effect is Effect.PURE:
                yield EdgeScript([*ready, line])
            else:
                # Each other operation sees what the value did: an odd value may only show there.
                yield EdgeScript([*ready, *(each for look in once for each in (line, look)), *end])
        if spec.name == "__exit__":
            for given in (subject, f"{subject}, ValueError('within')"):
                yield EdgeScript([*opening, f"probing.inside({given})", *end, *once, *end])
        if spec.name == "__call__" or (spec.kind == "method" and not spec.name.startswith("__")):
            called = subject if spec.name == "__call__" else f"{subject}.{spec.name}"
            for line in _wrong_calls(f"{called}(", spec):
                yield EdgeScript([*opening, line, *end], len(opening))


def repeatable(caller: Caller, left_out: set[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield what can be repeated: its name, the lines that come first, and those to repeat.

    That is the factory, each operation but those `left_out` with the simplest arguments, and what
    all of an object's operations do in turn.
    """
    contract = caller.contract
    begin = [caller.clock()] if caller.has_clock else []
    make = list(begin)
    if contract.factory is not None:
        line = caller.make(caller.simplest(contract.factory)).text
        yield contract.name, begin, [line]
        make.append(line)
    for owner, part in contract.everything.items():
        opening = [*make, *provided(caller, owner)]
        subject, turn = caller.named(owner), []
        for spec in part.operations.values():
            if spec.name in left_out:
                continue
            slotted = caller.simplest(spec)
            ready = _objects(caller, owner, opening, slotted)
            arguments = {name: _with_objects(text) for name, text in slotted.items()}
            line = caller.call(spec, arguments, subject, None).text
            turn += [] if ready != opening else [line]
            yield f"{owner}.{spec.name}", ready, [line]
        if len(turn) > 1:
            yield f"all operations of {owner} in turn", opening, turn


def all_calls(
    caller: Caller,
    owner: str,
    arguments_of: Callable[[OperationSpec], dict[str, str]] | None = None,
) -> tuple[list[str], list[str]]:
    """Return a call of each operation that may change something, and of each that only looks.

    The arguments are the simplest, unless `arguments_of` gives others.
    """
    subject = caller.named(owner)
    looks = caller.contract.observers(owner)
    once = []
    for spec in caller.contract.everything[owner].operations.values():
        arguments = (arguments_of or caller.simplest)(spec)
        if spec not in looks and not any(OBJECT_SLOT in text for text in arguments.values()):
            once.append(caller.call(spec, arguments, subject).text)
    return once, [caller.call(spec, {}, subject).text for spec in looks]


def provided(caller: Caller, kind: str) -> list[str]:
    """Return the lines that make an object of a part, from the contract's own object on."""
    if kind == caller.contract.name:
        return []
    for owner, spec in caller.makers[kind]:
        if owner != kind:
            lines = caller.opening(spec, caller.simplest(spec), caller.named(owner), kind)
            return [*provided(caller, owner), *(line.text for line in lines)]
    message = f"{caller.contract.name}: nothing gives a first {kind}"
    raise ContractError(message)


def _objects(
    caller: Caller, owner: str, opening: list[str], arguments: dict[str, str]
) -> list[str]:
    """Return `opening` with what makes the objects that `arguments` ask for."""
    lines = list(opening)
    for text in arguments.values():
        for kind in caller.contract.everything:
            if object_slot(kind) in text and kind != owner:
                lines += [line for line in provided(caller, kind) if line not in lines]
    return lines


def _with_objects(text: str) -> str:
    """Put the first object of its kind where `text` asks for one."""
    before, slot, after = text.partition(OBJECT_SLOT)
    if not slot:
        return text
    kind, _, rest = after.partition(OBJECT_SLOT)
    return before + Caller.named(kind) + _with_objects(rest)


def _around(
    caller: Caller, owner: str, spec: OperationSpec
) -> Iterator[tuple[dict[str, str], bool, bool]]:
    """Yield the simplest arguments with one replaced, and whether that is outside, and far so."""
    simplest = caller.simplest(spec)
    reentries = caller.reentries[owner][:_REENTRIES]
    if not spec.parameters:
        yield {}, False, False
    for name, domain in caller.domains(spec).items():
        for texts, refused in (
            (domain.within, False), (domain.risky, False), (domain.outside, True),
        ):  # fmt: skip
            for text in texts:
                for reentry in (
                    reentries if "Spy(" in text and "{reenter}" in text else reentries[:1]
                ):
                    arguments = simplest | {name: text.replace("{reenter}", reentry)}
                    yield arguments, refused, text in domain.far


def _wrong_calls(opening: str, spec: OperationSpec) -> Iterator[str]:
    """Yield calls with an argument missing, one too many, and one that is not known."""
    variadic = any(str(parameter.kind).startswith("VAR_") for parameter in spec.parameters)
    if any(parameter.required for parameter in spec.parameters):
        yield f"{opening})"
    if not variadic or spec.effect is not Effect.EXTERNAL:  # which would take 1 for a file
        yield f"{opening}{', '.join(['1'] * (len(spec.parameters) + 1))})"
    if not variadic:
        yield f"{opening}no_such_argument=1)"
