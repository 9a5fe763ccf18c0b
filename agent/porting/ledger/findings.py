"""What shadow found, until it is resolved: replayed by the check, or dismissed by a person.

That is not done where it was found: a program in use is not to be held up by it, often has no
sources around it, and may be gone a moment later. The ledger keeps the scripts until a person
checks. What has no script, or shows nothing when it is replayed with the sources that it was found
with, is not forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.errors import UsageError
from agent.porting.ledger.ledger_path import ledger_of, sources_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from agent.porting.ledger.ledger import Mismatch
    from agent.porting.project.table import Component

__all__ = [
    "ShadowFinding",
    "dismiss",
    "dismissed_calls",
    "findings_of",
    "found_by_shadows",
    "settle_found",
]

_MOST = 20
"""Differences that one check takes; the next one takes more."""

_NOT_AGAIN = "shows no new difference"
_DISMISSED = "dismissed: "
_REGISTERED = "registered"


@dataclass(frozen=True)
class ShadowFinding:
    """Differences of one operation in one place, as several calls showed them."""

    number: int
    """By which a person names it, from 1 on."""
    mismatches: tuple[Mismatch, ...]
    """The oldest run first."""

    @property
    def shown(self) -> Mismatch:
        """The one that says most: with a script, if any has one."""
        return next((each for each in self.mismatches if each.script), self.mismatches[0])

    @property
    def unresolved(self) -> list[Mismatch]:
        """Those of which nothing has become."""
        return self.left({})

    def left(self, became: Mapping[tuple[str, int], str]) -> list[Mismatch]:
        """Return those of which nothing has become, nor will by what is known to `became`.

        What became of a script holds for calls that have none.
        """
        done = [each.example or became.get((each.run, each.number)) for each in self.mismatches]
        told = list(zip(self.mismatches, done, strict=True))
        by_script = any(each.script and what for each, what in told)
        return [each for each, what in told if not what and (each.script or not by_script)]

    @property
    def state(self) -> str:
        """What became of it: ``"open"``, the example that keeps it, or why there is none."""
        if self.unresolved:
            return "open"
        return next(filter(None, (each.example for each in reversed(self.mismatches))), "")

    def __str__(self) -> str:
        first = self.shown
        times = f"{len(self.mismatches)} calls, " if len(self.mismatches) > 1 else ""
        return (
            f"{first.line} differs in {first.where}: python {first.python}, rust {first.rust} "
            f"({times}first at {first.at})"
        )


def findings_of(component: Component) -> list[ShadowFinding]:
    """Return what shadow found of a component, resolved or not, the oldest first.

    Raises `EnvironmentLacking` if the ledger cannot be read.
    """
    groups: dict[tuple[str, str], list[Mismatch]] = {}
    for each in ledger_of(component).mismatches(component.name):
        groups.setdefault((each.operation, each.where), []).append(each)
    return [ShadowFinding(number, tuple(found)) for number, found in enumerate(groups.values(), 1)]


def dismiss(component: Component, number: int, reason: str) -> ShadowFinding:
    """Resolve the finding of that number for a `reason`.

    Raises:
        UsageError: there is none, it is resolved already, or the reason says nothing.
        EnvironmentLacking: the ledger cannot be read.
    """
    found = {each.number: each for each in findings_of(component)}
    if number not in found:
        known = ", ".join(map(str, found)) or "none"
        message = f"{component.name} has no finding {number} of shadow; there are: {known}"
        raise UsageError(message)
    if not reason.strip():
        message = "a finding is dismissed for a reason: --because TEXT"
        raise UsageError(message)
    if not found[number].unresolved:
        message = f"finding {number} of {component.name} is resolved: {found[number].state}"
        raise UsageError(message)
    for each in found[number].unresolved:
        ledger_of(component).settle(each, f"{_DISMISSED}{reason.strip()}")
    return found[number]


def dismissed_calls(component: Component) -> int:
    """Return how many calls with the sources as they are differed and were dismissed."""
    found = ledger_of(component).mismatches(component.name, sources_of(component))
    return sum((each.example or "").startswith(_DISMISSED) for each in found)


def found_by_shadows(component: Component) -> list[Mismatch]:
    """Return differences that no check has replayed yet, those with a script.

    Raises `EnvironmentLacking` if the ledger cannot be read.
    """
    found = ledger_of(component).mismatches(component.name)
    return [each for each in found if each.script and each.example is None][:_MOST]


def settle_found(
    component: Component,
    replayed: list[Mismatch],
    examples: Iterable[tuple[str | None, str | None]],
    registered: Collection[str],
    *,
    noting: bool,
) -> list[ShadowFinding]:
    """Return what shadow found and the check does not settle.

    What a check shows again is settled, by the example that keeps it or the difference itself. So
    is what an entry of the register excuses, and what shows nothing with other sources. What shows
    nothing with the very sources that it was found with rests on a state that its script lacks.

    Args:
        component: what was checked.
        replayed: the differences whose scripts the check ran.
        examples: the differences of that check: each an operation and the example's file, if any.
        registered: the operations for which the register has an entry in force.
        noting: whether to note in the ledger what became of each.
    """
    ledger = ledger_of(component)
    kept: dict[str | None, str | None] = {}
    for operation, path in examples:
        kept[operation] = kept.get(operation) or path
    mine = sources_of(component)
    same = {
        (each.run, each.number)
        for each in (ledger.mismatches(component.name, mine) if mine.rust is not None else ())
    }
    became: dict[tuple[str, int], str] = {}
    for each in replayed:
        key = each.run, each.number
        if each.operation in kept:
            became[key] = kept[each.operation] or _NOT_AGAIN
        elif each.operation in registered:
            became[key] = _REGISTERED
        elif key not in same:
            became[key] = _NOT_AGAIN
    if noting:
        for each in replayed:
            if (what := became.get((each.run, each.number))) is not None:
                ledger.settle(each, what)
    return [
        finding
        for finding in findings_of(component)
        if finding.shown.operation not in registered and finding.left(became)
    ]
