"""What is awaited, in shadow and verified: the caller has its answer, and both are compared."""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import ContractError, DemotionWarning
from agent.porting.ledger.ledger import Ledger
from agent.porting.project.table import load
from agent.porting.shadow import shadowed, verified
from tests.async_toys import Feed, component, double

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from pathlib import Path

    from agent.porting.ledger.sums import Sums


class Shadows:
    """Makes shadows of the toys, and reads what they noted."""

    def __init__(self, path: Path) -> None:
        self.ledger = Ledger(path)

    def __call__(self, name: str, **settings: Any) -> Any:
        row = component(name, **settings)
        proxy = verified if row.stage == "rust" else shadowed
        return proxy(row, load(row.python), load(row.rust))

    def sums(self, name: str) -> Sums:
        return self.ledger.sums(name)


@pytest.fixture
def shadows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shadows:
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "ledger.sqlite"))
    return Shadows(tmp_path / "ledger.sqlite")


async def settled(work: Coroutine[Any, Any, Any]) -> Any:
    """Await `work`, and then all that was begun meanwhile."""
    result = await work
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        ended, _ = await asyncio.wait(others, timeout=60.0)
        assert ended, others
    return result


def fail(error: Exception) -> None:
    raise error


def run(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(settled(work))


@pytest.mark.parametrize("settings", [{}, {"verify": 1.0}, {"sample": 0.5}])
def test_what_is_given_is_a_coroutine_function(shadows: Shadows, settings: Any) -> None:
    function, kind = shadows("double", **settings), shadows("feed", **settings)
    assert inspect.iscoroutinefunction(function)
    assert inspect.signature(function) == inspect.signature(double)
    assert inspect.iscoroutinefunction(kind.put)
    assert inspect.isasyncgenfunction(kind.items)
    made = kind()
    assert inspect.iscoroutinefunction(made.put)
    assert inspect.iscoroutinefunction(type(made).put)


@pytest.mark.parametrize("settings", [{}, {"verify": 1.0}])
def test_equal_calls_match(shadows: Shadows, settings: Any) -> None:
    function = shadows("double", **settings)

    async def main() -> list[int]:
        first = await function(2)
        with pytest.raises(ValueError, match="negative"):
            await function(-1)
        with pytest.raises(TypeError, match="missing 1 required positional argument"):
            function()
        return [first, *await asyncio.gather(function(3), function(4))]

    assert run(main()) == [4, 6, 8]
    sums = shadows.sums("double")
    assert (sums.matched, sums.calls) == (5, 5)


def test_python_answers_whatever_rust_does(shadows: Shadows) -> None:
    function = shadows("double")

    async def main() -> list[int]:
        return [await function(value) for value in (100, 102, 101, 103, 105)]

    assert run(main()) == [200, 204, 202, 206, 210]
    sums = shadows.sums("double")
    assert sums.refused == {"refused when called": 1, "refused when awaited": 1}
    found = [(each.line, each.where) for each in shadows.ledger.mismatches("double")]
    assert found == [
        ("await double(101)", "outcome when called"),
        ("await double(103)", "result"),
        ("await double(105)", "outcome"),
    ]
    assert (sums.mismatched, sums.calls) == (3, 5)


def test_rust_that_never_ends_does_not_keep_the_caller(shadows: Shadows) -> None:
    function = shadows("double")
    assert asyncio.run(asyncio.wait_for(function(104), 60.0)) == 208
    sums = shadows.sums("double")
    assert sums.skipped == {"the event loop ended before it was compared": 1}


@pytest.mark.parametrize("settings", [{}, {"verify": 1.0}])
def test_cancelled_calls_are_skipped(shadows: Shadows, settings: Any) -> None:
    function = shadows("double", **settings)

    async def main() -> None:
        task = asyncio.ensure_future(function(1))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())
    sums = shadows.sums("double")
    assert (sums.skipped["cancelled"], sums.calls) == (1, 1)


def test_an_object_and_its_twin_go_on_in_the_same_order(shadows: Shadows) -> None:
    feed = shadows("feed")("mine")

    async def main() -> list[int]:
        done = [await feed.put(1), await feed.put(2), feed.size()]
        done += [await feed.take(), feed.size(), await feed.take(), feed.size()]
        with pytest.raises(IndexError):
            await feed.take()
        return done

    assert run(main()) == [1, 2, 2, 1, 1, 2, 0]
    sums = shadows.sums("feed")
    assert (sums.matched, sums.calls) == (9, 9)


