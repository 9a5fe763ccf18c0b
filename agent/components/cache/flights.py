"""Factory runs of the reference's `get_or_set`, and the threads that wait for them."""

from __future__ import annotations

import threading
from typing import Any

from agent.components.cache.errors import RecursiveFactory

__all__ = ["Flight"]

_waits: dict[int, Flight] = {}
"""The flight that each waiting thread waits for, over all caches; a cycle is a deadlock."""
_waits_lock = threading.Lock()


class Flight:
    """One run of a factory: the leading thread runs it, others wait for its result."""

    __slots__ = ("_landed", "leader", "over", "succeeded", "value")

    def __init__(self) -> None:
        self.leader = threading.get_ident()
        self.over = False
        self.succeeded = False
        self.value: Any = None
        self._landed = threading.Lock()
        self._landed.acquire()

    def succeed(self, value: Any) -> None:
        """Store the value for the waiting threads; `land` releases them."""
        self.value = value
        self.succeeded = True

    def land(self) -> None:
        """Release the waiting threads."""
        self.over = True
        self._landed.release()

    def wait(self) -> None:
        """Wait until the flight has landed.

        Raises `RecursiveFactory` if the leader waits, directly or not, for this thread.
        """
        me = threading.get_ident()
        with _waits_lock:
            ahead: Flight | None = self
            while ahead is not None and not ahead.over:
                if ahead.leader == me:
                    message = "a get_or_set factory waits for its own result"
                    raise RecursiveFactory(message)
                ahead = _waits.get(ahead.leader)
            _waits[me] = self
        try:
            with self._landed:
                pass
        finally:
            with _waits_lock:
                del _waits[me]
