"""Asynchronous streams: the items that a caller takes, and those of the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.copying import Uncopied, copied, copied_exception
from agent.porting.shadow.exceptions import is_cancellation

if TYPE_CHECKING:
    from agent.porting.shadow.copying import Clone

__all__ = ["Seen", "closed", "pulled"]


class Seen:
    """What a caller has taken from a stream so far."""

    def __init__(self, clone: Clone) -> None:
        self._clone = clone
        self.items: list[Any] = []
        self.ended: BaseException | None = None
        """What it raised in the end."""
        self.pulled = 0
        """How many items were asked for."""
        self.broken: str | None = None
        """Why it cannot be compared."""

    def add(self, item: Any) -> None:
        """Note an item, as it is now."""
        try:
            self.items.append(copied(item, self._clone))
        except Uncopied as why:
            self.broken = f"an item is {why}"

    async def send(self, stream: Any, value: Any) -> Any:
        """Send a value into a stream, if it takes any; return its next item."""
        self.broken = "its caller sent values into it"
        return await (stream.asend(value) if hasattr(stream, "asend") else anext(stream))

    async def throw(self, stream: Any, error: BaseException) -> Any:
        """Throw an exception into a stream; return its next item, if it goes on."""
        self.broken = "its caller threw an exception into it"
        if hasattr(stream, "athrow"):
            return await stream.athrow(error)
        await closed(stream)
        raise error

    def end(self, error: Exception) -> None:
        """Note what it raised in the end."""
        try:
            self.ended = copied_exception(error)
        except Exception as failed:
            if is_interruption(failed):
                raise
            self.broken = "it raised what cannot be copied"


async def closed(stream: Any) -> None:
    """Close a stream, if that can be done."""
    if hasattr(stream, "aclose"):
        await stream.aclose()


async def pulled(stream: Any, number: int) -> tuple[list[Any], BaseException | None]:
    """Ask a stream for `number` items; return what it gave, and what it raised in the end."""
    items: list[Any] = []
    iterator = aiter(stream)
    for _ in range(number):
        try:
            items.append(await anext(iterator))
        except StopAsyncIteration:
            return items, None
        except BaseException as error:
            if is_cancellation(error) or is_interruption(error):
                raise
            return items, error
    await closed(iterator)
    return items, None
