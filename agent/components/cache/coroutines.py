"""Runs of coroutine functions that several callers wait for: one for each key and event loop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.components.cache.errors import RecursiveFactory
from agent.components.cache.refusals import checked_result
from agent.components.cache.results import MISSING

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Task
    from collections.abc import Callable, Coroutine, Hashable

    from agent.components.cache.counts import Counts
    from agent.components.cache.results import Results

__all__ = ["Runs"]


class _Run:
    """One run of a coroutine function, in a task of its own."""

    __slots__ = ("abandoned", "callers", "task")

    def __init__(self) -> None:
        self.task: Task[Any] | None = None
        """None while it is being started, and if that was interrupted by a signal handler."""
        self.callers: set[object] = set()
        """A token of each that waits for its result."""
        self.abandoned = False
        """Whether it was cancelled because nobody waited for it any more."""


_waits: dict[Task[Any], _Run] = {}
"""The run that each waiting task waits for, over all functions; a cycle is a deadlock."""


class Runs:
    """The runs of one coroutine function that are under way.

    A run has a task of its own with a copy of the first caller's context, and every caller waits
    for it, the first one too. A caller that is cancelled leaves the others alone. When the last one
    is cancelled, so is the run, and the caller waits for its end: as if it had awaited the function
    itself, what the run then returns or raises is the outcome. So no task outlives its callers. A
    call that comes meanwhile waits for that end and starts a run of its own.

    No locks are used: a run is seen by the thread of its event loop only.
    """

    def __init__(self, function: Callable[..., Coroutine[Any, Any, Any]], counts: Counts) -> None:
        self._function = function
        self._counts = counts
        self._runs: dict[AbstractEventLoop, dict[Hashable, _Run]] = {}

    async def result(
        self, results: Results, key: Hashable, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Return the result of `key`, which is missing, from a run that others may share.

        An exception of a run reaches each of its callers and is not stored.

        Raises:
            RecursiveFactory: a run would wait for its own result.
        """
        compute = partial(self._compute, results, key, args, kwargs)
        if results.cache is None:
            return await compute()
        loop = asyncio.get_running_loop()
        scope = (id(results.cache), key)
        while True:
            run = self._runs.get(loop, {}).get(scope)
            if run is None or run.task is None or run.task.done():
                return await _outcome(*self._start(loop, scope, compute))
            if not run.abandoned:
                value = await _outcome(run, run.task)
                break
            _check_waits(run)
            await asyncio.wait([run.task])
            value = results.look(key)
            if value is not MISSING:
                break
        self._counts.hits += 1
        return value

    def _start(
        self,
        loop: AbstractEventLoop,
        scope: Hashable,
        compute: Callable[[], Coroutine[Any, Any, Any]],
    ) -> tuple[_Run, Task[Any]]:
        if loop not in self._runs:
            for other in [each for each in list(self._runs) if each.is_closed()]:
                self._runs.pop(other, None)
        run = self._runs.setdefault(loop, {})[scope] = _Run()

        async def lead() -> Any:
            run.task = asyncio.current_task()  # an eager task begins before it is returned
            return await compute()

        run.task = task = loop.create_task(lead())
        task.add_done_callback(partial(self._end, loop, scope, run))
        return run, task

    def _end(self, loop: AbstractEventLoop, scope: Hashable, run: _Run, _: Task[Any]) -> None:
        runs = self._runs.get(loop, {})
        if runs.get(scope) is run:
            del runs[scope]
        if not runs:
            self._runs.pop(loop, None)

    async def _compute(
        self, results: Results, key: Hashable, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        self._counts.misses += 1
        value = checked_result(self._function, await self._function(*args, **kwargs))
        results.keep(key, value)
        return value


async def _outcome(run: _Run, task: Task[Any]) -> Any:
    """Wait for the end of a run; return or raise what it did."""
    _check_waits(run)
    me = asyncio.current_task()
    token = object()
    try:
        run.callers.add(token)
        if me is not None:
            _waits[me] = run
        await _end_of(run, task)
        return task.result()
    finally:
        _leave(run, task, me, token)


async def _end_of(run: _Run, task: Task[Any]) -> None:
    """Wait for the end of a run; cancel it if its last caller is cancelled."""
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            if task.done() or len(run.callers) > 1:
                raise
            if run.abandoned or not task.cancelling():
                task.cancel(*error.args)
            run.abandoned = True


def _leave(run: _Run, task: Task[Any], me: Task[Any] | None, token: object) -> None:
    """Take notice that a caller waits no longer."""
    run.callers.discard(token)
    if me is not None:
        _waits.pop(me, None)
    if not run.callers and not task.done() and not task.get_loop().is_closed():
        run.abandoned = True
        task.cancel()  # the caller was closed, or left by what a signal handler raised


def _check_waits(run: _Run) -> None:
    """Raise `RecursiveFactory` if `run` waits, directly or not, for the current task."""
    me = asyncio.current_task()
    ahead: _Run | None = run
    while ahead is not None and ahead.task is not None and not ahead.task.done():
        if ahead.task is me:
            message = "a coroutine function waits for its own result"
            raise RecursiveFactory(message)
        ahead = _waits.get(ahead.task)
