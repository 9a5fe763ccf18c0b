"""Calls of a memoized coroutine function whose runs a test holds up."""

from __future__ import annotations

import asyncio
import gc
import inspect
import warnings
from typing import TYPE_CHECKING, Any

from agent.components.cache.cached import cached
from agent.components.cache.coroutines import _waits
from parity_tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Coroutine

__all__ = ["Work", "outcome", "run", "settle"]


def run(main: Coroutine[Any, Any, Any]) -> Any:
    """Run `main` on a loop of its own; nothing may be left of it."""

    async def limited() -> Any:
        before = asyncio.all_tasks()
        result = await asyncio.wait_for(main, PATIENCE)
        assert asyncio.all_tasks() == before
        return result

    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a coroutine that was never awaited
        result = asyncio.run(limited())
        gc.collect()
    assert _waits == {}
    return result


class Work:
    """A coroutine function that ends when it is told to, and notes what becomes of its runs."""

    def __init__(self, cache: Any, **options: Any) -> None:
        self.seen: list[str] = []
        self.reasons: list[Any] = []
        """What the runs were cancelled with."""
        self.gates: dict[Any, asyncio.Future[Any]] = {}
        self.cleanup: asyncio.Event | None = None
        self.instead: Any = None
        """What a cancelled run returns instead of ending, if anything."""
        self.ask = cached(cache, **options)(self._run)

    async def _run(self, key: Any) -> Any:
        self.seen.append(f"start {key}")
        self.gates[key] = asyncio.get_running_loop().create_future()
        try:
            result = await self.gates[key]
        except asyncio.CancelledError as error:
            self.reasons += error.args
            self.seen.append(f"cancel {key}")
            if self.cleanup is not None:
                await self.cleanup.wait()
            if self.instead is not None:
                return self.instead
            raise
        finally:
            self.seen.append(f"end {key}")
        return result

    async def callers(self, key: Any, count: int) -> list[asyncio.Task[Any]]:
        """Start `count` callers and let them wait."""
        tasks = [asyncio.ensure_future(self.ask(key)) for _ in range(count)]
        await settle()
        return tasks

    @property
    def idle(self) -> bool:
        """Whether nothing is kept of any run."""
        share = inspect.getclosurevars(self.ask).nonlocals["share"]
        return not share.__self__._runs


async def settle() -> None:
    """Let every task go on until it waits."""
    for _ in range(10):
        await asyncio.sleep(0)


def outcome(task: asyncio.Task[Any]) -> Any:
    """Return what a task returned or raised, or "waits"."""
    if not task.done():
        return "waits"
    return "cancelled" if task.cancelled() else task.exception() or task.result()
