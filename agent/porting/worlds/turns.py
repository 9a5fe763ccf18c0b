"""Whose turn it is: that of a world, which acts by itself, or that of an event loop."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Turns"]

_STALLED = 0.5
"""Seconds after which a line that lets its world do nothing is taken for one that blocks."""


class Turns:
    """Says when the thread of a world may act, and what time it is there.

    While an event loop drives the world, the world's time is that of the loop, and its thread does
    nothing, unless a line blocks the loop while it waits for the world.
    """

    def __init__(self) -> None:
        self._source: Callable[[], float] = time.monotonic
        self._offset = 0.0
        self._free = threading.Event()
        self._free.set()
        self._asked = float("inf")

    @property
    def is_free(self) -> bool:
        """Whether the thread may act."""
        return self._free.is_set() or time.monotonic() - self._asked > _STALLED

    def now(self) -> float:
        """Return the world's time in seconds, which never jumps where its source changes."""
        return self._offset + self._source()

    def drive(self, clock: Callable[[], float] | None) -> None:
        """Take the time from `clock`, and let the thread do nothing; None undoes both."""
        source = clock or time.monotonic
        self._offset += self._source() - source()
        self._source = source
        if clock is None:
            self._free.set()
        else:
            self._free.clear()
            self._asked = time.monotonic()

    def pause(self) -> None:
        """Do nothing at all until the next line, where a loop drives the world."""
        self._asked = float("inf")

    def asked(self) -> None:
        """Note that the loop lets the world act."""
        if self._asked != float("inf"):
            self._asked = time.monotonic()

    def wait(self) -> bool:
        """Wait for a moment until the thread may act; return whether it may."""
        return self._free.wait(_STALLED / 2) or self.is_free
