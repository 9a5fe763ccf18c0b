"""What a process does with the bridge, be it forked, spawned or the first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from tests.async_bridge import BRIDGE

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["use"]


async def _gathered(bridge: Any) -> list[int]:
    numbers = [number async for number in bridge.numbers(50, room=8)]
    assert numbers == list(range(50))
    assert await bridge.block(1) is False
    return await asyncio.gather(*(bridge.ready(n) for n in range(20)), bridge.sleep(2, 20))


def use(
    make: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop, bridge: Any = BRIDGE
) -> list[int]:
    """Use everything on a new loop, and without one."""
    bridge.wait_for(1)
    with asyncio.Runner(loop_factory=make) as runner:
        found = runner.run(_gathered(bridge))
    assert found == list(range(21))
    return found
