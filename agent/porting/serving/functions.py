"""Functions that Rust serves as far as it goes."""

from __future__ import annotations

from functools import WRAPPER_ASSIGNMENTS, update_wrapper
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.serving.counting import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lacking", "like", "served_function"]


def served_function(
    name: str, python: Callable[..., Any], rust: Callable[..., Any]
) -> Callable[..., Any]:
    """Return a function like `python` that calls `rust`, and `python` if that refuses.

    Python runs outside of the handler, so that what it raises shows no trace of the refusal.
    """
    if iscoroutinefunction(python):
        return _served_coroutine(name, python, rust)

    def serve(*arguments: Any, **more: Any) -> Any:
        try:
            return rust(*arguments, **more)
        except Unsupported as refusal:
            reason = str(refusal)
        refuse(name, reason)
        return python(*arguments, **more)

    return like(python, serve)


def _served_coroutine(
    name: str, python: Callable[..., Any], rust: Callable[..., Any]
) -> Callable[..., Any]:
    """Do the same where Rust may refuse when it is called or when it is awaited."""

    async def serve(*arguments: Any, **more: Any) -> Any:
        try:
            return await rust(*arguments, **more)
        except Unsupported as refusal:
            reason = str(refusal)
        refuse(name, reason)
        return await python(*arguments, **more)

    return like(python, serve)


def lacking(name: str, python: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function like `python` that counts each call, since Rust has no such function."""
    reason = f"{python.__name__} is not in Rust"

    def serve(*arguments: Any, **more: Any) -> Any:
        refuse(name, reason)
        return python(*arguments, **more)

    return like(python, serve)


def like(python: Callable[..., Any], serve: Callable[..., Any]) -> Callable[..., Any]:
    """Return `serve` with the name, place, documentation and signature of `python`."""
    return update_wrapper(serve, python, WRAPPER_ASSIGNMENTS)
