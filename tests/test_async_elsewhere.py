"""Work that goes on outside of an event loop, in threads, is waited for in real time."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import suppress

import pytest

from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.foreign_pair import load_foreign_pair
from agent.porting.script.asynchronous import TimedOut
from tests.async_depot import DEPOT, Reference, SwallowsCancellation, Twin


class InExecutor(Twin):
    """Loads in a thread of the loop's own."""

    async def _work(self, key: int) -> None:
        await asyncio.to_thread(time.sleep, key / 2000)


class InThread(Twin):
    """Loads in a thread that the loop knows nothing of, as a runtime of its own would."""

    async def _work(self, key: int) -> None:
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def wake() -> None:
            if not done.done():
                done.set_result(None)

        def work() -> None:
            time.sleep(key / 2000)
            with suppress(RuntimeError):  # the loop is closed by now
                loop.call_soon_threadsafe(wake)

        threading.Thread(target=work, daemon=True).start()
        await done


class Swallows(InThread, SwallowsCancellation):
    """Wrong: the same, but that a cancellation does not end it."""

    async def _work(self, key: int) -> None:
        with suppress(asyncio.CancelledError):
            await super()._work(key)


LINES = [
    "depot = Depot()",
    "await depot.load(3)",
    "await gather(depot.load(4), depot.load(4), depot.put(1))",
    "await within(0.043, depot.load(7))",
    "task = start(depot.load(2))",
    "settle()",
    "cancel(task)",
    "await task",
    "depot.loaded()",
    "task2 = start(depot.load(0))",
    "settle()",
    "await task2",
    "await within(0.0037, depot.load(0))",
    "await drain(depot.items(3))",
    "finish()",
    "depot.loaded()",
]
"""What is at the same point of its work on both sides, or is compared as if it were."""


@pytest.mark.parametrize("twin", [InExecutor, InThread])
def test_work_elsewhere_is_no_difference(twin: type) -> None:
    """The reference reaches a time limit, and a cancellation, where the twin does not."""
    with Pair(DEPOT, Reference, twin) as pair:
        _run_all(pair, *LINES)


def test_a_time_limit_that_both_reach_costs_little_time() -> None:
    with Pair(DEPOT, Reference, InThread) as pair:
        pair.run("depot = Depot()")
        assert pair.run("await within(20.3, depot.load(5))").value == "item 5"
        assert isinstance(pair.run("await within(2000.3, depot.take())").raised, TimedOut)
        pair.run("await sleep(30000.0)")


def test_a_cancellation_that_is_swallowed_elsewhere_is_shown() -> None:
    with Pair(DEPOT, Reference, Swallows) as pair:
        for line in ("depot = Depot()", "task = start(depot.load(9))"):
            pair.run(line)
        with pytest.raises(Disagreement):
            _run_all(pair, "turns(3)", "cancel(task)", "await task")


def _run_all(pair: Pair, *lines: str) -> None:
    for line in lines:
        pair.run(line)


def test_what_controls_a_loop_is_no_operation() -> None:
    here = "tests.async_foreign"
    loaded = load_foreign_pair(f"{here}:join_py", f"{here}:join_rs").reload()
    with Pair(*loaded) as pair:
        for line in ("task = start(join('a'))", "settle()", "cancel(task)", "await sleep(1.0)"):
            pair.run(line)
        assert pair.reach.counts.total() == 0
        pair.run("await join('a')")
        assert pair.reach.counts == {"__call__": 1}
