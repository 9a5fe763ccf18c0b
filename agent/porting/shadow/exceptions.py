"""Exceptions: raised again as they were, and distinguished from the end of a task."""

from __future__ import annotations

import sys
from typing import NoReturn

__all__ = ["ends_task", "is_cancellation", "raise_again"]

__passes_calls_on__ = True


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
