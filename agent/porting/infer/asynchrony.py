"""The result of an asynchronous function in an inferred contract."""

from __future__ import annotations

import inspect
import re
from contextlib import asynccontextmanager
from typing import Any

__all__ = ["is_coroutine", "result_text", "until_it_waits"]

_STREAM = re.compile(r"Async(?:Iterator|Iterable|Generator)\[(.*?)(?:, [^\]]*)?\]$")


def is_coroutine(function: Any) -> bool:
    """Return whether calling `function` gives a coroutine."""
    return inspect.iscoroutinefunction(function)


def result_text(function: Any, returns: str) -> str:
    """Return the type of the result of `function`, whose annotation says `returns`.

    An asynchronous generator gives a stream; one that `asynccontextmanager` decorates, a context.
    """
    wrapped = inspect.unwrap(function) if callable(function) else function
    if not inspect.isasyncgenfunction(wrapped):
        return returns
    found = _STREAM.match(returns)
    item = found.group(1) if found else "Any"
    code = getattr(function, "__code__", None)
    decorated = code is not None and code.co_filename == asynccontextmanager.__code__.co_filename
    return f"{'AbstractAsyncContextManager' if decorated else 'AsyncIterator'}[{item}]"


def until_it_waits(value: Any) -> Any:
    """Run a coroutine, or an asynchronous generator, up to where it first waits for something.

    That is far enough to see which arguments it refuses. Raises what it raises; other values are
    returned as they are.
    """
    step = value.__anext__() if inspect.isasyncgen(value) else value
    if not (inspect.iscoroutine(step) or step is not value):
        return value
    try:
        step.send(None)
    except (StopIteration, StopAsyncIteration) as ended:
        return getattr(ended, "value", None)
    except RuntimeError:
        return None  # it asks for an event loop, which does not run
    step.close()
    return None
