"""The cost of calls whose arguments grow, from which that of the next one is guessed."""

from __future__ import annotations

import math
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent.porting.check.memory import peak

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Cost"]

_LONGEST = 2.5
"""Seconds of computing that a call may be expected to take, on both sides and in comparison."""

_NOTED = 0.002
"""Seconds of a call from which on it says how long larger arguments take."""

_LARGEST = 1 << 29
"""Bytes by which a call may be expected to exceed the most memory that was used before."""

_SQUARE = 2
"""The power of the size by which memory is expected to grow."""

_APART = 1.5
"""The least ratio of two sizes that says how time grows."""

_STEEPEST = 4.0
"""The power of the size by which time is expected to grow at most: short times are not exact."""


class Cost:
    """What the calls cost so far. Time of the processor counts, so that a busy machine does not."""

    def __init__(self) -> None:
        self._size = 0
        self._seconds = 0.0
        self._bytes = 0
        self._power = 1.0

    @contextmanager
    def of(self, size: int) -> Iterator[None]:
        """Note what the block costs, a call with an argument of that size."""
        memory, start = peak(), time.process_time()
        yield
        seconds = time.process_time() - start
        self._bytes = peak() - memory
        if size < self._size * _APART:
            self._seconds = min(self._seconds, seconds)
            return
        if self._seconds >= _NOTED and seconds > self._seconds:
            self._power = math.log(seconds / self._seconds) / math.log(size / self._size)
        self._size, self._seconds = size, seconds

    def is_too_much(self, size: int) -> bool:
        """Return whether an argument of a larger size is expected to take too much."""
        if not self._size:
            return False
        larger = size / self._size
        seconds = self._seconds * larger ** min(max(1.0, self._power), _STEEPEST)
        return (
            seconds > _LONGEST and self._seconds >= _NOTED
        ) or self._bytes * larger**_SQUARE > _LARGEST
