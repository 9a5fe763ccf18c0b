"""Hands what shadows found to the check, which replays it, makes it short and keeps it.

That is not done where it was found: a program in use is not to be held up by it, often has no
sources around it, and may be gone a moment later. The ledger keeps the scripts until somebody
checks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.porting.shadow.place import ledger_of

if TYPE_CHECKING:
    from agent.porting.parity.verdict import Verdict
    from agent.porting.shadow.ledger import Mismatch
    from agent.porting.table import Component

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


def settle_found(component: Component, found: list[Mismatch], verdict: Verdict) -> None:
    """Note in the ledger what became of `found` in a check: the example, if one keeps it."""
    ledger = ledger_of(component)
    for each in found:
        kept = (
            told.example
            for told in verdict.divergences
            if told.example is not None and told.operation == each.operation
        )
        ledger.settle(each, next(kept, _NOT_AGAIN))
