"""Asynchronous functions and classes of a foreign pair, and their twins."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["Feed", "FeedTwin", "join_py", "join_rs", "join_wrong"]


async def join_py(text: str, times: int = 2) -> str:
    """Join a text with itself, later."""
    await asyncio.sleep(0.01)
    return "-".join([text] * (times % 5))


async def join_rs(text: str, times: int = 2) -> str:
    """Do the same in two steps."""
    await asyncio.sleep(0.004)
    await asyncio.sleep(0.006)
    return (f"{text}-" * (times % 5))[:-1]


async def join_wrong(text: str, times: int = 2) -> str:
    """Do something else for three times."""
    await asyncio.sleep(0.01)
    return "-".join([text] * (4 if times == 3 else times % 5))


class Feed:
    """Items that arrive."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._open = 0

    async def items(self) -> AsyncIterator[int]:
        """Give the items."""
        for number in range(self._size % 7):
            await asyncio.sleep(0)
            yield number

    @asynccontextmanager
    async def session(self) -> AsyncIterator[int]:
        """Count the sessions that are open."""
        self._open += 1
        try:
            yield self._open
        finally:
            self._open -= 1

    async def __aenter__(self) -> int:
        """Open the feed itself."""
        self._open += 1
        return self._open

    async def __aexit__(self, *_: object) -> None:
        """Close it."""
        self._open -= 1


class FeedTwin(Feed):
    """The same, but that it gives its items without waiting."""

    async def items(self) -> AsyncIterator[int]:
        """Give the items."""
        for number in range(self._size % 7):
            yield number


FeedTwin.__name__ = FeedTwin.__qualname__ = "Feed"
