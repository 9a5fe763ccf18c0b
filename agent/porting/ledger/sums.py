"""The sums of a ledger for a component; importing this opens no database."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections import Counter

__all__ = ["Demotion", "ShadowCounts", "Sums"]


class Sums(NamedTuple):
    """How many calls had which outcome."""

    matched: int
    mismatched: int
    ignored: int
    """Different as is registered."""
    skipped: Counter[str]
    """Not compared, by reason."""
    refused: Counter[str]
    """Left to Python by Rust, which raised `Unsupported`, by reason."""

    @property
    def calls(self) -> int:
        """All calls."""
        compared = self.matched + self.mismatched + self.ignored
        return compared + self.skipped.total() + self.refused.total()


class Demotion(NamedTuple):
    """That a process left Rust for Python."""

    run: str
    at: str
    """When, in UTC."""
    reason: str


class ShadowCounts(NamedTuple):
    """What the ledger says of a component."""

    sums: Sums
    demotions: list[Demotion]

    def __str__(self) -> str:
        shown = f"{self.sums.matched:,} matched"
        if self.sums.mismatched:
            shown += f", {self.sums.mismatched:,} mismatched"
        if self.demotions:
            shown += f", {len(self.demotions):,} demoted"
        return shown
