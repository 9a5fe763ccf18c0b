"""Ways to end with work on the runtime: ``python -m tests.async_exits KIND``."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from contextlib import suppress
from random import Random
from typing import TYPE_CHECKING, Any

from tests.async_bridge import BRIDGE, NoReaders

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KINDS"]

_FOREVER = 3_600_000.0

_THREADS = 2

_KEPT: list[object] = []
"""What goes when the interpreter clears its modules."""


async def _use(bridge: Any) -> None:
    """Use everything, for ever."""
    while True:
        await asyncio.gather(*(bridge.ready(1) for _ in range(20)), bridge.sleep(1))
        async for number in bridge.numbers(200, room=10):
            if number == 100:
                break
        await bridge.block(1)


def _in_threads(target: Callable[[], object]) -> None:
    def work() -> None:
        with suppress(asyncio.CancelledError, RuntimeError):  # the end cancels, and refuses
            target()

    for _ in range(_THREADS):
        threading.Thread(target=work, daemon=True).start()
    time.sleep(0.01)


def _loops(bridge: Any) -> None:
    _in_threads(lambda: asyncio.run(_use(bridge)))


def _dispatched(bridge: Any) -> None:
    def work() -> None:
        with asyncio.Runner(loop_factory=NoReaders) as runner:
            runner.run(_use(bridge))

    _in_threads(work)


def _waits(bridge: Any) -> None:
    def work() -> None:
        while True:
            bridge.wait_for(1)

    _in_threads(work)
    _in_threads(lambda: bridge.wait_for(_FOREVER))


async def _first(stream: Any) -> int:
    number: int = await anext(stream)
    return number


def _begun(bridge: Any) -> list[Any]:
    """Begin some of each on a loop that is left as it is."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # tasks are destroyed while they are pending
    stream = bridge.numbers(1_000_000)
    works = [bridge.sleep(_FOREVER, drop=5), bridge.block(_FOREVER), _first(stream), _use(bridge)]
    tasks = [loop.create_task(each) for each in works]
    loop.run_until_complete(asyncio.sleep(0.005))
    return [loop, tasks, stream]


def _left(bridge: Any) -> None:
    _begun(bridge)


def _held(bridge: Any) -> None:
    _KEPT.append(_begun(bridge))
    sys.modules["kept"] = _begun(bridge)  # type: ignore[assignment]  # any object may be there


def _deaf(bridge: Any) -> None:
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)
    _KEPT.append(loop.create_task(bridge.block(_FOREVER, deaf=True)))
    loop.run_until_complete(asyncio.sleep(0.005))


def _exits_inside(bridge: Any) -> None:
    async def exits() -> None:
        waiting = [asyncio.create_task(bridge.sleep(_FOREVER)) for _ in range(20)]
        await asyncio.sleep(0.001)
        sys.exit(0 * len(waiting))

    asyncio.run(exits())


def _late(bridge: Any) -> None:
    class Late:
        def __del__(self) -> None:
            try:
                bridge.wait_for(1)
            except RuntimeError as error:
                if "the interpreter is ending" not in str(error):
                    raise

    _KEPT.append(Late())


def _all(bridge: Any) -> None:
    for begin in (_loops, _dispatched, _waits, _held, _late):
        begin(bridge)


KINDS: dict[str, Callable[[Any], object]] = {
    "loops in threads": _loops,
    "loops in threads, without readers": _dispatched,
    "waits in threads": _waits,
    "a loop that is left": _left,
    "work that is held": _held,
    "work that does not stop": _deaf,
    "an exit inside": _exits_inside,
    "a finalizer": _late,
    "all of these": _all,
}
"""What each begins with a bridge is under way when the main thread ends."""


def main() -> None:
    """Begin what is asked for, and end a moment later."""
    KINDS[sys.argv[1]](BRIDGE)
    time.sleep(Random().uniform(0.0, 0.01))


if __name__ == "__main__":
    main()
