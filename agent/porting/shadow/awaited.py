"""Awaited calls: the primary's answer reaches the caller before anything is compared.

In stage ``shadow`` the candidate is awaited in a task of its own, on the same event loop, after
the primary has answered. While Rust answers and is verified, Python is awaited before the caller
gets the answer: its object is what runs after a demotion, and must not lag behind.
"""

from __future__ import annotations

import inspect
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.compare.outcome import Outcome, is_binding
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import named_like
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.answering import given
from agent.porting.shadow.contexts import WatchedManager, underway
from agent.porting.shadow.exceptions import ends_task, raise_again
from agent.porting.shadow.loop_tasks import LoopTasks
from agent.porting.shadow.streams import Seen, closed, pulled

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.candidate import Candidate
    from agent.porting.shadow.isolation import Isolation
    from agent.porting.shadow.operation import ComparedOperation
    from agent.porting.shadow.reporter import Reporter
    from agent.porting.shadow.sides import Sides
    from agent.porting.shadow.twins import Followed

__all__ = ["Awaited"]

__passes_calls_on__ = True

CANCELLED = "cancelled"


class Awaited:
    """Answers the calls of one component that are awaited.

    Args:
        sides: the two implementations.
        context: where each thread and task is.
        reporter: counts the calls that are compared later.
        candidate: the side that is compared.
        isolation: gives each side arguments of its own.
        follow: follows what a call of the reference gave.
    """

    def __init__(  # noqa: PLR0913  # each is a part of its own
        self,
        sides: Sides,
        context: Context,
        reporter: Reporter,
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
        self.compare_later = LoopTasks(candidate, reporter).put
        """Compares a call after the caller has its answer."""

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
            if isinstance(error, KeyboardInterrupt | GeneratorExit) or is_interruption(error):
                self._candidate.leave(call, "interrupted")
                raise
            call.raised = error
            call.answer = Outcome(raised=error, binding=is_binding(error))
            self._candidate.finish(call)
            _close(call.other_value)
            return given(call, over=True)
        if call.operation.streams:
            if not self._sides.rust_leads and not inspect.isasyncgen(awaitable):
                reason = "gives a stream that is no asynchronous generator"
                self._candidate.leave(call, f"{call.operation.name} {reason}")
                return awaitable
            return named_like(lead, self._streamed(call, awaitable))
        if call.operation.enters:
            return self._watched(call, awaitable)
        if not inspect.isawaitable(awaitable):
            self._candidate.leave(call, f"{call.operation.name} gives nothing that can be awaited")
            return awaitable
        return named_like(lead, self._answered(call, awaitable))

    async def _answered(self, call: ComparedCall, awaitable: Awaitable[Any]) -> Any:
        """Await the side that answers, and have the call compared."""
        try:
            with underway(call), self._context.within_task():
                call.value = await awaitable
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt) or ends_task(error) or is_interruption(error):
                self._candidate.leave(call, CANCELLED)
                raise
            call.raised = error
            call.answer = Outcome(raised=error)
        if self._sides.rust_leads:
            await self._compare_now(call)
            return given(call, over=True)
        if call.operation.gives is not None and call.raised is None:
            try:
                self._follow(call, call.value)
            except Exception as error:
                if is_interruption(error):
                    raise
                call.broken = f"what it gave cannot be followed ({type(error).__name__})"
        self.compare_later(call)
        return given(call, over=False)

    async def _streamed(self, call: ComparedCall, stream: Any) -> AsyncGenerator[Any, Any]:
        """Give the items of the side that answers; have them compared when the stream has ended."""
        seen = Seen(call.clone)
        failed: Exception | None = None
        with underway(call):
            try:
                stream = aiter(stream)
                step = anext(stream)
                while True:
                    seen.pulled += 1
                    with self._context.within_task():
                        item = await step
                    seen.add(item)
                    try:
                        sent = yield item
                    except GeneratorExit:
                        await closed(stream)
                        break
                    except BaseException as error:  # noqa: BLE001  # the caller threw it in
                        step = seen.throw(stream, error)
                    else:
                        step = anext(stream) if sent is None else seen.send(stream, sent)
            except StopAsyncIteration:
                pass
            except Exception as error:
                if is_interruption(error):
                    self._candidate.leave(call, CANCELLED)
                    raise
                # Raised below, so that it has no context of the other side's.
                seen.end(error)
                failed = error
            except BaseException:
                self._candidate.leave(call, CANCELLED)
                raise
        await self._compare_stream(call, seen)
        if failed is not None:
            try:
                raise_again(failed, 1)
            finally:
                del failed

    async def _compare_stream(self, call: ComparedCall, seen: Seen) -> None:
        call.value = seen.items, seen.ended
        call.uses = partial(pulled, number=seen.pulled)
        call.broken = seen.broken
        await self._compare(call)

    def _watched(self, call: ComparedCall, manager: Any) -> WatchedManager:
        return WatchedManager(
            manager, call, self._context,
            finish=self._compare, cancel=lambda call: self._candidate.leave(call, CANCELLED),
        )  # fmt: skip

    async def _compare(self, call: ComparedCall) -> None:
        if self._sides.rust_leads:
            await self._compare_now(call)
        else:
            self.compare_later(call)

    async def _compare_now(self, call: ComparedCall) -> None:
        try:
            await self._candidate.finish_awaited(call)
        except BaseException:
            self._candidate.leave(call, CANCELLED)
            raise


def _close(value: Any) -> None:
    """Close a coroutine that is not awaited, so that there is no warning about it."""
    if inspect.iscoroutine(value):
        value.close()


pass_unseen(globals())
