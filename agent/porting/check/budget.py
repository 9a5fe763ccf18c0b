"""The remaining budget of a check."""

from __future__ import annotations

import time
from dataclasses import dataclass

__all__ = ["Budget"]


@dataclass
class Budget:
    """Calls and time that are left."""

    calls: float = float("inf")
    """Drawn calls that may still be compared."""
    deadline: float = float("inf")
    """When to stop, in the seconds of `time.monotonic`."""

    @classmethod
    def of(cls, seconds: float | None) -> Budget:
        """Return a budget of so many seconds from now on; None for no limit."""
        return cls(deadline=float("inf") if seconds is None else time.monotonic() + seconds)

    @property
    def spent(self) -> bool:
        """Whether to stop now."""
        return self.calls <= 0 or time.monotonic() >= self.deadline

    def after(self, part: float) -> float:
        """Return the moment when that part of the time left will have passed."""
        now = time.monotonic()
        return now + part * (self.deadline - now)
