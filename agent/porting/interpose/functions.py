"""Proxies of functions: they pass for the original wherever a program looks at it."""

from __future__ import annotations

from functools import update_wrapper
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["PlainFunction", "function_like", "like"]

__passes_calls_on__ = True


def like(original: Any, proxy: Callable[..., Any]) -> Callable[..., Any]:
    """Return `proxy` with the name, module, documentation, attributes and signature of `original`.

    A method of a class gets them too; it is a method because `proxy` is a Python function.
    """
    return update_wrapper(proxy, original)


def function_like(original: Any, proxy: Callable[..., Any]) -> Any:
    """Return `proxy` as a function like `original`, which may be none of Python's own class.

    One that is not written in Python does not become a method where a class holds it.
    """
    if isinstance(original, FunctionType):
        return like(original, proxy)
    return PlainFunction(proxy, original)


class PlainFunction:
    """A proxy of a callable that is not a function written in Python."""

    def __init__(self, proxy: Callable[..., Any], original: Any) -> None:
        update_wrapper(self, original)
        self._proxy = proxy
        self._original = original

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call the proxy."""
        return self._proxy(*args, **named)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._original, name)

    def __repr__(self) -> str:
        return repr(self._original)

    def __reduce__(self) -> Any:
        return self._original.__reduce__()
