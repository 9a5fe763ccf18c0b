"""Where two values differ, as a report shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

__all__ = ["Difference", "describe", "typed", "unlike"]

_WIDEST = 300
"""Characters of a value that a report shows."""


@dataclass(frozen=True)
class Difference:
    """The first place where two values differ, with both shown."""

    where: str
    python: str
    rust: str

    def __str__(self) -> str:
        return f"{self.where}: python {self.python}, rust {self.rust}"

    def although(self, note: str) -> Difference:
        """Return the same, with a note on how they were compared."""
        return replace(self, rust=f"{self.rust} ({note})")


def describe(value: Any) -> str:
    """Return a short text for a report; objects whose ``__repr__`` fails get one too."""
    try:
        text = repr(value)
    except Exception as error:  # noqa: BLE001  # a report must not fail on what it reports
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def typed(value: Any) -> str:
    """Return a short text that says of which type `value` is."""
    return f"{describe(value)} of type {type(value).__module__}.{type(value).__qualname__}"


def unlike(where: str, python: Any, rust: Any) -> Difference:
    """Return the difference between two values at `where`."""
    return Difference(where, describe(python), describe(rust))
