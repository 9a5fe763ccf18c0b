"""Calls that are awaited: the primary's answer reaches the caller before anything is compared.

In stage ``shadow`` the candidate is awaited in a task of its own, on the same event loop, after
the primary has answered. While Rust answers and is verified, Python is awaited before the caller
gets the answer: its object is what runs after a demotion, and must not lag behind.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, is_binding
from agent.porting.interpose.functions import named_like
from agent.porting.shadow.answering import given
from agent.porting.shadow.copying import Uncopied
from agent.porting.shadow.exceptions import ends_task
from agent.porting.shadow.twins import OVERLAPPING
from agent.porting.shadow.worker import settle

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Awaitable, Callable

    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.candidate import Candidate
    from agent.porting.shadow.isolation import Isolation
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Followed

__all__ = ["Awaited"]

__passes_calls_on__ = True

_LONGEST = 1_000
"""Calls that wait to be compared; what comes on top is skipped."""

CANCELLED = "cancelled"
ENDED = "the event loop ended before it was compared"


class Awaited:
    """Answers the calls of one component that are awaited.

    Args:
        sides: the two implementations.
        context: where each thread and task is.
        candidate: the side that is compared.
        isolation: gives each side arguments of its own.
        follow: follows what a call of the reference gave.
    """

    def __init__(
        self,
        sides: Sides,
        context: Context,
        candidate: Candidate,
        isolation: Isolation,
        *,
        follow: Callable[[ComparedCall, Any], None],
    ) -> None:
        self._sides = sides
        self._context = context
        self._candidate = candidate
        self._isolation = isolation
        self._follow = follow
        self._tasks: set[Task[None]] = set()
        """Those that compare; asyncio alone would not keep them."""

    def answer(
        self,
        operation: ComparedOperation,
        lead: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Answer a call of a function that was chosen by `lead`."""
        if operation.unobserved is not None:
            self._candidate.skip(operation, None, f"{operation.name} {operation.unobserved}")
            return self.uncompared(lead, args, kwargs)
        call = self._isolation.prepared(operation, None, args, kwargs)
        return self.uncompared(lead, args, kwargs) if call is None else self._begun(call, lead)

    def uncompared(self, lead: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        """Return what `lead` gives; calls that it makes itself are not compared either."""
        with self._context.within():
            given_ = lead(*args, **kwargs)
        return named_like(lead, self._alone(given_)) if inspect.iscoroutine(given_) else given_

    async def _alone(self, awaitable: Awaitable[Any]) -> Any:
        with self._context.within_task():
            return await awaitable

    def operate(  # noqa: PLR0913, PLR0917  # as the primary's
        self,
        operation: ComparedOperation,
        lead: Callable[..., Any],
        python: Callable[..., Any],
        owner: Any,
        followed: Followed,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> Any:
        """Perform an operation of an object that is followed."""
        family = followed.family
        why = operation.unobserved
        if why is None and family.driven:
            why = "may call what its object was given, which is not played to what is awaited"
        if why is not None:
            self._candidate.skip(operation, family, f"{operation.name} {why}")
            return self.uncompared(lead, args, kwargs)
        call = self._isolation.prepared(operation, family, args, kwargs)
        if call is None:
            return self.uncompared(lead, args, kwargs)
        call.subject, call.owner = followed, (owner, python)
        return self._begun(call, lead)

    def _begun(self, call: ComparedCall, lead: Callable[..., Any]) -> Any:
        """Call the side that answers; return what the caller awaits."""
        try:
            with self._context.within():
                awaitable = lead(*call.args, **call.kwargs)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | GeneratorExit):
                self._candidate.leave(call, "interrupted")
                raise
            call.raised = error
            call.answer = Outcome(raised=error, binding=is_binding(error))
            self._candidate.finish(call)
            _close(call.other_value)
            return given(call, over=True)
        if not inspect.isawaitable(awaitable):
            self._candidate.leave(call, f"{call.operation.name} gives nothing that can be awaited")
            return awaitable
        return named_like(lead, self._answered(call, awaitable))

    async def _answered(self, call: ComparedCall, awaitable: Awaitable[Any]) -> Any:
        """Await the side that answers, and have the call compared."""
        family, harmless = call.family, call.harmless
        if family is not None:
            if family.overlaps(harmless=harmless):
                family.lose(OVERLAPPING)
            family.underway[harmless] += 1
        try:
            with self._context.within_task():
                call.value = await awaitable
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) or ends_task(error):
                self._candidate.leave(call, CANCELLED)
                raise
            call.raised = error
            call.answer = Outcome(raised=error)
        finally:
            if family is not None:
                family.underway[harmless] -= 1
        if self._sides.rust_leads:
            await self._compare_now(call)
            return given(call, over=True)
        if call.operation.gives is not None and call.raised is None:
            try:
                self._follow(call, call.value)
            except Exception as error:  # noqa: BLE001  # a defect here is not to reach the caller
                call.broken = f"what it gave cannot be followed ({type(error).__name__})"
        self.compare_later(call)
        return given(call, over=False)

    async def _compare_now(self, call: ComparedCall) -> None:
        try:
            await self._candidate.finish_awaited(call)
        except BaseException:
            self._candidate.leave(call, CANCELLED)
            raise

    def compare_later(self, call: ComparedCall) -> None:
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
        task = loop.create_task(self._compare(call, before))
        self._tasks.add(task)
        if family is not None:
            family.pending = task

        def end(task: Task[None]) -> None:
            self._tasks.discard(task)
            if task.cancelled():
                self._candidate.leave(call, ENDED)
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


def _close(value: Any) -> None:
    """Close a coroutine that is not awaited, so that there is no warning about it."""
    if inspect.iscoroutine(value):
        value.close()
