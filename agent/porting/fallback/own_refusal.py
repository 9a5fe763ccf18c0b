"""Whether an `Unsupported` is the Rust side's own refusal."""

from __future__ import annotations

from traceback import walk_tb
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.frames import passes_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.errors import Unsupported

__all__ = ["require_own"]


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
    """Return whether a function or class is written in Python."""
    makers = (function, getattr(function, "__init__", None), getattr(function, "__new__", None))
    return any(isinstance(maker, FunctionType | MethodType) for maker in makers)