def test_a_difference_has_a_script_that_shows_it(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> list[int]:
        return [await feed.put(1), await feed.put(103), await feed.put(3)]

    assert run(main()) == [1, 2, 3]
    (found,) = shadows.ledger.mismatches("feed")
    assert found.script == (
        "feedcontract = FeedContract()",
        "await feedcontract.put(1)",
        "await feedcontract.put(103)",
    )
    assert shadows.sums("feed").skipped == {"it differed before": 1}


def test_overlapping_calls_of_an_object_are_not_compared(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> list[int]:
        return list(await asyncio.gather(feed.put(1), feed.put(2)))

    assert run(main()) == [1, 2]
    assert "called again before a call that is awaited had ended" in shadows.sums("feed").skipped


@pytest.mark.parametrize("settings", [{}, {"verify": 1.0}])
def test_streams_are_compared_when_they_end(shadows: Shadows, settings: Any) -> None:
    feed = shadows("feed", **settings)()

    async def main() -> list[int]:
        seen = [item async for item in feed.items()]
        for item in (1, 2, 3):
            await feed.put(item)
        seen += [item async for item in feed.items()]
        stream = feed.items()
        assert inspect.isasyncgen(stream)
        seen.append(await anext(stream))
        await stream.aclose()
        await feed.put(8)
        with pytest.raises(ValueError, match="8"):
            seen += [item async for item in feed.items()]
        return seen

    assert run(main()) == [1, 2, 3, 1]
    sums = shadows.sums("feed")
    assert (sums.matched, sums.calls) == (9, 9)


def test_an_item_that_is_lost_at_the_end_of_a_stream_differs(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> list[int]:
        await feed.put(1)
        await feed.put(7)
        return [item async for item in feed.items()]

    assert run(main()) == [1, 7]
    (found,) = shadows.ledger.mismatches("feed")
    assert (found.line, found.where) == ("await drain(feedcontract.items())", "len(result[0])")


def test_a_stream_takes_what_its_caller_sends(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> list[int]:
        await feed.put(1)
        await feed.put(2)
        stream = feed.items()
        return [await anext(stream), await stream.asend(None), await anext(stream, 0)]

    async def thrown() -> None:
        stream = feed.items()
        await anext(stream)
        with pytest.raises(KeyError):
            await stream.athrow(KeyError(1))

    assert run(main()) == [1, 2, 0]
    run(thrown())
    sums = shadows.sums("feed")
    assert (sums.matched, sums.skipped) == (
        4, {"items: its caller threw an exception into it": 1},
    )  # fmt: skip


@pytest.mark.parametrize("settings", [{}, {"verify": 1.0}])
def test_context_managers_are_compared_when_they_are_left(shadows: Shadows, settings: Any) -> None:
    feed = shadows("feed", **settings)()

    async def main() -> list[Any]:
        await feed.put(1)
        await feed.put(2)
        async with feed.lent() as items:
            seen = list(items)
        async with feed.lent():
            fail(KeyError())
        with pytest.raises(ZeroDivisionError):
            async with feed.lent():
                fail(ZeroDivisionError())
        with pytest.raises(ValueError, match="-1"):
            await feed.lent(-1).__aenter__()
        return seen

    assert run(main()) == [1, 2]
    sums = shadows.sums("feed")
    assert (sums.matched, sums.calls) == (7, 7)


def test_a_context_manager_that_gives_something_else_differs(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> list[int]:
        for item in (1, 2, 3):
            await feed.put(item)
        async with feed.lent() as items:
            return list(items)

    assert run(main()) == [1, 2, 3]
    (found,) = shadows.ledger.mismatches("feed")
    assert (found.line, found.where) == ("await enter(feedcontract.lent())", "len(result[0])")


def test_a_context_manager_that_is_cancelled_is_skipped(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> None:
        inside = asyncio.Event()

        async def hold() -> None:
            async with feed.lent():
                inside.set()
                await asyncio.Event().wait()

        task = asyncio.ensure_future(hold())
        await inside.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())
    assert shadows.sums("feed").skipped == {"cancelled": 1}


def test_a_stream_that_is_cancelled_is_skipped(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> None:
        await feed.put(1)
        task = asyncio.ensure_future(anext(feed.items()))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())
    assert shadows.sums("feed").skipped == {"cancelled": 1}


def test_a_result_that_the_caller_changes_is_compared_as_it_was(shadows: Shadows) -> None:
    feed = shadows("feed")()

    async def main() -> None:
        try:
            await feed.take()
        except IndexError as error:
            error.args = ("changed",)

    run(main())
    sums = shadows.sums("feed")
    assert (sums.matched, sums.mismatched) == (2, 0)


def test_rust_answers_and_python_after_too_many_differences(shadows: Shadows) -> None:
    feed = shadows("feed", verify=1.0, differences=1)()

    async def main() -> list[int]:
        first = await feed.put(1)
        with pytest.warns(DemotionWarning, match="feed runs in Python from now on"):
            second = await feed.put(103)
        return [first, second, await feed.put(3), feed.size()]

    assert run(main()) == [1, -1, 3, 3]
    assert isinstance(feed, Feed)


def test_a_thread_that_compares_makes_no_sense(shadows: Shadows) -> None:
    with pytest.raises(ContractError, match="a thread that compares"):
        shadows("double", worker=True)(1)


def test_without_asyncio_calls_are_skipped(shadows: Shadows) -> None:
    feed = shadows("feed")()
    coroutine = feed.take()
    for _ in range(2):
        try:
            coroutine.send(None)
        except IndexError:
            break
    assert shadows.sums("feed").skipped == {"no event loop of asyncio runs": 1}
