"""Exceptions: raised again as they were, and distinguished from interruptions of the caller."""

from __future__ import annotations

import dis
import signal
import sys
import threading
from types import CodeType
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["ends_task", "is_cancellation", "is_interruption", "raise_again"]

__passes_calls_on__ = True

_RAISE = {dis.opmap[name] for name in ("RAISE_VARARGS", "RERAISE") if name in dis.opmap}


def raise_again(error: BaseException, steps: int = 0) -> NoReturn:
    """Raise `error` with the context that it has, and its traceback without its first `steps`."""
    context, trace = error.__context__, error.__traceback__
    for _ in range(steps):
        trace = None if trace is None else trace.tb_next
    try:
        raise error.with_traceback(trace)
    finally:
        error.__context__ = context  # raising it put what is being handled here in its place
        del error, context, trace


def ends_task(error: BaseException) -> bool:
    """Return whether `error` is what a task of asyncio ends with that is cancelled or closed."""
    asyncio = sys.modules.get("asyncio")
    cancelled = asyncio is not None and isinstance(error, asyncio.CancelledError)
    return cancelled or isinstance(error, GeneratorExit)


def is_cancellation(error: BaseException) -> bool:
    """Return whether `error` comes from outside: the current task is cancelled or closed."""
    if not ends_task(error) or isinstance(error, GeneratorExit):
        return isinstance(error, GeneratorExit)
    task = sys.modules["asyncio"].current_task()
    return task is not None and task.cancelling() > 0


def is_interruption(error: BaseException) -> bool:
    """Return whether `error` is meant for the caller, not raised by the implementation itself.

    Signals are handled between two steps of the main thread, wherever it is. What a handler raised
    has the handler in its traceback, but for `KeyboardInterrupt`: Python's own handler is compiled
    and leaves no trace, and where it strikes nothing is raised by a statement.
    """
    steps = [(frame.f_code, index) for frame, index in _steps(error)]
    interrupts = isinstance(error, KeyboardInterrupt)
    if len(steps) < 2 and not interrupts:  # a handler would be the second: the common case, at once
        return False
    if threading.current_thread() is not threading.main_thread():
        return False
    handlers = _handlers()
    if any(code in handlers for code, _ in steps):
        return True
    if not interrupts or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return False
    code, index = steps[-1]
    return code.co_code[index] not in _RAISE


def _steps(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    step = error.__traceback__
    while step is not None:
        yield step.tb_frame, step.tb_lasti
        step = step.tb_next


def _handlers() -> set[CodeType]:
    codes = set()
    for number in signal.valid_signals():
        handler = signal.getsignal(number)
        function = getattr(handler, "__func__", handler)
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType):
            codes.add(code)
    return codes
