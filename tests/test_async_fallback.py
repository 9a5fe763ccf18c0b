"""Partial ports of what is awaited: Rust refuses when it is called, or when it is awaited."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest

from agent.errors import ContractError, Unsupported
from agent.porting.fallback import refusal_counts, refusals, served
from tests.async_toys import Feed, RustFeed, double, double_rust


@pytest.fixture(autouse=True)
def _counts_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_counts, "_counted", {})


@pytest.fixture
def feed() -> Any:
    return served("feed", Feed, RustFeed)("mine")


def held_by_rust(feed: Any) -> bool:
    return feed.__agent_hold__ is not None


def test_a_coroutine_function_looks_like_one() -> None:
    function = served("double", double, double_rust)
    assert inspect.iscoroutinefunction(function)
    assert asyncio.iscoroutinefunction(function)
    assert inspect.signature(function) == inspect.signature(double)
    kind = served("feed", Feed, RustFeed)
    assert inspect.iscoroutinefunction(kind.put)
    assert inspect.iscoroutinefunction(kind.filled)
    assert inspect.isasyncgenfunction(kind.items)
    assert not inspect.iscoroutinefunction(kind.size)


def test_a_call_that_cannot_be_bound_fails_when_it_is_made(feed: Any) -> None:
    function = served("double", double, double_rust)
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        function()
    with pytest.raises(TypeError, match="missing 1 required positional argument"):
        feed.put()


@pytest.mark.parametrize(
    ("value", "reason"), [(100, "refused when called"), (102, "refused when awaited")]
)
def test_python_is_awaited_where_rust_refuses(value: int, reason: str) -> None:
    function = served("double", double, double_rust)
    assert asyncio.run(function(2)) == 4
    assert refusals("double") == {}
    assert asyncio.run(function(value)) == 2 * value
    assert refusals("double") == {reason: 1}


def test_what_python_raises_shows_no_trace_of_the_refusal() -> None:
    async def refuse(value: int) -> int:
        raise Unsupported(str(value))

    with pytest.raises(ValueError, match="negative") as caught:
        asyncio.run(served("double", double, refuse)(-1))
    assert caught.value.__context__ is None


@pytest.mark.parametrize("item", [100, 102])
def test_an_object_is_handed_over_with_what_it_holds(feed: Any, item: int) -> None:
    async def main() -> list[int]:
        return [await feed.put(1), await feed.put(item), await feed.put(3), await feed.take()]

    assert asyncio.run(main()) == [1, 2, 3, 1]
    assert not held_by_rust(feed)
    assert (feed.size(), refusals("feed").total()) == (2, 1)


def test_the_calls_under_way_end_before_an_object_is_handed_over(feed: Any) -> None:
    async def main() -> list[int]:
        return list(await asyncio.gather(feed.put(104), feed.put(102), feed.put(5), feed.put(6)))

    assert sorted(asyncio.run(main())) == [1, 2, 3, 4]
    assert not held_by_rust(feed)
    assert sorted(feed._items) == [5, 6, 102, 104]
    assert refusals("feed") == {"refused when awaited": 1}


@pytest.mark.parametrize("eager", [False, True])
def test_a_call_that_is_awaited_later_keeps_nothing_back(*, eager: bool) -> None:
    class Eager(RustFeed):
        def put(self, item: int) -> Any:
            given = super().put(item)
            return asyncio.ensure_future(given) if eager and item == 104 else given

    feed = served("feed", Feed, Eager)()

    async def main() -> list[int]:
        later = feed.put(104)
        return [await feed.put(102), await later, feed.size()]

    expected = [2, 1, 2] if eager else [1, 2, 2]
    assert asyncio.run(asyncio.wait_for(main(), 20)) == expected
    assert not held_by_rust(feed)


def test_a_plain_call_cannot_wait_for_one_that_is_awaited() -> None:
    class Shy(RustFeed):
        def size(self) -> int:
            message = "no size"
            raise Unsupported(message)

    feed = served("feed", Feed, Shy)()

    async def main() -> None:
        task = asyncio.ensure_future(feed.put(104))
        await asyncio.sleep(0)
        with pytest.raises(ContractError, match="while another call of the same object is awaited"):
            feed.size()
        await task
        assert feed.size() == 1

    asyncio.run(main())
    assert not held_by_rust(feed)


def test_rust_that_calls_back_into_its_object_cannot_hand_it_over() -> None:
    class Nested(RustFeed):
        owner: Any = None

        async def take(self) -> int:
            return int(await Nested.owner.put(102))

    feed = Nested.owner = served("feed", Feed, Nested)()
    with pytest.raises(ContractError, match="inside of another call of the same object"):
        asyncio.run(feed.take())
    assert held_by_rust(feed)


def test_a_call_that_is_never_awaited_or_is_cancelled_keeps_nothing_back(feed: Any) -> None:
    async def main() -> int:
        with pytest.warns(RuntimeWarning, match=r"put' was never awaited"):
            feed.put(7)
        task = asyncio.ensure_future(feed.put(104))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return int(await feed.put(102))

    assert asyncio.run(main()) == 1
    assert not held_by_rust(feed)


def test_objects_are_context_managers_and_streams_as_the_reference(feed: Any) -> None:
    async def main() -> list[Any]:
        seen: list[Any] = []
        async with feed as entered:
            seen.append(entered is feed)
            await feed.put(1)
            await feed.put(2)
            seen += [item async for item in feed.items()]
            seen += [item async for item in feed]
            await feed.put(3)
            if seen:
                raise KeyError
        return seen

    async def filled() -> list[Any]:
        other = await type(feed).filled(8, 9)
        return [type(other) is type(feed), held_by_rust(other), await other.take()]

    assert asyncio.run(main()) == [True, 1, 2, 1, 2]
    assert (feed.size(), held_by_rust(feed)) == (0, True)
    assert asyncio.run(filled()) == [True, True, 8]
