"""Cancelled callers of memoized coroutine functions, and what becomes of the runs."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import pytest

from agent.components.cache.cached import cached
from agent.components.cache.coroutines import _waits
from agent.errors import RecursiveFactory
from parity_tests.awaiting import Work, outcome, run, settle


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("cancelled", [{0}, {1}, {0, 1}])
def test_a_cancelled_caller_leaves_the_others_alone(
    cache_class: Any, count: int, cancelled: set[int]
) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        tasks = await work.callers("a", count)
        for index in cancelled:
            tasks[index].cancel()
        await settle()
        left = [task for index, task in enumerate(tasks) if index not in cancelled]
        assert [outcome(tasks[index]) for index in sorted(cancelled)] == ["cancelled"] * len(
            cancelled
        )
        if not left:
            assert work.seen == ["start a", "cancel a", "end a"]
            return
        assert [outcome(task) for task in left] == ["waits"] * len(left)
        work.gates["a"].set_result(1)
        assert await asyncio.gather(*left) == [1] * len(left)
        assert work.seen == ["start a", "end a"]

    run(main())
    assert len(work.ask.cache) == (len(cancelled) < count)
    assert work.idle


@pytest.mark.parametrize("one_by_one", [True, False])
def test_the_last_cancelled_caller_cancels_the_run_and_waits_for_its_end(
    cache_class: Any, *, one_by_one: bool
) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        work.cleanup = asyncio.Event()
        tasks = await work.callers("a", 2)
        for task in tasks:
            task.cancel()
            if one_by_one:
                await settle()
        await settle()
        assert [outcome(task) for task in tasks] == ["cancelled", "waits"]
        assert work.seen == ["start a", "cancel a"]
        work.cleanup.set()
        await settle()
        assert [outcome(task) for task in tasks] == ["cancelled", "cancelled"]

    run(main())
    assert work.seen == ["start a", "cancel a", "end a"]
    assert len(work.ask.cache) == 0
    assert work.idle


def test_a_second_cancellation_reaches_the_run_that_cleans_up(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        work.cleanup = asyncio.Event()
        (task,) = await work.callers("a", 1)
        task.cancel()
        await settle()
        task.cancel()
        await settle()
        assert outcome(task) == "cancelled"

    run(main())
    assert work.seen == ["start a", "cancel a", "end a"]
    assert work.idle


def test_what_a_cancelled_run_returns_is_its_result(cache_class: Any) -> None:
    work = Work(cache_class(9))
    work.instead = "saved"

    async def main() -> None:
        (task,) = await work.callers("a", 1)
        task.cancel("enough")
        assert await task == "saved"

    run(main())
    assert work.reasons == ["enough"]
    assert list(work.ask.cache.values()) == ["saved"]


def test_a_call_during_the_end_of_a_cancelled_run_starts_its_own_afterwards(
    cache_class: Any,
) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        work.cleanup = asyncio.Event()
        (first,) = await work.callers("a", 1)
        first.cancel()
        await settle()
        later = await work.callers("a", 2)
        assert work.seen == ["start a", "cancel a"]
        work.cleanup.set()
        await settle()
        assert outcome(first) == "cancelled"
        assert work.seen == ["start a", "cancel a", "end a", "start a"]
        work.gates["a"].set_result(1)
        assert await asyncio.gather(*later) == [1, 1]

    run(main())
    assert work.ask.cache_info()[:2] == (1, 2)
    assert work.idle


def test_a_call_during_the_end_of_a_run_takes_what_that_stored(cache_class: Any) -> None:
    work = Work(cache_class(9))
    work.instead = "saved"

    async def main() -> None:
        work.cleanup = asyncio.Event()
        (first,) = await work.callers("a", 1)
        first.cancel()
        await settle()
        (later,) = await work.callers("a", 1)
        work.cleanup.set()
        assert [await first, await later] == ["saved", "saved"]

    run(main())
    assert work.ask.cache_info()[:2] == (1, 1)


@pytest.mark.parametrize("steps", range(6))
def test_a_caller_cancelled_as_the_run_ends_is_cancelled(cache_class: Any, steps: int) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        (task,) = await work.callers("a", 1)
        work.gates["a"].set_result(1)
        for _ in range(steps):
            await asyncio.sleep(0)
        was_cancelled = task.cancel()
        await settle()
        assert outcome(task) == ("cancelled" if was_cancelled else 1)

    run(main())
    assert work.idle


def test_a_cancelled_run_that_asks_for_its_own_result_is_refused(cache_class: Any) -> None:
    @cached(cache_class(9))
    async def ask() -> Any:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return await ask()

    async def main() -> None:
        task = asyncio.ensure_future(ask())
        await settle()
        task.cancel()
        with pytest.raises(RecursiveFactory):
            await task

    run(main())


def test_the_end_of_a_loop_cancels_a_run_once(cache_class: Any) -> None:
    seen = []

    @cached(cache_class(9))
    async def ask() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await settle()
            seen.append("cleaned")

    async def main() -> None:
        task = asyncio.ensure_future(ask())
        await settle()
        assert not task.done()

    asyncio.run(main())
    assert seen == ["cleaned"]


def test_a_run_that_is_cancelled_by_others_is_cancelled_for_its_callers(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        tasks = await work.callers("a", 2)
        work.gates["a"].cancel()
        await settle()
        assert [outcome(task) for task in tasks] == ["cancelled", "cancelled"]
        assert not any(task.cancelling() for task in tasks)

    run(main())
    assert work.idle


def test_a_timeout_of_a_caller_ends_the_run(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def limited() -> None:
        async with asyncio.timeout(0.01):
            await work.ask("a")

    async def main() -> None:
        with pytest.raises(TimeoutError):
            await limited()
        assert asyncio.current_task().cancelling() == 0  # type: ignore[union-attr]
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(work.ask("a"), 0.01)

    run(main())
    assert work.seen == ["start a", "cancel a", "end a"] * 2


def test_a_cancelled_group_ends_its_runs(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def fail() -> None:
        await settle()
        raise OSError

    async def together() -> None:
        async with asyncio.TaskGroup() as group:
            for key in "aabb":
                group.create_task(work.ask(key))
            group.create_task(fail())

    async def main() -> None:
        with pytest.raises(ExceptionGroup):
            await together()
        assert sorted(work.seen) == sorted(
            f"{what} {key}" for key in "ab" for what in ("start", "cancel", "end")
        )

    run(main())
    assert work.idle


def test_the_end_of_a_loop_ends_the_runs_of_callers_that_are_left(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        await work.callers("a", 2)

    asyncio.run(main())  # it cancels every task
    assert work.seen == ["start a", "cancel a", "end a"]
    assert work.idle


def test_a_loop_that_is_closed_under_a_run_is_let_go(cache_class: Any) -> None:
    work = Work(cache_class(9))
    loop = asyncio.new_event_loop()
    caller = loop.create_task(work.ask("a"))
    loop.run_until_complete(settle())
    loop.close()
    assert not work.idle
    task: Any
    for task in (caller, _waits[caller].task):  # asyncio logs what its user left unfinished
        task._log_destroy_pending = False
        task.get_coro().close()
    assert _waits == {}

    async def main() -> None:
        (task,) = await work.callers("a", 1)
        work.gates["a"].set_result(1)
        assert await task == 1

    run(main())
    assert work.idle


def test_a_caller_that_is_closed_cancels_its_run(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        caller = work.ask("a")
        caller.send(None)  # it waits now
        await settle()
        caller.close()
        await settle()
        assert work.seen == ["start a", "cancel a", "end a"]

    run(main())
    assert work.idle


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timers")
def test_a_signal_handler_may_begin_a_call_and_give_it_up(cache_class: Any) -> None:
    """It runs amid any operation of the loop that is at work."""
    cache = cache_class(9)

    @cached(cache)
    async def echo(number: int) -> int:
        await asyncio.sleep(0)
        return number

    results: list[Any] = []

    def handle(number: int, frame: object) -> None:
        if len(results) >= 50:
            return
        coroutine = echo(len(results))
        try:
            while True:
                coroutine.send(None)
        except (StopIteration, RuntimeError) as error:
            results.append(error)
        finally:
            coroutine.close()

    async def main() -> None:
        number = 0
        while len(results) < 50:
            number += 1
            assert await echo(number) == number
        await settle()  # runs that were given up end

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    try:
        run(main())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(results) >= 50
