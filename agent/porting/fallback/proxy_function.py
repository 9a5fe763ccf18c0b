"""Functions that Rust serves as far as it goes."""

from __future__ import annotations

from inspect import iscoroutinefunction
from traceback import walk_tb
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.fallback.refusal_counts import refuse
from agent.porting.interpose.frames import passes_on
from agent.porting.interpose.functions import like

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lacking", "require_own", "served_function"]

__passes_calls_on__ = True


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
            require_own(refusal, rust)
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
            require_own(refusal, rust)
            reason = str(refusal)
        refuse(name, reason)
        return await python(*arguments, **more)

    return like(python, serve)


def require_own(refusal: Unsupported, rust: Callable[..., Any]) -> None:
    """Raise `refusal` again if it is not one of `rust`, but of something that it called back.

    There may have been effects before it, and Python would call that back, too.
    """
    if _is_python(rust):  # an adapter, which may call others to refuse
        return
    *_, (frame, _) = walk_tb(refusal.__traceback__)
    if not passes_on(frame):
        raise refusal


def _is_python(function: Callable[..., Any]) -> bool:
    """Tell whether a function or class is written in Python."""
    makers = (function, getattr(function, "__init__", None), getattr(function, "__new__", None))
    return any(isinstance(maker, FunctionType | MethodType) for maker in makers)


def lacking(name: str, python: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function like `python` that counts each call, since Rust has no such function."""
    reason = f"{python.__name__} is not in Rust"

    def serve(*arguments: Any, **more: Any) -> Any:
        refuse(name, reason)
        return python(*arguments, **more)

    return like(python, serve)
