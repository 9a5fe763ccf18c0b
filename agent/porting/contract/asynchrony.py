"""How an operation is asynchronous: what a call returns, and how the result is used."""

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
"""What a call returns: the result itself; a coroutine, as an ``async def`` does; or another
awaitable, such as a future."""

Giving = Literal["value", "context", "stream"]
"""The kind of result: a value, an asynchronous context manager or an asynchronous iterator."""

_AWAITABLE: tuple[Any, ...] = (Awaitable, Coroutine)
_STREAMS: tuple[Any, ...] = (AsyncIterator, AsyncIterable, AsyncGenerator)


def calling_of(function: Any, returns: Any) -> tuple[Calling, Any]:
    """Return what a call of `function` returns, and the type of its result, from `returns`.

    An ``async def`` that yields counts as a plain function that returns a stream.
    """
    if inspect.iscoroutinefunction(function):
        return "coroutine", returns
    bare = _bare(returns)
    if get_origin(bare) in _AWAITABLE or bare in _AWAITABLE:
        arguments = get_args(bare)
        return "awaitable", arguments[-1] if arguments else Any
    return "plain", returns


def giving_of(returns: Any) -> Giving:
    """Return how a result of the type `returns` is used."""
    kind = get_origin(_bare(returns)) or _bare(returns)
    if kind in _STREAMS:
        return "stream"
    return "context" if kind is AbstractAsyncContextManager else "value"


def given_by(returns: Any) -> Any:
    """Return the type that a caller gets by entering the result, or of each item."""
    if giving_of(returns) == "value":
        return returns
    arguments = get_args(_bare(returns))
    return arguments[0] if arguments else Any


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
