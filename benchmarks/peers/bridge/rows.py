"""Awaits of what is ready, one after another and at the same time, on two kinds of event loop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import uvloop

from agent.porting.benchmark.timing import Arm
from benchmarks.peers.bridge.contenders import CONTENDERS
from benchmarks.peers.comparison import Row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from benchmarks.peers.bridge.contenders import Ready

__all__ = ["GATHERED", "ROWS", "SEQUENTIAL"]

_AT_ONCE = 100

_IN_TURN = 20


async def _gathered(ready: Ready, times: int) -> None:
    expected = list(range(_AT_ONCE))
    for _ in range(times):
        assert await asyncio.gather(*map(ready, expected)) == expected


async def _sequential(ready: Ready, times: int) -> None:
    for _ in range(times):
        for number in range(_IN_TURN):
            assert await ready(number) == number


def _arms(
    work: Callable[[Ready, int], Awaitable[None]],
    size: int,
    make: Callable[[], asyncio.AbstractEventLoop],
) -> dict[str, Arm]:
    loop = make()

    def run(ready: Ready, times: int) -> None:
        loop.run_until_complete(work(ready, times))

    return {name: Arm(partial(run, ready()), size) for name, ready in CONTENDERS.items()}


GATHERED = ("gather of 100", "gather of 100, uvloop")
SEQUENTIAL = ("sequential", "sequential, uvloop")

ROWS = {
    GATHERED[0]: Row(partial(_arms, _gathered, _AT_ONCE, asyncio.new_event_loop), block=0.02),
    GATHERED[1]: Row(partial(_arms, _gathered, _AT_ONCE, uvloop.new_event_loop), block=0.02),
    SEQUENTIAL[0]: Row(partial(_arms, _sequential, _IN_TURN, asyncio.new_event_loop), block=0.02),
    SEQUENTIAL[1]: Row(partial(_arms, _sequential, _IN_TURN, uvloop.new_event_loop), block=0.02),
}
"""What is done in each row; times are those of an await."""
