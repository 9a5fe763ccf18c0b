"""Coroutine functions and methods with Python as fallback.

Rust may refuse with `Unsupported` when it is called or when what it gave is awaited, in both cases
before any effect. Python's own coroutine is then awaited, in the same task.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import finalize

from agent.errors import ContractError, Unsupported
from agent.porting.fallback.handover import Presence
from agent.porting.fallback.own_refusal import require_own
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import named_like

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from agent.porting.fallback.handover import Arguments, Hold
    from agent.porting.fallback.ownership import Keeper

__all__ = ["awaited_function", "awaited_operation"]

__passes_calls_on__ = True

_MOMENT = 0.0005
"""Seconds between two looks whether the other calls of an object have ended."""

_inside: ContextVar[tuple[Presence, ...]] = ContextVar("inside", default=())
"""The calls of Rust that the current task is in."""


def awaited_function(
    python: Callable[..., Awaitable[Any]],
    rust: Callable[..., Awaitable[Any]],
    *,
    refuse: Callable[[str], None],
    adopt: Callable[[Any], Any] = lambda result: result,
) -> Callable[..., Any]:
    """Return a function that awaits `rust`, and `python` if that refuses.

    `refuse` is given the reason of each refusal; `adopt` turns Rust's result into the caller's.
    """

    def serve(*arguments: Any, **more: Any) -> Any:
        try:
            given = rust(*arguments, **more)
        except Unsupported as refusal:
            require_own(refusal, rust)
            reason = str(refusal)
        else:
            return named_like(python, finish(given, arguments, more))
        refuse(reason)
        return python(*arguments, **more)

    async def finish(given: Awaitable[Any], arguments: Any, more: Any) -> Any:
        try:
            return adopt(await given)
        except Unsupported as refusal:
            require_own(refusal, rust)
            reason = str(refusal)
        refuse(reason)
        return await python(*arguments, **more)

    return serve


def awaited_operation(
    keeper: Keeper, python: Callable[..., Awaitable[Any]], rust: Callable[..., Awaitable[Any]]
) -> Callable[..., Any]:
    """Return an operation that awaits `rust` with Rust's object, or `python` with the object.

    If Rust refuses, the object is handed over once its other calls have ended. A call that Rust
    makes back to the same object cannot be waited for: it raises `ContractError`.
    """
    operation = _Operation(keeper, python, rust)

    def serve(held: Any, /, *values: Any, **more: Any) -> Any:
        return operation.serve(held, values, more)

    return serve


class _Operation:
    """An operation that is awaited."""

    def __init__(
        self,
        keeper: Keeper,
        python: Callable[..., Awaitable[Any]],
        rust: Callable[..., Awaitable[Any]],
    ) -> None:
        self._keeper = keeper
        self._python = python
        self._rust = rust

    def serve(self, held: Any, values: tuple[Any, ...], more: dict[str, Any]) -> Any:
        """Return what the caller awaits."""
        hold: Hold | None = held.__agent_hold__
        if hold is None:
            return self._python(held, *values, **more)
        if (hold.closing or hold.heir is not None) and not _is_inside(hold):
            return self._later(held, hold, values, more)
        call = Presence.of_task()
        hold.flight.append(call)
        try:
            self._keeper.require_unlent((*values, *more.values()))
            given = self._rust(hold.rust, *values, **more)
        except Unsupported as refusal:
            _land(hold, call)
            require_own(refusal, self._rust)
            # Made now, so that a call that cannot be bound fails now.
            return self._instead(held, hold, refusal, self._python(held, *values, **more))
        except BaseException:
            _land(hold, call)
            raise
        if hasattr(given, "add_done_callback"):  # it goes on by itself, awaited or not
            given.add_done_callback(lambda _: _land(hold, call))
        else:  # it begins when it is awaited
            _land(hold, call)
        coroutine = self._finish(held, hold, call, given, (values, more))
        # It may never be awaited, and then nothing else would end the call.
        finalize(coroutine, _abandon, hold, call, given).atexit = False
        return named_like(self._python, coroutine)

    async def _finish(
        self, held: Any, hold: Hold, call: Presence, given: Awaitable[Any], arguments: Arguments
    ) -> Any:
        values, more = arguments
        if not hasattr(given, "add_done_callback") and not await _begun(held, hold, call):
            _close(given)
            return await self._python(held, *values, **more)
        token = _inside.set((*_inside.get(), call))
        try:
            result = await given
        except Unsupported as refusal:
            require_own(refusal, self._rust)
            reason = refusal
        else:
            hold.arguments = None  # constructing it again would no longer be the same
            return self._keeper.adopt(result, (held, *values, *more.values()), hold)
        finally:
            _inside.reset(token)
            _land(hold, call)
        return await self._instead(held, hold, reason, self._python(held, *values, **more))

    async def _instead(
        self, held: Any, hold: Hold, refusal: Unsupported, served: Awaitable[Any]
    ) -> Any:
        try:
            await self._leave(held, hold, refusal)
        except BaseException:
            _close(served)
            raise
        return await served

    async def _leave(self, held: Any, hold: Hold, refusal: Unsupported) -> None:
        """Hand the object over, once the other calls that are awaited have ended."""
        if held.__agent_hold__ is None:
            return
        if _is_inside(hold):
            message = (
                f"{self._keeper.name}: Rust refused ({refusal}) inside of another call of the same "
                "object, which cannot be handed over meanwhile"
            )
            raise ContractError(message)
        hold.closing += 1
        try:
            await _until(lambda: not any(each.is_task for each in hold.flight))
            self._keeper.leave(held, hold, refusal)
        finally:
            hold.closing -= 1

    async def _later(self, held: Any, hold: Hold, values: Any, more: Any) -> Any:
        """Make the call once the object has been handed over, or stays with Rust."""
        await _until(lambda: held.__agent_hold__ is None or not (hold.closing or hold.heir))
        return await self.serve(held, values, more)


async def _begun(held: Any, hold: Hold, call: Presence) -> bool:
    """Enter a call that is awaited now; return False if Python serves the object by now."""
    while held.__agent_hold__ is hold:
        hold.flight.append(call)  # before it looks for an heir, who looks for flights after
        if not (hold.closing or hold.heir is not None) or _is_inside(hold):
            return True
        _land(hold, call)
        await _until(lambda: held.__agent_hold__ is not hold or not (hold.closing or hold.heir))
    return False


async def _until(over: Callable[[], bool]) -> None:
    if over():
        return
    from asyncio import sleep  # noqa: PLC0415  # only where a loop runs

    while not over():  # noqa: ASYNC110  # other threads' calls end without any event
        await sleep(_MOMENT)


def _is_inside(hold: Hold) -> bool:
    """Return whether the current task is in a call of Rust on the same object."""
    return any(each in hold.flight for each in _inside.get())


def _land(hold: Hold, call: Presence) -> None:
    if call in hold.flight:
        hold.flight.remove(call)


def _abandon(hold: Hold, call: Presence, given: Awaitable[Any]) -> None:
    _land(hold, call)
    _close(given)


def _close(served: Awaitable[Any]) -> None:
    """Give up a coroutine that was not begun, so that there is no warning of it."""
    close: Callable[[], None] | None = getattr(served, "close", None)
    if close is not None:
        close()


pass_unseen(globals())
