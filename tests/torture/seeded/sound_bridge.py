"""A bridge to nowhere, without a fault: asyncio alone does what is asked for."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["IMPLEMENTATION", "Bridge"]


class Bridge:
    """The functions of the bridge, for numbers of milliseconds."""

    async def ready(self, value: int) -> int:
        """Give `value`."""
        return value

    async def sleep(self, delay: float, value: int = 0, *, drop: float = 0.0) -> int:
        """Give `value` later."""
        del drop
        await asyncio.sleep(delay / 1000)
        return value

    async def block(self, delay: float, *, deaf: bool = False) -> bool:
        """Give whether it was told to stop."""
        await asyncio.sleep(delay / 1000)
        return deaf

    async def numbers(self, count: int, *, room: int = 64) -> AsyncIterator[int]:
        """Give the numbers below `count`."""
        del room
        for number in range(count):
            yield number

    def wait_for(self, delay: float) -> None:
        """Wait without a loop."""
        time.sleep(delay / 1000)


IMPLEMENTATION = Bridge()
