"""Factory runs of the reference's `get_or_set`, and the threads that wait for them."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import Any

from agent.components.cache.errors import RecursiveFactory

__all__ = ["Flight", "forget_other_threads"]

_PATIENCE = 0.05
"""Seconds that a thread waits before it looks again: a wake-up may have been interrupted."""


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
        """Release the waiting threads. To do it again changes nothing."""
        self.over = True
        self._wake()

    def wait(self) -> None:
        """Wait until the flight has landed.

        Raises `RecursiveFactory` if the leader waits, directly or not, for this thread.
        """
        wait = _Wait(self)
        try:
            _waits.append(wait)  # and only then look: of a circle's threads, the last finds it
            wait.check()
            while not self.over and not sys.is_finalizing():
                if self._landed.acquire(timeout=_PATIENCE):
                    self._wake()
            _end(wait)
        except BaseException:
            _end(wait)
            raise

    def _wake(self) -> None:
        with suppress(RuntimeError):  # it was released: this is a hint, `over` is the fact
            self._landed.release()


class _Wait:
    """A thread that waits for a flight; it waits for several if signal handlers wait too."""

    __slots__ = ("flight", "thread")

    def __init__(self, flight: Flight) -> None:
        self.flight = flight
        self.thread = threading.get_ident()

    def check(self) -> None:
        """Raise `RecursiveFactory` if this wait, with those registered before, is a circle."""
        registered = _waits.copy()
        earlier = registered[: registered.index(self)]
        ahead, seen = [self.flight], set()
        while ahead:
            flight = ahead.pop()
            if flight.over or flight in seen:
                continue
            if flight.leader == self.thread:
                message = "a get_or_set factory waits for its own result"
                raise RecursiveFactory(message)
            seen.add(flight)
            ahead += [wait.flight for wait in earlier if wait.thread == flight.leader]


_waits: list[_Wait] = []
"""The waiting threads over all caches, in the order in which they began: a cycle is a deadlock.

Each use is one step of the interpreter, so that it needs no lock, which a signal handler that waits
too would find taken.
"""


def _end(wait: _Wait) -> None:
    with suppress(ValueError):  # it was interrupted before, or is done already
        _waits.remove(wait)


def forget_other_threads() -> None:
    """Forget the waits of other threads: in a forked child there are none."""
    me = threading.get_ident()
    _waits[:] = [wait for wait in _waits if wait.thread == me]
