"""The names of a script for asynchronous operations: tasks, cancellation, time limits, streams.

They are ordinary functions and coroutine functions of `asyncio`, so that a script with them is a
program that can run by itself.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from inspect import isawaitable
from math import inf
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable
    from contextlib import AbstractAsyncContextManager

__all__ = [
    "CONCURRENT",
    "Drained",
    "Gathered",
    "Left",
    "NeverCompleted",
    "Started",
    "TimedOut",
    "outcome_of",
    "within",
]

__passes_calls_on__ = True

_LONGEST = 10_000
"""Items that are taken of a stream, which may never end."""


class NeverCompleted(Exception):  # what happened, not an error of these tools
    """The result of an await that did not complete and was cancelled."""


class TimedOut(Exception):  # what happened, not an error of these tools
    """The result of an await that the script's own time limit cancelled."""


@dataclass(frozen=True, eq=False)
class Started:
    """An operation that a script started as a task; its outcome is compared when it is awaited."""

    task: asyncio.Future[Any]

    def __await__(self) -> Any:
        return self.task.__await__()

    def __repr__(self) -> str:
        return "a task"


@dataclass(frozen=True)
class Drained:
    """What a stream gave until it ended."""

    items: list[Any]
    ended: BaseException | None
    """The exception it ended with; None where it ended as streams do."""


@dataclass(frozen=True)
class Gathered:
    """What operations that ran at the same time came to."""

    outcomes: list[Outcome]
    """In the order in which they were started."""
    instants: list[float]
    """When each completed, by the clock of the loop in seconds; infinite if it did not."""

    def __repr__(self) -> str:
        return f"Gathered({', '.join(map(str, self.outcomes))})"


@dataclass(frozen=True)
class Left:
    """What a script left behind when it ended, and the errors its event loop reported."""

    tasks: list[str]
    """Tasks that were still pending, but for those that the script started."""
    streams: int
    """Asynchronous generators that had begun and not ended."""
    unawaited: list[str]
    """Coroutines that were never awaited."""
    exceptions: list[BaseException | str]
    """What the loop's exception handler was given."""


def start(awaitable: Awaitable[Any]) -> Started:
    """Start an operation as a task, which runs when the loop next does."""
    if type(awaitable) is _NEXT_ITEM:
        # A cancellation before it begins would end the generator; of a coroutine, it would not.
        awaitable = _awaiting(awaitable)
    return Started(asyncio.ensure_future(awaitable))


async def _awaiting(awaitable: Awaitable[Any]) -> Any:
    return await awaitable


async def _generator() -> AsyncIterator[None]:
    yield


_NEXT_ITEM = type(aiter(_generator()).__anext__())
"""What ``anext`` gives of an asynchronous generator."""


def cancel(started: Started) -> bool:
    """Cancel what was started; return False if it had completed before."""
    return started.task.cancel()


def turns(number: int) -> int:
    """Let the loop make a number of turns; the runner of the script does it."""
    return number


def settle() -> None:
    """Let the loop run until nothing is ready; the runner of the script does it."""


def finish() -> None:
    """End the loop as `asyncio.run` does; the runner of the script does it, and returns `Left`."""


async def within(seconds: float, awaitable: Awaitable[Any]) -> Any:
    """Await an operation for at most so many seconds of the loop's clock."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            return await awaitable
    except TimeoutError:
        if limit.expired():
            raise TimedOut from None
        raise


async def gather(*awaitables: Awaitable[Any]) -> Gathered:
    """Run operations at the same time, each as a task, until all have completed."""
    loop = asyncio.get_running_loop()
    tasks = [asyncio.ensure_future(each) for each in awaitables]
    instants = [inf] * len(tasks)

    def note(index: int, _: object) -> None:
        instants[index] = loop.time()

    for index, task in enumerate(tasks):
        task.add_done_callback(partial(note, index))
    cut = [False] * len(tasks)
    try:
        await asyncio.wait(tasks)
    except asyncio.CancelledError:
        cut = [not task.done() for task in tasks]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if not any(cut):
            raise
    return Gathered(
        [
            Outcome(raised=NeverCompleted()) if was_cut else outcome_of(task)
            for was_cut, task in zip(cut, tasks, strict=True)
        ],
        [inf if was_cut else at for was_cut, at in zip(cut, instants, strict=True)]
        if not getattr(loop, "was_real", False)
        else [0.0] * len(tasks),  # which is the first then is chance
    )


async def drain(stream: AsyncIterator[Any]) -> Drained:
    """Take the items of a stream until it ends; it may have to be awaited first."""
    items: list[Any] = []
    given = await stream if isawaitable(stream) else stream
    try:
        async for item in given:
            items.append(item)
            if len(items) == _LONGEST:
                break
    except Exception as error:  # noqa: BLE001  # however it ended is what is compared
        return Drained(items, error)
    return Drained(items, None)


async def enter(manager: AbstractAsyncContextManager[Any]) -> Any:
    """Enter an asynchronous context manager, as ``async with`` does."""
    return await type(manager).__aenter__(manager)


async def leave(
    manager: AbstractAsyncContextManager[Any], error: BaseException | None = None
) -> bool:
    """Leave it, with the exception that its block raised; return whether that is suppressed."""
    exit_ = type(manager).__aexit__
    if error is None:
        return bool(await exit_(manager, None, None, None))
    try:
        raise error  # noqa: TRY301  # so that it is being handled, as in a block
    except BaseException as raised:  # noqa: BLE001  # raised again, unless that is suppressed
        try:
            return bool(await exit_(manager, type(raised), raised, raised.__traceback__))
        except BaseException as again:  # whatever it is
            if again is raised:
                return False
            raise


async def through(manager: AbstractAsyncContextManager[Any]) -> Any:
    """Enter and leave an asynchronous context manager; return what entering gave.

    It may have to be awaited first.
    """
    async with await manager if isawaitable(manager) else manager as given:
        return given


def outcome_of(task: asyncio.Future[Any]) -> Outcome:
    """Return what a task that is done did.

    A cancellation is shown without where it came from: the loop itself raises it.
    """
    try:
        error = task.exception()
    except asyncio.CancelledError as cancelled:
        return Outcome(raised=asyncio.CancelledError(*cancelled.args))
    return Outcome(task.result()) if error is None else Outcome(raised=error)


CONCURRENT = {
    word.__name__: word
    for word in (
        cancel, drain, enter, finish, gather, leave, settle, start, through, turns, within,
    )
} | {"sleep": asyncio.sleep}  # fmt: skip
"""The words by their names."""
