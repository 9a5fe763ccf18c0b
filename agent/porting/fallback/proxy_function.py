"""Proxy functions of partial ports, with Python as fallback."""

from __future__ import annotations

from functools import partial
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any

from agent.errors import Unsupported
from agent.porting.fallback.awaiting import awaited_function
from agent.porting.fallback.own_refusal import require_own
from agent.porting.fallback.refusal_counts import refuse
from agent.porting.interpose.frames import pass_unseen
from agent.porting.interpose.functions import function_like, like

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["lacking", "served_function"]

__passes_calls_on__ = True


def served_function(name: str, python: Callable[..., Any], rust: Callable[..., Any]) -> Any:
    """Return a function like `python` that calls `rust`, and `python` if that refuses.

    Python runs outside of the handler, so that what it raises shows no trace of the refusal.
    """
    if iscoroutinefunction(python):
        awaited = awaited_function(python, rust, refuse=partial(refuse, name))
        return like(python, awaited)

    def serve(*arguments: Any, **more: Any) -> Any:
        try:
            return rust(*arguments, **more)
        except Unsupported as refusal:
            require_own(refusal, rust)
            reason = str(refusal)
        refuse(name, reason)
        return python(*arguments, **more)

    return function_like(python, serve)


def lacking(name: str, python: Callable[..., Any]) -> Any:
    """Return a function like `python` that counts each call, since Rust has no such function."""
    reason = f"{python.__name__} is not in Rust"

    def serve(*arguments: Any, **more: Any) -> Any:
        refuse(name, reason)
        return python(*arguments, **more)

    return function_like(python, serve)


pass_unseen(globals())
