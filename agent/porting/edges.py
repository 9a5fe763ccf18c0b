"""Scripts for the edges of each parameter's domain, what is just outside, and wrong calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.porting.values.calls import Caller

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.porting.contract import Contract, OperationSpec

__all__ = ["EdgeScript", "edge_scripts"]


@dataclass(frozen=True)
class EdgeScript:
    """A short script around one value, or one way to call wrongly."""

    lines: list[str]
    refused: int | None = None
    """The line that has to raise; None if none has to."""


def edge_scripts(contract: Contract) -> Iterator[EdgeScript]:
    """Yield a script for each value of each parameter, of the factory first."""
    caller = Caller(contract)
    begin = [caller.clock()] if caller.has_clock else []
    make = [*begin, caller.make(caller.simplest(contract.factory))]
    end = [caller.call(spec, {}) for spec in contract.operations.values() if spec.observes]
    once = [
        caller.call(spec, caller.simplest(spec))
        for spec in contract.operations.values()
        if not spec.observes
    ]
    for text, refused in _around(caller, contract.factory):
        line = caller.make(text)
        if refused:
            yield EdgeScript([*begin, line], len(begin))
        else:
            yield EdgeScript([*begin, line, *once, *end, *once, *end])
    for line in _wrong_calls(caller.make({}).removesuffix(")"), contract.factory):
        yield EdgeScript([*begin, line], len(begin))
    for spec in contract.operations.values():
        for text, refused in _around(caller, spec):
            line = caller.call(spec, text)
            if refused:
                yield EdgeScript([*make, line, *end], len(make))
            else:
                # Each other operation sees what the value did: an odd value may only show there.
                yield EdgeScript([*make, *(each for look in once for each in (line, look)), *end])
        if spec.kind == "method" and not spec.name.startswith("__"):
            for line in _wrong_calls(f"{caller.subject}.{spec.name}(", spec):
                yield EdgeScript([*make, line, *end], len(make))


def _around(caller: Caller, spec: OperationSpec) -> Iterator[tuple[dict[str, str], bool]]:
    """Yield the simplest arguments with one of them replaced, and whether that is outside."""
    simplest = caller.simplest(spec)
    reentry = caller.reentries()[0]
    for name, domain in caller.domains(spec).items():
        for texts, refused in (
            (domain.within, False), (domain.risky, False), (domain.outside, True),
        ):  # fmt: skip
            for text in texts:
                yield simplest | {name: text.replace("{reenter}", reentry)}, refused


def _wrong_calls(opening: str, spec: OperationSpec) -> Iterator[str]:
    """Yield calls with an argument missing, one too many, and one that is not known."""
    variadic = any(str(parameter.kind).startswith("VAR_") for parameter in spec.parameters)
    if any(parameter.required for parameter in spec.parameters):
        yield f"{opening})"
    yield f"{opening}{', '.join(['1'] * (len(spec.parameters) + 1))})"
    if not variadic:
        yield f"{opening}no_such_argument=1)"
