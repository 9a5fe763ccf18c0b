"""Who is computing what, and who waits for whom, in the reference's `get_or_set`."""

from __future__ import annotations

import threading
from typing import Any

from agent.errors import RecursiveFactory

__all__ = ["Flight"]

_waits: dict[int, Flight] = {}
"""The flight each waiting thread waits for, over all caches: a circle would never end."""
_waits_lock = threading.Lock()


class Flight:
    """One run of a factory: its thread leads, others wait for how it ends."""

    __slots__ = ("_landed", "leader", "over", "succeeded", "value")

    def __init__(self) -> None:
        self.leader = threading.get_ident()
        self.over = False
        self.succeeded = False
        self.value: Any = None
        self._landed = threading.Lock()
        self._landed.acquire()

    def succeed(self, value: Any) -> None:
        """Note the value that waiters are to be given; `land` lets them go."""
        self.value = value
        self.succeeded = True

    def land(self) -> None:
        """Let the waiters go."""
        self.over = True
        self._landed.release()

    def wait(self) -> None:
        """Wait until the flight has landed.

        Raises `RecursiveFactory` if the leader waits, through however many others, for this thread.
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
