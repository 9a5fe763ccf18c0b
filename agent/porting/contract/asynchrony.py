"""How an operation is asynchronous: what calling it gives, and what that is used as."""

from __future__ import annotations

import inspect
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Coroutine,
)
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Literal, get_args, get_origin

__all__ = ["Calling", "Giving", "calling_of", "given_by", "giving_of"]

Calling = Literal["plain", "coroutine", "awaitable"]
"""What a call gives: the result itself; a coroutine, as an ``async def`` does; or anything that can
be awaited, a future for example."""

Giving = Literal["value", "context", "stream"]
"""What the result is: a value; an asynchronous context manager; or an asynchronous iterator."""

_AWAITABLE: tuple[Any, ...] = (Awaitable, Coroutine)
_STREAMS: tuple[Any, ...] = (AsyncIterator, AsyncIterable, AsyncGenerator)


def calling_of(function: Any, returns: Any) -> tuple[Calling, Any]:
    """Return what a call of `function` gives, and of which type the result is, from `returns`.

    An ``async def`` that yields is called as a plain function: it gives a stream.
    """
    if inspect.iscoroutinefunction(function):
        return "coroutine", returns
    bare = _bare(returns)
    if get_origin(bare) in _AWAITABLE or bare in _AWAITABLE:
        arguments = get_args(bare)
        return "awaitable", arguments[-1] if arguments else Any
    return "plain", returns


def giving_of(returns: Any) -> Giving:
    """Return what a result of the type `returns` is used as."""
    kind = get_origin(_bare(returns)) or _bare(returns)
    if kind in _STREAMS:
        return "stream"
    return "context" if kind is AbstractAsyncContextManager else "value"


def given_by(returns: Any) -> Any:
    """Return the type of what a caller ends up with: what entering gives, or of each item."""
    if giving_of(returns) == "value":
        return returns
    arguments = get_args(_bare(returns))
    return arguments[0] if arguments else Any


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
