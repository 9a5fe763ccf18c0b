"""What is awaited from the runtime: results, errors, cancellation, on every kind of event loop."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import InternalError
from tests.async_bridge import BRIDGE, LOOPS, comes_true, seen, uncounted
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

FOREVER = 3_600_000.0
"""An hour, in milliseconds."""

Run = Any


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run a coroutine on a loop of each kind; nothing that it began is left afterwards."""

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            return runner.run(coroutine)

    yield run
    assert seen(lambda: uncounted() == 0)


def test_a_result_is_awaited(run: Run) -> None:
    async def both() -> tuple[int, int]:
        return await BRIDGE.ready(3), await BRIDGE.sleep(5, 2**62)

    assert run(both()) == (3, 2**62)


def test_it_is_a_coroutine_with_a_name(run: Run) -> None:
    waiting = BRIDGE.ready(3)
    assert (waiting.__name__, waiting.__qualname__) == ("ready", "ready")
    assert isinstance(waiting, Coroutine)
    assert asyncio.iscoroutine(waiting)
    assert run(waiting) == 3


def test_many_are_gathered(run: Run) -> None:
    async def gathered() -> Any:
        ready = [BRIDGE.ready(number) for number in range(100)]
        return await asyncio.gather(*ready, *(BRIDGE.sleep(n % 7, n) for n in range(100, 300)))

    assert run(gathered()) == list(range(300))


def test_timers_run_at_the_same_time(run: Run) -> None:
    async def gathered() -> None:
        together = asyncio.gather(*(BRIDGE.sleep(FOREVER) for _ in range(500)))
        while uncounted() < 500:  # noqa: ASYNC110  # Rust tells no event of it
            await asyncio.sleep(0.001)
        together.cancel()
        with pytest.raises(asyncio.CancelledError):
            await together

    run(gathered())


def test_an_error_is_raised_where_it_is_awaited(run: Run) -> None:
    async def fails() -> None:
        failing = BRIDGE.fail("no such thing")
        with pytest.raises(ValueError, match=r"^no such thing$"):
            await failing

    run(fails())


def test_a_panic_is_an_internal_error(run: Run) -> None:
    async def panics() -> None:
        with pytest.raises(InternalError, match=r"^an operation panicked: a defect$"):
            await BRIDGE.panic()

    run(panics())


def test_nothing_begins_before_it_is_awaited() -> None:
    before = BRIDGE.counts()
    unused = [BRIDGE.sleep(0), BRIDGE.sleep(0), BRIDGE.sleep(0), BRIDGE.numbers(3)]
    unused[0].close()
    with pytest.raises(KeyError):
        unused[1].throw(KeyError("a"))
    del unused
    time.sleep(0.02)
    assert BRIDGE.counts() == before


def test_it_is_used_as_a_coroutine_is(run: Run) -> None:
    async def used() -> None:
        once = BRIDGE.ready(1)
        with pytest.raises(TypeError, match="can't send non-None value to a just-started"):
            once.send(1)
        await once
        with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
            await once
        with pytest.raises(RuntimeError, match="cannot reuse already awaited coroutine"):
            once.throw(KeyError("a"))
        shared = BRIDGE.sleep(20, 4)
        task = asyncio.ensure_future(shared)
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="is being awaited already"):
            await shared
        assert await task == 4
        with pytest.raises(TypeError, match="deriving from BaseException"):
            BRIDGE.ready(1).throw(int)

    run(used())


def test_without_an_event_loop_nothing_begins() -> None:
    before = BRIDGE.counts()
    with pytest.raises(RuntimeError, match="no running event loop"):
        BRIDGE.sleep(0).send(None)
    assert BRIDGE.counts() == before


@pytest.mark.parametrize("drop", [0.0, 30.0])
def test_the_future_is_dropped_before_the_cancellation_is_seen(run: Run, drop: float) -> None:
    async def cancelled() -> None:
        dropped = BRIDGE.counts()[2]
        running: list[int] = []

        async def body() -> None:
            try:
                await BRIDGE.sleep(FOREVER, drop=drop)
            except asyncio.CancelledError:
                running.append(uncounted())
                raise

        task = asyncio.create_task(body())
        await asyncio.sleep(0.01)
        assert uncounted() == 1
        task.cancel()
        await asyncio.sleep(drop / 3000)
        task.cancel()  # once more, while it is being dropped
        with pytest.raises(asyncio.CancelledError):
            await task
        assert running == [0]
        assert BRIDGE.counts()[2] == dropped + 1

    run(cancelled())


def test_what_was_done_already_is_cancelled_all_the_same(run: Run) -> None:
    async def cancelled() -> None:
        task = asyncio.create_task(BRIDGE.sleep(30, 5))  # not done before it is first looked at
        await asyncio.sleep(0)
        finished = BRIDGE.counts()[1]
        while BRIDGE.counts()[1] == finished and uncounted():
            time.sleep(0.001)  # noqa: ASYNC251  # the loop must not hear of it
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(cancelled())


def test_any_exception_that_is_thrown_in_ends_the_future(run: Run) -> None:
    async def thrown() -> None:
        waiting = BRIDGE.sleep(FOREVER, drop=10)
        waiting.send(None)
        future = waiting.throw(KeyError, "key")
        assert not future.done()
        await comes_true(future.done)
        with pytest.raises(KeyError, match="key"):
            waiting.send(None)
        assert uncounted() == 0
        closed = BRIDGE.sleep(FOREVER)
        closed.send(None)
        with pytest.raises(GeneratorExit):
            closed.throw(GeneratorExit())

    run(thrown())


