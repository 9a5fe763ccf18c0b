"""Exchanges that an event loop drives."""

from __future__ import annotations

import asyncio
import selectors
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.tools.exchange import Exchange

__all__ = ["drive"]


class _Watched:
    """The descriptors of an exchange, which the running event loop watches."""

    def __init__(self, exchange: Exchange) -> None:
        self.loop = asyncio.get_running_loop()
        self.over: asyncio.Future[None] = self.loop.create_future()
        self._exchange = exchange
        self._known: dict[int, Callable[[int], object]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._deadline: float | None = None

    def register(self, fileobj: int, events: int, data: Callable[[], None], /) -> None:
        """Have `data` called whenever the descriptor is ready."""
        reads = events == selectors.EVENT_READ
        add = self.loop.add_reader if reads else self.loop.add_writer
        self._known[fileobj] = self.loop.remove_reader if reads else self.loop.remove_writer
        add(fileobj, self.step, data)

    def unregister(self, fileobj: int, /) -> None:
        """Watch it no more."""
        self._known.pop(fileobj)(fileobj)

    def step(self, work: Callable[[], None]) -> None:
        """Do what there is to do; note the end, and when the time will be over."""
        if self.over.done():
            return
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # whoever awaits it is told
            self.over.set_exception(error)
            return
        if self._exchange.is_over:
            self.over.set_result(None)
        elif self._timer is None or self._deadline != self._exchange.deadline:
            self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._deadline = self._exchange.deadline
        if (left := self._exchange.left()) is not None:
            self._timer = self.loop.call_later(left, self._expire)

    def _expire(self) -> None:
        self._timer = None
        self.step(self._exchange.expire)

    def close(self) -> None:
        """Watch nothing any more."""
        if self._timer is not None:
            self._timer.cancel()
        for descriptor in list(self._known):
            with suppress(OSError):
                self.unregister(descriptor)


async def drive(exchange: Exchange) -> None:
    """Wait until an exchange is over."""
    watched = _Watched(exchange)
    try:
        watched.step(partial(exchange.begin, watched))
        await watched.over
    finally:
        watched.close()
