"""Asynchronous components for the tests of proxies: references, and Rust sides that misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator  # noqa: TC003  # the contract is read
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, Self

from agent.errors import Unsupported
from agent.porting.contract.terms import Effect, open_domains, operation
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component

__all__ = ["Faithful", "Feed", "RustFeed", "component", "double", "double_rust"]


class Double(Protocol):
    """The contract of a coroutine function."""

    @operation(effect=Effect.PURE)
    async def __call__(self, value: int) -> int: ...


async def double(value: int) -> int:
    """Return twice a number, a moment later."""
    await asyncio.sleep(0)
    if value < 0:
        message = f"{value} is negative"
        raise ValueError(message)
    return value * 2


def double_rust(value: int) -> Any:
    """Do the same, unless the number asks for something else."""
    if value == 100:
        message = "refused when called"
        raise Unsupported(message)
    if value == 101:
        raise RuntimeError(value)
    return _double_rust(value)


async def _double_rust(value: int) -> int:
    if value == 102:
        message = "refused when awaited"
        raise Unsupported(message)
    if value == 103:
        return 0
    if value == 104:
        await asyncio.Event().wait()  # for ever
    if value == 105:
        raise asyncio.CancelledError
    await asyncio.sleep(0.001)
    if value < 0:
        message = f"{value} is negative"
        raise ValueError(message)
    return value * 2


@open_domains(reason="the toys take what they are given")
class FeedContract(Protocol):
    """The contract of an object: items that are put in and taken out."""

    @operation(effect=Effect.WRITES)
    async def put(self, item: int) -> int: ...

    @operation(effect=Effect.WRITES, raises=(IndexError,))
    async def take(self) -> int: ...

    @operation(effect=Effect.READS)
    def size(self) -> int: ...

    @operation(effect=Effect.READS)
    def items(self) -> AsyncIterator[int]: ...

    @operation(effect=Effect.WRITES)
    def lent(self, most: int = 3) -> AbstractAsyncContextManager[list[int]]: ...


class FeedFactory(Protocol):
    """How a feed is made."""

    def __call__(self, name: str = "") -> FeedContract: ...


class _Items:
    """What both sides do."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self._items: list[int] = []

    async def put(self, item: int) -> int:
        """Add an item; return how many there are."""
        await asyncio.sleep(0)
        self._items.append(item)
        return len(self._items)

    async def take(self) -> int:
        """Take the oldest item."""
        await asyncio.sleep(0)
        return self._items.pop(0)

    def size(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    async def items(self) -> AsyncIterator[int]:
        """Go through the items."""
        for item in list(self._items):
            await asyncio.sleep(0)
            if item == 8:
                raise ValueError(item)
            yield item

    @asynccontextmanager
    async def lent(self, most: int = 3) -> AsyncIterator[list[int]]:
        """Give the items, at most some; take the oldest away in the end, or swallow a KeyError."""
        await asyncio.sleep(0)
        if most < 0:
            raise ValueError(most)
        try:
            yield self._items[:most]
        except KeyError:
            pass
        finally:
            del self._items[:1]

    async def __aenter__(self) -> Self:
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *error: object) -> bool:
        self._items.clear()
        return isinstance(error[1], KeyError)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        await asyncio.sleep(0)
        if not self._items:
            raise StopAsyncIteration
        return self._items.pop(0)

    @classmethod
    async def filled(cls, *items: int) -> Self:
        """Make one with items."""
        feed = cls()
        for item in items:
            await feed.put(item)
        return feed


class Faithful(_Items):
    """A Rust side that does all as the reference does."""


class Feed(_Items):
    """The reference."""


class RustFeed(_Items):
    """The Rust side, which refuses the item 100 when it is called, and 102 when it is awaited."""

    def put(self, item: int) -> Any:
        """Add an item."""
        if item == 100:
            message = "refused when called"
            raise Unsupported(message)
        return self._put(item)

    async def _put(self, item: int) -> int:
        if item == 102:
            message = "refused when awaited"
            raise Unsupported(message)
        if item == 103:
            return -1
        await asyncio.sleep(0.005 if item == 104 else 0)
        self._items.append(item)
        return len(self._items)

    async def items(self) -> AsyncIterator[int]:
        """Go through the items, but for the last if it is 7."""
        async for item in super().items():
            if item != 7:
                yield item

    @asynccontextmanager
    async def lent(self, most: int = 3) -> AsyncIterator[list[int]]:
        """Do the same, but give no more than two, and swallow nothing of the item 9."""
        async with super().lent(most) as items:
            yield items[:2] if items != [9] else [9]

    def __getstate__(self) -> dict[str, Any]:
        return {"name": self.name, "_items": list(self._items)}


def component(name: str, *, verify: float = 0.0, **settings: Any) -> Component:
    """Return the row of ``double`` or ``feed``."""
    feed = name == "feed"
    return Component(
        name=name,
        contract=f"{__name__}:{'FeedContract' if feed else 'Double'}",
        factory=f"{__name__}:FeedFactory" if feed else None,
        python=f"{__name__}:{'Feed' if feed else 'double'}",
        rust=f"{__name__}:{'RustFeed' if feed else 'double_rust'}",
        stage="rust" if verify else "shadow",
        verify=verify,
        shadow=Shadow(**settings),
    )
