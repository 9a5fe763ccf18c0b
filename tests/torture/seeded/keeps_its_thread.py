"""Has one thread for ever, which a forked child waits for: the child does not have it."""

from __future__ import annotations

import asyncio
from queue import SimpleQueue
from threading import Thread

from tests.torture.seeded.sound_bridge import Bridge

__all__ = ["IMPLEMENTATION"]


class _Bridge(Bridge):
    def __init__(self) -> None:
        self._asked: SimpleQueue[tuple[asyncio.Future[int], int]] = SimpleQueue()
        self._thread: Thread | None = None

    async def ready(self, value: int) -> int:
        if self._thread is None:
            self._thread = Thread(target=self._complete, daemon=True)
            self._thread.start()
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._asked.put((future, value))
        return await future

    def _complete(self) -> None:
        while True:
            future, value = self._asked.get()
            future.get_loop().call_soon_threadsafe(future.set_result, value)


IMPLEMENTATION = _Bridge()
