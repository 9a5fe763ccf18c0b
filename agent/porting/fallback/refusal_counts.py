"""The refusals of Rust in this process, counted by reason."""

from __future__ import annotations

import os
from collections import Counter
from threading import Lock

__all__ = ["MORE", "percent", "refusals", "refuse"]

MORE = "other reasons"
"""What reasons are counted under that come after the first `_MOST` of a component."""

_MOST = 1000
"""A reason that names its argument must not fill the memory."""

_lock = Lock()
_counted: dict[str, Counter[str]] = {}


def refuse(name: str, reason: str) -> None:
    """Count that the Rust side of `name` left something to Python, for `reason`."""
    with _lock:
        counted = _counted.setdefault(name, Counter())
        if reason not in counted and len(counted) >= _MOST:
            reason = MORE
        counted[reason] += 1


def refusals(name: str) -> Counter[str]:
    """Return how often the Rust side of `name` left something to Python here, by reason."""
    with _lock:
        return Counter(_counted.get(name, ()))


def percent(share: float) -> str:
    """Write a share as a percentage, never rounded up: almost all is not all."""
    return f"{int(share * 1000) / 10:g} %"


def _renew_lock() -> None:
    """Take a new lock in a child process, where a lock that was held would never be released."""
    global _lock  # noqa: PLW0603  # the only way to a new one
    _lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)
