"""Asynchronous iterators from the runtime: batches, their bound, and how they end."""

from __future__ import annotations

import asyncio
import gc
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import pytest

from tests.async_bridge import BRIDGE, LOOPS, comes_true, seen, uncounted

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

Run = Any


@pytest.fixture(params=LOOPS)
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """Run a coroutine on a loop of each kind; nothing that it began is left afterwards."""

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
            return runner.run(coroutine)

    yield run
    assert seen(lambda: uncounted() == 0)


@pytest.mark.parametrize("room", [0, 1, 3, 64, 5000])
def test_all_items_come_in_order(run: Run, room: int) -> None:
    async def drawn() -> list[int]:
        return [number async for number in BRIDGE.numbers(1000, room=room)]

    assert run(drawn()) == list(range(1000))


def test_an_empty_stream_ends(run: Run) -> None:
    async def drawn() -> None:
        stream = BRIDGE.numbers(0)
        assert aiter(stream) is stream
        for _ in range(2):
            with pytest.raises(StopAsyncIteration):
                await anext(stream)

    run(drawn())


def test_an_error_ends_it(run: Run) -> None:
    async def drawn() -> None:
        stream, found = BRIDGE.numbers(1_000_000, room=8, bad=20), []
        with pytest.raises(ValueError, match="a bad number"):  # noqa: PT012  # after some items
            async for number in stream:
                found.append(number)  # noqa: PERF401  # as far as it goes
        assert found == list(range(20))
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    run(drawn())


def test_the_future_waits_where_nobody_draws(run: Run) -> None:
    async def drawn() -> None:
        before = BRIDGE.sent()
        async with aclosing(BRIDGE.numbers(1_000_000, room=10)) as stream:
            assert await anext(stream) == 0
            await asyncio.sleep(0.05)
            assert 10 <= BRIDGE.sent() - before <= 21
            assert [await anext(stream) for _ in range(50)] == list(range(1, 51))
            await asyncio.sleep(0.05)
            assert BRIDGE.sent() - before <= 71

    run(drawn())


def test_it_is_closed_half_way(run: Run) -> None:
    async def closed() -> None:
        stream = BRIDGE.numbers(1_000_000, drop=10)
        async for number in stream:
            if number == 100:
                break
        assert uncounted() == 1
        await stream.aclose()
        assert uncounted() == 0
        await stream.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(stream)
        unused = BRIDGE.numbers(3)
        await unused.aclose()
        with pytest.raises(StopAsyncIteration):
            await anext(unused)

    run(closed())


def test_it_ends_when_nobody_has_it_any_more(run: Run) -> None:
    async def dropped() -> None:
        stream = BRIDGE.numbers(1_000_000)
        await anext(stream)
        assert uncounted() == 1
        del stream
        gc.collect()
        await comes_true(lambda: not uncounted())

    run(dropped())


def test_the_future_is_dropped_before_the_cancellation_is_seen(run: Run) -> None:
    async def cancelled() -> None:
        stream = BRIDGE.numbers(3, pause=3_600_000.0, drop=20)
        running: list[int] = []

        async def body() -> None:
            try:
                await anext(stream)
            except asyncio.CancelledError:
                running.append(uncounted())
                raise

        task = asyncio.create_task(body())
        await asyncio.sleep(0.01)
        assert uncounted() == 1
        with pytest.raises(RuntimeError, match=r"anext\(\): asynchronous generator is already"):
            await anext(stream)
        with pytest.raises(RuntimeError, match=r"aclose\(\): asynchronous generator is already"):
            await stream.aclose()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert running == [0]
        with pytest.raises(StopAsyncIteration):
            await anext(stream)

    run(cancelled())


def test_a_stream_goes_on_in_another_loop(run: Run) -> None:
    stream = BRIDGE.numbers(500, room=4)

    async def drawn(count: int) -> list[int]:
        return [await anext(stream) for _ in range(count)]

    assert run(drawn(250)) + run(drawn(250)) == list(range(500))
    with pytest.raises(StopAsyncIteration):
        run(drawn(1))
