"""The remaining budget of a check."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Budget"]


@dataclass
class Budget:
    """Calls and time that are left."""

    calls: float = float("inf")
    """Drawn calls that may still be compared."""
    deadline: float = float("inf")
    """When to stop, in the seconds of `time.monotonic`: the check, or the part of it that runs."""
    work: float = float("inf")
    """When to stop, in the seconds of `time.process_time`: a busy machine leaves as many."""
    cut: bool = False
    """Whether the time ended something that was not done."""
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self.deadline

    @classmethod
    def of(cls, seconds: float | None) -> Budget:
        """Return a budget of so many seconds from now on; None for no limit."""
        return cls(deadline=float("inf") if seconds is None else time.monotonic() + seconds)

    @property
    def spent(self) -> bool:
        """Whether to stop now; what asks has more to do."""
        return self.calls <= 0 or self.late

    @property
    def late(self) -> bool:
        """Whether the time is over; what asks has more to do."""
        if time.monotonic() < self.deadline and time.process_time() < self.work:
            return False
        self.cut = True
        return True

    @property
    def ended(self) -> bool:
        """Whether the time of the whole check is over."""
        return time.monotonic() >= self._end

    def left(self) -> float:
        """Return the seconds that are left."""
        return self.deadline - time.monotonic()

    def after(self, part: float) -> float:
        """Return the moment when that part of the time left will have passed."""
        now = time.monotonic()
        return now + part * (self.deadline - now)

    @contextmanager
    def part(self, share: float) -> Iterator[None]:
        """Give what is done within the ``with`` block a share of the time left."""
        whole, self.cut = self.deadline, False
        self.deadline = self.after(share)
        try:
            yield
        finally:
            self.deadline = whole
