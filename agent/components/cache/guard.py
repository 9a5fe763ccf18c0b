"""The reference's lock: held while keys are hashed and compared; re-entry raises."""

from __future__ import annotations

import threading

from agent.components.cache.errors import ReentrantCall

__all__ = ["Guard"]


class Guard:
    """A lock that raises on re-entry by its own thread.

    A key's ``__hash__`` or ``__eq__`` runs in the middle of an `OrderedDict` operation, and no
    other operation on the same object may run meanwhile. A plain lock would deadlock there, and a
    re-entrant one would admit the call.
    """

    __slots__ = ("_acquire", "_held", "_release")

    def __init__(self) -> None:
        lock = threading.RLock()
        self._acquire = lock.acquire
        self._release = lock.release
        self._held = False

    def take(self) -> None:
        """Acquire the lock; raise `ReentrantCall` if this thread already holds it."""
        self._acquire()
        if self._held:
            self._release()
            message = "a key's __hash__ or __eq__ used the cache that was calling it"
            raise ReentrantCall(message)
        self._held = True

    def free(self) -> None:
        """Release the lock."""
        self._held = False
        self._release()

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        self.free()
