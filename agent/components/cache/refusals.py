"""Which functions and results a cache can hold: not those that are used up by being read once."""

from __future__ import annotations

import inspect
import sys
from collections.abc import AsyncGenerator, Awaitable, Generator
from functools import partial
from types import CodeType, CoroutineType
from typing import Any

__all__ = ["checked_function", "checked_result", "is_coroutine_function"]

_ONCE = (Awaitable, Generator, AsyncGenerator)


def checked_function(function: Any) -> Any:
    """Return `function` if its results can be cached.

    Raises:
        TypeError: it is not callable, or a generator function, asynchronous or not.
    """
    if not callable(function):
        message = f"cached takes a function, not {function!r}"
        raise TypeError(message)
    if is_coroutine_function(function):
        return function  # one that `types.coroutine` made is a generator function too
    for called in _called(function):
        if inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called):
            message = (
                f"cached takes a function that returns a value, not the generator function "
                f"{function!r}: what it returns can be read once only"
            )
            raise TypeError(message)
    return function


def checked_result(function: Any, value: Any) -> Any:
    """Return `value`, which `function` returned, if it can be cached.

    Raises:
        TypeError: it is a generator or an awaitable, which can be used once only.
    """
    if not issubclass(type(value), _ONCE):  # not isinstance: a lazy object would be computed
        return value
    kind = type(value).__name__
    if isinstance(value, CoroutineType):
        value.close()  # or Python warns that it was never awaited
    message = (
        f"cached cannot store what {function!r} returned, an object of type {kind}: it can be used "
        f"once only (a function that is to be awaited is declared with 'async def')"
    )
    raise TypeError(message)


def is_coroutine_function(function: Any) -> bool:
    """Return whether a call of `function` is to be awaited, whatever kind of callable it is."""
    return any(
        inspect.iscoroutinefunction(called) or _is_generator_coroutine(called) or _is_marked(called)
        for called in _called(function)
    )


def _called(function: Any) -> list[Any]:
    """Return `function` and what a call of it calls: a partial's function, a type's `__call__`."""
    found = [function]
    while True:
        if isinstance(function, partial):
            function = function.func
        elif inspect.ismethod(function):
            function = function.__func__
        elif inspect.isroutine(function) or inspect.isclass(function):
            return found
        else:
            function = type(function).__call__
        found.append(function)


def _is_generator_coroutine(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return isinstance(code, CodeType) and bool(code.co_flags & inspect.CO_ITERABLE_COROUTINE)


def _is_marked(function: Any) -> bool:
    """Return whether it carries asyncio's mark, which precedes `inspect.markcoroutinefunction`."""
    mark = getattr(sys.modules.get("asyncio.coroutines"), "_is_coroutine", None)
    return mark is not None and getattr(function, "_is_coroutine", None) is mark