def test_time_limits(run: Run) -> None:
    async def limited() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(BRIDGE.sleep(FOREVER, drop=5), 0.01)
        assert uncounted() == 0
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.01):
                await BRIDGE.sleep(FOREVER, drop=5)
        assert uncounted() == 0
        assert await asyncio.wait_for(BRIDGE.sleep(1, 8), 60) == 8
        done, pending = await asyncio.wait(
            [asyncio.create_task(BRIDGE.sleep(time)) for time in (1, FOREVER)],
            return_when=asyncio.FIRST_COMPLETED,
        )
        assert (len(done), len(pending)) == (1, 1)

    run(limited())


def test_a_group_of_tasks_ends_whole(run: Run) -> None:
    async def grouped() -> None:
        with pytest.raises(ExceptionGroup) as raised:  # noqa: PT012  # the group raises
            async with asyncio.TaskGroup() as group:
                for _ in range(20):
                    group.create_task(BRIDGE.sleep(FOREVER, drop=1))
                group.create_task(BRIDGE.fail("one"))
        assert [str(each) for each in raised.value.exceptions] == ["one"]
        assert uncounted() == 0

    run(grouped())


def test_work_that_blocks_is_told_to_stop(run: Run) -> None:
    async def blocking() -> None:
        assert await BRIDGE.block(5) is False
        task = asyncio.create_task(BRIDGE.block(FOREVER))
        await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert uncounted() == 0

    run(blocking())


def test_nothing_of_work_that_blocks_goes_on_behind_the_back(run: Run) -> None:
    async def blocking() -> None:
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(BRIDGE.block(100, deaf=True), 0.02)
        assert uncounted() == 0
        assert time.monotonic() - start >= 0.1

    run(blocking())


def test_loops_in_several_threads(run: Run) -> None:
    async def gathered() -> Any:
        return await asyncio.gather(
            *(BRIDGE.ready(number) for number in range(200)),
            *(BRIDGE.sleep(number % 5, number) for number in range(200)),
        )

    found: list[list[int]] = []
    threads = [threading.Thread(target=lambda: found.append(run(gathered()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[*range(200), *range(200)]] * 8


@pytest.mark.parametrize("kind", LOOPS)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_loop_is_closed_with_work_in_flight(kind: str) -> None:
    loop = LOOPS[kind]()
    loop.set_exception_handler(lambda *_: None)  # tasks are destroyed while they are pending
    tasks = [loop.create_task(BRIDGE.sleep(FOREVER)), loop.create_task(BRIDGE.sleep(30))]
    loop.run_until_complete(asyncio.sleep(0.01))
    loop.close()
    time.sleep(0.05)  # one completes, and nobody hears of it
    assert uncounted() == 1
    del tasks, loop
    gc.collect()
    assert seen(lambda: uncounted() == 0)


def test_a_task_that_nobody_holds_goes_on(run: Run) -> None:
    async def unheld() -> None:
        finished = BRIDGE.counts()[1]
        asyncio.create_task(BRIDGE.sleep(30))  # noqa: RUF006  # the subject
        await asyncio.sleep(0.005)
        gc.collect()
        await asyncio.sleep(0.1)
        assert BRIDGE.counts()[1] == finished + 1

    run(unheld())


def test_what_is_dropped_half_way_ends(run: Run) -> None:
    async def dropped() -> None:
        waiting = BRIDGE.sleep(FOREVER)
        future = waiting.send(None)
        del waiting
        await comes_true(lambda: not uncounted())
        assert not future.done()

    run(dropped())


@pytest.mark.skipif(sys.platform != "linux", reason="descriptors are counted in /proc")
@pytest.mark.parametrize("kind", LOOPS)
def test_no_descriptor_is_left_when_a_loop_is_closed(kind: str) -> None:
    def used(times: int) -> int:
        for _ in range(times):
            with asyncio.Runner(loop_factory=LOOPS[kind]) as runner:
                runner.run(BRIDGE.sleep(1))
        gc.collect()
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  # a plain count

    assert used(20) == used(2)


THREADS = """
import asyncio
from pathlib import Path
from tests.async_bridge import BRIDGE

async def gathered():
    await asyncio.gather(*(BRIDGE.sleep(1) for _ in range(500)))

for _ in range(3):
    asyncio.run(gathered())
names = [path.read_text() for path in Path("/proc/self/task").glob("*/comm")]
print(sum(name.startswith("agent-runtime") for name in names))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="threads are named in /proc")
def test_there_is_one_runtime() -> None:
    done = subprocess.run(
        [sys.executable, "-c", THREADS], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert 1 <= int(done.stdout) <= (os.cpu_count() or 1)


def test_a_wait_without_a_loop_lets_others_run() -> None:
    counted = 0

    def count() -> None:
        nonlocal counted
        for _ in range(5):
            time.sleep(0.01)
            counted += 1

    thread = threading.Thread(target=count)
    thread.start()
    BRIDGE.wait_for(200)
    assert counted == 5
    thread.join()
    waiting = [threading.Thread(target=BRIDGE.wait_for, args=(2_000,)) for _ in range(50)]
    for each in waiting:
        each.start()
    assert seen(lambda: uncounted() == 50)
    for each in waiting:
        each.join()
    assert uncounted() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="it has no interval timers")
@pytest.mark.parametrize("times", [1, 2])
def test_a_wait_without_a_loop_is_interrupted(times: int) -> None:
    """The future has been dropped then, unless another handler raises while that is waited for."""
    left = times

    def handle(*_: object) -> None:
        nonlocal left
        if left:
            left -= 1
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.03, 0.1)
        with pytest.raises(KeyboardInterrupt):
            BRIDGE.wait_for(FOREVER, drop=20 if times == 1 else 2000)
        assert left == 0
        assert uncounted() == times - 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert seen(lambda: uncounted() == 0)
