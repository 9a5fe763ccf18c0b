"""An event loop whose clock moves on at once while nothing outside of the loop can wake it."""

from __future__ import annotations

import asyncio
import threading
import time
from math import inf
from selectors import DefaultSelector
from typing import TYPE_CHECKING, TypeVar, TypeVarTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from contextvars import Context
    from selectors import SelectorKey

    from agent.porting.worlds.driven import DrivenWorld

__all__ = ["Loop", "Selector", "Waiting"]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_START = 1000.0
"""What the clock of each loop shows at first, in seconds."""


_ARRIVAL = 0.0005
"""Seconds in which what one end of a connection sent has come to the other."""


class Waiting:
    """What an idle loop does while a line awaits: its clock moves on, or time passes.

    Args:
        loop: the loop, which is stopped when nothing is expected to wake it any more.
        selector: its selector.
        inside: seconds of real time for which nothing may happen.
        outside: the same, once it is known that work goes on outside of the loop.
    """

    def __init__(self, loop: Loop, selector: Selector, inside: float, outside: float) -> None:
        self._loop = loop
        self._selector = selector
        self._began = time.monotonic()
        self._inside = inside
        self._outside = outside

    def __call__(self, timeout: float | None) -> None:
        """Wait for at most `timeout` seconds until something is ready."""
        loop, now = self._loop, time.monotonic()
        outside = loop.goes_outside
        if timeout is not None and not outside:
            loop.now += timeout
            return
        left = self._began + (self._outside if outside else self._inside) - now
        if left <= 0 and timeout is not None:
            loop.now += timeout
            self._began = now
            return
        if left <= 0:
            loop.stop()
            return
        self._selector.wait(left if timeout is None else min(left, timeout))
        loop.now += time.monotonic() - now


class Selector(DefaultSelector):
    """Asks `idle` what to do where the loop has nothing to do, and ends a loop that spins."""

    def __init__(self) -> None:
        super().__init__()
        self.idle: Callable[[float | None], None] = lambda _: None
        self._turns = 0
        self._until = 0.0
        self.stop: Callable[[], None] = lambda: None
        self.clock: Callable[[], float] = time.monotonic
        self.world: DrivenWorld | None = None
        """The world that acts only where the loop has nothing to do; None where there is none."""
        self._events: list[tuple[SelectorKey, int]] = []

    @property
    def watches(self) -> bool:
        """Whether the loop waits for files or sockets that not only its world makes ready.

        One is always there: that by which other threads wake the loop.
        """
        world, watched = self.world, self.get_map()
        if world is None or len(watched) == 1:
            return len(watched) > 1
        return sum(not world.wakes(key.fd) for key in watched.values()) > 1

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return what is ready; where nothing is and nothing is to be done, ask `idle`."""
        events: list[tuple[SelectorKey, int]] = super().select(0)
        self._turns -= 1
        if self._turns == 0 or time.monotonic() > self._until:
            self.stop()
        if events or (timeout is not None and timeout <= 0):
            return events
        self._events = events
        if self.world is not None:
            timeout = self._turn_of(self.world, timeout)
        if not self._events:
            self.idle(timeout)
        return self._events

    def _turn_of(self, world: DrivenWorld, timeout: float | None) -> float | None:
        """Let the world act; return for how long nothing will happen if nothing is ready then."""
        left = world.act()
        self._events = super().select(0)
        if not self._events and len(self.get_map()) > 1:
            self._events = super().select(_ARRIVAL)
            if not self._events:
                left = world.act()
                self._events = super().select(0)
        if left == inf:
            return timeout
        return max(0.0, left if timeout is None else min(timeout, left))

    def allow(self, turns: int, seconds: float) -> None:
        """Let the loop make so many turns, for at most so many seconds of real time."""
        self._turns = turns
        self._until = time.monotonic() + seconds

    def wait(self, seconds: float) -> None:
        """Wait in real time until something is ready; the world acts by itself meanwhile."""
        if self.world is not None:
            self.world.drive(None)
        self._events = super().select(seconds)
        if self.world is not None:
            self.world.drive(self.clock)


class Loop(asyncio.SelectorEventLoop):
    """A loop whose clock is set by its driver."""

    def __init__(self, selector: Selector, *, elsewhere: bool) -> None:
        self.now = _START
        self.elsewhere = elsewhere
        self.was_real = elsewhere
        """Whether anything outside of the loop might ever have waked it."""
        self.working = 0
        """Calls that run in threads of the loop."""
        self._home = threading.get_ident()
        self._threads = set(threading.enumerate())
        self._watching = selector
        super().__init__(selector)
        selector.stop = self.stop
        selector.clock = self.time

    def time(self) -> float:
        """Return the time in seconds."""
        return self.now

    def ignore_threads(self) -> None:
        """Take the threads that run now for ones that have nothing to do with this loop."""
        self._threads = set(threading.enumerate())

    @property
    def open_streams(self) -> int:
        """How many asynchronous generators have begun and not ended."""
        return len(self._asyncgens)  # type: ignore[attr-defined]

    @property
    def goes_outside(self) -> bool:
        """Whether something outside of the loop may wake it: threads, files, compiled code."""
        outside = self.elsewhere or self.working or self._watching.watches or self._has_threads
        self.was_real = self.was_real or bool(outside)
        return bool(outside)

    @property
    def _has_threads(self) -> bool:
        """Whether threads were started that may wake the loop."""
        return any(
            thread not in self._threads and not thread.name.startswith("asyncio_")
            for thread in threading.enumerate()
        )

    def call_soon_threadsafe(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        """Note that another thread has work for the loop."""
        if threading.get_ident() != self._home:
            self.was_real = True
            self.elsewhere = self.elsewhere or not self.working
        return super().call_soon_threadsafe(callback, *args, context=context)

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Note that a call runs in a thread until it is done."""
        self.working += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._worked)
        return future

    def _worked(self, _: object) -> None:
        self.working -= 1
