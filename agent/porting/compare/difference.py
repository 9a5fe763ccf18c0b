"""A difference between two values, as a report shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from agent.porting.interpose.interruptions import is_interruption

__all__ = ["Difference", "describe", "typed", "unlike"]

_WIDEST = 300
"""The largest number of characters of a value in a report."""


@dataclass(frozen=True)
class Difference:
    """The first place where two values differ, with both shown."""

    where: str
    python: str
    rust: str

    def __str__(self) -> str:
        return f"{self.where}: python {self.python}, rust {self.rust}"

    def although(self, note: str) -> Difference:
        """Return the same difference with a note on how the values were compared."""
        return replace(self, rust=f"{self.rust} ({note})")


def describe(value: Any) -> str:
    """Return a short text for a report, even if ``__repr__`` fails."""
    try:
        text = repr(value)
    except BaseException as error:
        if is_interruption(error):
            raise
        # A report must not fail on what it reports, be it a panic.
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def typed(value: Any) -> str:
    """Return a short text with the type of `value`."""
    return f"{describe(value)} of type {type(value).__module__}.{type(value).__qualname__}"


def unlike(where: str, python: Any, rust: Any) -> Difference:
    """Return the difference between two values at `where`."""
    return Difference(where, describe(python), describe(rust))
