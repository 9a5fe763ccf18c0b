"""What is recorded of calls that a program awaits: each once it has ended."""

from __future__ import annotations

from collections.abc import AsyncIterator  # noqa: TC003  # the contract is read
from typing import Any, Protocol

import pytest

from agent.porting.check.executor import Pair
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from tests.recorded import Place

SOURCE = """
import asyncio

async def double(value):
    await asyncio.sleep(0)
    if value < 0:
        raise ValueError(value)
    return value * 2

class Part:
    def __init__(self, name):
        self.name = name

    async def text(self):
        await asyncio.sleep(0)
        return self.name

class Feed:
    def __init__(self):
        self.items_ = []

    async def put(self, item):
        await asyncio.sleep(0)
        self.items_.append(item)
        return len(self.items_)

    async def part(self, name):
        return Part(name)

    async def items(self):
        for item in self.items_:
            yield item

    async def __aenter__(self):
        return self

    async def __aexit__(self, *error):
        self.items_.clear()
"""


class Double(Protocol):
    """A coroutine function."""

    @operation(effect=Effect.PURE)
    async def __call__(self, value: int) -> int: ...


class Part(Protocol):
    """A part of a feed."""

    async def text(self) -> str: ...


class Feed(Protocol):
    """An object whose operations are awaited."""

    async def put(self, item: int) -> int: ...
    async def part(self, name: str) -> Part: ...
    def items(self) -> AsyncIterator[int]: ...


class FeedFactory(Protocol):
    """How one is made."""

    def __call__(self) -> Feed: ...


DOUBLE = read_contract(Double)
FEED = read_contract(Feed, FeedFactory)


@pytest.fixture
def place(tmp_path: object) -> Place:
    made = Place(tmp_path)  # type: ignore[arg-type]
    made.write("toy.py", SOURCE)
    return made


def test_a_coroutine_function_is_recorded_when_it_ends(place: Place) -> None:
    recording = place.record(DOUBLE, "toy:double", """
        import asyncio, inspect, toy
        assert inspect.iscoroutinefunction(toy.double)
        try:
            toy.double()
        except TypeError as error:
            assert "missing 1 required" in str(error)
        async def main():
            assert await asyncio.gather(toy.double(1), toy.double(2)) == [2, 4]
            try:
                await toy.double(-1)
            except ValueError as error:
                assert error.args == (-1,)
            task = asyncio.ensure_future(toy.double(9))
            await asyncio.sleep(0)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError:
                return
            raise SystemExit("not cancelled")
        asyncio.run(main())
        """)  # fmt: skip
    assert recording.status == 0
    (lines,) = recording.calls.values()
    assert sorted(lines) == [
        "await double()", "await double(-1)", "await double(1)", "await double(2)",
    ]  # fmt: skip
    assert recording.dropped == {"Double: cancelled": 1}


def test_objects_are_recorded_as_their_calls_end(place: Place) -> None:
    recording = place.record(FEED, "toy:Feed", """
        import asyncio, inspect, toy
        async def main():
            async with toy.Feed() as feed:
                assert type(feed) is type(toy.Feed())
                assert inspect.iscoroutinefunction(feed.put)
                assert inspect.isasyncgenfunction(feed.items)
                assert await feed.put(1) == 1
                assert [item async for item in feed.items()] == [1]
                part = await feed.part("a")
                assert await part.text() == "a"
            assert feed.items_ == []
        asyncio.run(main())
        """)  # fmt: skip
    assert recording.status == 0
    assert max(recording.scripts, key=len) == [
        "feed = Feed()",
        "await feed.put(1)",
        "part = await feed.part('a')",
        "await part.text()",
    ]
    toy: dict[str, Any] = {"__name__": "toy"}
    exec(SOURCE, toy)  # noqa: S102  # the same module, here
    with Pair(FEED, toy["Feed"], toy["Feed"]) as pair:
        done = [pair.run(line).value for line in max(recording.scripts, key=len)]
    assert (done[1], done[3], pair.compared) == (1, "a", 4)
    reason = "it gives an asynchronous stream, whose use is not recorded"
    assert recording.dropped == {f"items: {reason}": 1}
