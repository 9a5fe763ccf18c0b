"""The reference's lock: held while keys are hashed and compared, and refusing to be re-entered."""

from __future__ import annotations

import threading

from agent.errors import ReentrantCall

__all__ = ["Guard"]


class Guard:
    """A lock that raises where a plain one would deadlock and a re-entrant one would let in.

    A key's ``__hash__`` or ``__eq__`` runs in the middle of an `OrderedDict` operation, which must
    not be interrupted by another one on the same object.
    """

    __slots__ = ("_acquire", "_held", "_release")

    def __init__(self) -> None:
        lock = threading.RLock()
        self._acquire = lock.acquire
        self._release = lock.release
        self._held = False

    def take(self) -> None:
        """Wait for the lock; raise `ReentrantCall` in a thread that holds it."""
        self._acquire()
        if self._held:
            self._release()
            message = "a key's __hash__ or __eq__ used the cache that was calling it"
            raise ReentrantCall(message)
        self._held = True

    def free(self) -> None:
        """Let others in."""
        self._held = False
        self._release()

    def __enter__(self) -> None:
        self.take()

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        self.free()
