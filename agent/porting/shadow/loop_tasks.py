"""Compares calls in tasks of the caller's event loop, after the caller has its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.shadow.copying import Uncopied
from agent.porting.shadow.worker import settle

if TYPE_CHECKING:
    from asyncio import Task

    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.candidate import Candidate
    from agent.porting.shadow.reporter import Reporter

__all__ = ["LoopTasks"]

_LONGEST = 1_000
"""Calls that wait to be compared; what comes on top is skipped."""

_ENDED = "the event loop ended before it was compared"


class LoopTasks:
    """The tasks that compare the calls of one component."""

    def __init__(self, candidate: Candidate, reporter: Reporter) -> None:
        self._candidate = candidate
        self._reporter = reporter
        self._tasks: set[Task[None]] = set()
        """Those that are not done; asyncio alone would not keep them."""

    def put(self, call: ComparedCall) -> None:
        """Compare a call in a task of its own, after those of the same objects that wait."""
        from asyncio import get_running_loop  # noqa: PLC0415  # loaded, if its loop runs

        try:
            loop = get_running_loop()
        except RuntimeError:
            self._candidate.leave(call, "no event loop of asyncio runs")
            return
        try:
            settle(call)
        except Uncopied as why:
            self._candidate.leave(call, f"{call.operation.name}: {why}")
            return
        if len(self._tasks) >= _LONGEST:
            self._candidate.leave(call, "too many calls wait to be compared")
            return
        family = call.family
        before: Any = None if family is None else family.pending
        if before is not None and before.get_loop() is not loop:
            self._candidate.leave(call, "awaited on several event loops")
            return
        self._reporter.put_off(call)
        task = loop.create_task(self._compare(call, before))
        self._tasks.add(task)
        if family is not None:
            family.pending = task

        def end(task: Task[None]) -> None:
            self._tasks.discard(task)
            if task.cancelled():
                self._candidate.leave(call, _ENDED)
            call.forget()
            if family is not None and family.pending is task:
                family.pending = None

        task.add_done_callback(end)

    async def _compare(self, call: ComparedCall, before: Task[None] | None) -> None:
        from asyncio import wait  # noqa: PLC0415  # as above

        if before is not None:
            await wait({before})
        if call.operation.asynchronous:
            await self._candidate.finish_awaited(call)
        else:
            self._candidate.finish(call)
