"""Hands the findings of shadow to the check, which replays, shrinks and keeps them.

That is not done where it was found: a program in use is not to be held up by it, often has no
sources around it, and may be gone a moment later. The ledger keeps the scripts until a person
checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.ledger.ledger_path import ledger_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from agent.porting.ledger.ledger import Mismatch
    from agent.porting.project.table import Component

__all__ = ["found_by_shadows", "settle_found"]

_MOST = 20
"""Differences that one check takes; the next one takes more."""

_NOT_AGAIN = "shows no new difference"


def found_by_shadows(component: Component) -> list[Mismatch]:
    """Return differences that no check has replayed yet, those with a script.

    Raises `EnvironmentLacking` if the ledger cannot be read.
    """
    found = ledger_of(component).mismatches(component.name)
    return [each for each in found if each.script and each.example is None][:_MOST]


def settle_found(
    component: Component, found: list[Mismatch], examples: Iterable[tuple[str | None, str | None]]
) -> None:
    """Note in the ledger what a check made of `found`: the example, if one keeps it.

    `examples` are the differences of that check: each an operation and the example's file, if any.
    """
    ledger = ledger_of(component)
    kept: dict[str | None, str] = {}
    for operation, path in examples:
        if path is not None:
            kept.setdefault(operation, path)
    for each in found:
        ledger.settle(each, kept.get(each.operation, _NOT_AGAIN))
