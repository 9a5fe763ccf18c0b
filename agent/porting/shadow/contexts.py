"""Asynchronous context managers: entered and left for the caller, then on the other side."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.interruptions import is_interruption
from agent.porting.shadow.copying import Uncopied, copied, copied_exception
from agent.porting.shadow.exceptions import ends_task, is_cancellation, raise_again
from agent.porting.shadow.twins import OVERLAPPING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from types import TracebackType

    from agent.porting.shadow.call import ComparedCall
    from agent.porting.shadow.callbacks import Context
    from agent.porting.shadow.copying import Clone

__all__ = ["WatchedManager", "underway"]


class WatchedManager:
    """Does what a context manager does; what it gave, suppressed and raised is compared.

    Args:
        manager: the primary's.
        call: the call that gave it.
        context: where each task is.
        finish: has the call compared.
        cancel: counts the call as cancelled.
    """

    def __init__(
        self,
        manager: Any,
        call: ComparedCall,
        context: Context,
        *,
        finish: Callable[[ComparedCall], Awaitable[None]],
        cancel: Callable[[ComparedCall], None],
    ) -> None:
        self._manager = manager
        self._call = call
        self._context = context
        self._finish = finish
        self._cancel = cancel
        self._underway = underway(call)
        self._entered: Any = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._manager, name)

    async def __aenter__(self) -> Any:
        self._underway.__enter__()
        try:
            with self._context.within_task():
                value = await self._manager.__aenter__()
        except BaseException as error:
            self._underway.__exit__(None, None, None)
            if _interrupts(error):
                self._cancel(self._call)
                raise
            failed = error
        else:
            try:
                self._entered = copied(value, self._call.clone)
            except Uncopied as why:
                self._call.broken = f"entering it gives {why}"
            return value
        await self._compare(None, failed)
        return raise_again(failed, 1)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> Any:
        failed: BaseException | None = None
        suppressed = None
        thrown = None if error is None or _interrupts(error) else _copy(error)
        try:
            with self._context.within_task():
                suppressed = await self._manager.__aexit__(kind, error, trace)
        except BaseException as raised:
            if _interrupts(raised):
                self._underway.__exit__(None, None, None)
                self._cancel(self._call)
                raise
            failed = raised
        self._underway.__exit__(None, None, None)
        if error is not None and _interrupts(error):
            self._cancel(self._call)
        else:
            await self._compare(thrown, failed, suppressed=bool(suppressed))
        if failed is not None:
            raise_again(failed, 1)
        return suppressed

    async def _compare(
        self,
        thrown: BaseException | None,
        failed: BaseException | None,
        *,
        suppressed: bool = False,
    ) -> None:
        call = self._call
        call.value = self._entered, suppressed, None if failed is None else _copy(failed)
        call.uses = partial(_entered_and_left, thrown=thrown, clone=call.clone)
        await self._finish(call)


async def _entered_and_left(
    manager: Any, *, thrown: BaseException | None, clone: Clone
) -> tuple[Any, bool, BaseException | None]:
    """Enter and leave the other side's context manager, with the exception of the body if any."""
    entered = None
    try:
        entered = copied(await manager.__aenter__(), clone)
        trace = None if thrown is None else thrown.__traceback__
        kind = None if thrown is None else type(thrown)
        return entered, bool(await manager.__aexit__(kind, thrown, trace)), None
    except Uncopied:
        raise
    except BaseException as error:
        if is_cancellation(error) or is_interruption(error):
            raise
        return entered, False, error


@contextmanager
def underway(call: ComparedCall) -> Iterator[None]:
    """Keep account of the calls of an object that are awaited; overlapping ones give it up."""
    family, harmless = call.family, call.harmless
    if family is None:
        yield
        return
    if family.overlaps(harmless=harmless):
        family.lose(OVERLAPPING)
    family.underway[harmless] += 1
    try:
        yield
    finally:
        family.underway[harmless] -= 1


def _copy(error: BaseException) -> BaseException:
    try:
        return copied_exception(error)
    except Exception as failed:
        if is_interruption(failed):
            raise
        return error  # of a class that cannot be copied: it is compared as it is


def _interrupts(error: BaseException) -> bool:
    return isinstance(error, KeyboardInterrupt) or ends_task(error) or is_interruption(error)


pass_unseen(globals())
