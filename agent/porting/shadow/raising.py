"""Raises what was raised before, as it was."""

from __future__ import annotations

from typing import NoReturn

__all__ = ["raise_again"]

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
