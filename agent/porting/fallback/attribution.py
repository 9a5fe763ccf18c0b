"""Counts the compared calls that Rust served itself, and the reasons for the others."""

from __future__ import annotations

from collections import Counter
from typing import Any

from agent.porting.fallback.assembly import served
from agent.porting.fallback.ownership import HOLD
from agent.porting.fallback.refusal_counts import refusals

__all__ = ["HANDED_OVER", "Refused", "served_and_refused"]

HANDED_OVER = "on an object that was handed over"
"""Why Python serves a call that Rust was not asked to."""


class Refused:
    """Follows one component that is served partially, call by call."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._before: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        """Calls that Python served, by reason."""

    def begin(self) -> None:
        """Take note that a call begins."""
        self._before = refusals(self._name)

    def end(self, subject: Any) -> str | None:
        """Return why Python served the call that began, made on `subject`; None if Rust did."""
        for reason in refusals(self._name) - self._before:
            return reason
        handed_over = hasattr(type(subject), HOLD) and getattr(subject, HOLD) is None
        return HANDED_OVER if handed_over else None


def served_and_refused(
    name: str, python: Any, rust: Any, *, partial: bool
) -> tuple[Any, Refused | None]:
    """Return what is compared with `python`, and what attributes calls that Rust did not serve.

    That is `rust` alone unless it is `partial`.
    """
    return (served(name, python, rust), Refused(name)) if partial else (rust, None)
