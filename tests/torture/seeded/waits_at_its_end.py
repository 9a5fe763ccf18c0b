"""Blocks in a thread of an executor, which the interpreter waits for at its end."""

from __future__ import annotations

import asyncio
import time

from tests.torture.seeded.sound_bridge import Bridge

__all__ = ["IMPLEMENTATION"]


class _Bridge(Bridge):
    async def block(self, delay: float, *, deaf: bool = False) -> bool:
        await asyncio.to_thread(time.sleep, delay / 1000)
        return deaf


IMPLEMENTATION = _Bridge()
