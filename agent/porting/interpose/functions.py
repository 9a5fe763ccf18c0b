"""Proxies of functions that look like the original."""

from __future__ import annotations

import inspect
from functools import update_wrapper
from operator import attrgetter
from types import FunctionType, MethodDescriptorType, MethodType, WrapperDescriptorType
from typing import TYPE_CHECKING, Any

from agent.porting.interpose.frames import pass_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = [
    "METHODS",
    "PlainFunction",
    "awaited_like",
    "function_like",
    "like",
    "method_like",
    "named_like",
]

__passes_calls_on__ = True

METHODS = (FunctionType, MethodDescriptorType, WrapperDescriptorType)
"""What a class gives as a function that takes an object first."""


def like(original: Any, proxy: Callable[..., Any]) -> Callable[..., Any]:
    """Return `proxy` with the name, module, documentation, attributes and signature of `original`.

    `proxy` is a plain Python function. If `original` is a coroutine function or a generator
    function, `inspect` takes what is returned for one too, and `proxy` has to return what that
    does. A call that cannot be bound then fails when it is made, as the original's does, not when
    it is awaited.
    """
    flags = _kind_of(original)
    if flags and isinstance(proxy, FunctionType):
        code = proxy.__code__
        kind = code.replace(co_flags=code.co_flags | flags)
        made = FunctionType(
            kind, proxy.__globals__, proxy.__name__, proxy.__defaults__, proxy.__closure__
        )
        made.__kwdefaults__ = proxy.__kwdefaults__
        proxy = made
    return update_wrapper(proxy, original)


def _kind_of(function: Any) -> int:
    """Return the flag by which `inspect` knows the kind of a function; 0 of a plain one.

    The interpreter does not look at these flags when it calls a function: `types.coroutine` sets
    one in the same way.
    """
    if inspect.iscoroutinefunction(function):
        return inspect.CO_COROUTINE
    if inspect.isasyncgenfunction(function):
        return inspect.CO_ASYNC_GENERATOR
    return inspect.CO_GENERATOR if inspect.isgeneratorfunction(function) else 0


def named_like(original: Any, coroutine: Any) -> Any:
    """Return `coroutine`, which warnings and tracebacks name as one of `original`."""
    coroutine.__name__ = getattr(original, "__name__", coroutine.__name__)
    coroutine.__qualname__ = getattr(original, "__qualname__", coroutine.__qualname__)
    return coroutine


def awaited_like(original: Any, implementation: Any) -> Any:
    """Return a coroutine function like `original` that awaits what `implementation` returns.

    That is `implementation` itself if it is a coroutine function. Its exceptions come when it does:
    a call that cannot be bound fails when it is made.
    """
    if inspect.iscoroutinefunction(implementation):
        return implementation

    async def awaited(awaitable: Any) -> Any:
        return await awaitable

    def call(*args: Any, **kwargs: Any) -> Any:
        return named_like(original, awaited(implementation(*args, **kwargs)))

    return like(original, call)


def function_like(original: Any, proxy: Callable[..., Any]) -> Any:
    """Return `proxy` as a function like `original`, which may be none of Python's own class.

    It becomes a method where a class holds it if the original does.
    """
    if isinstance(original, FunctionType):
        return like(original, proxy)
    return (_PlainMethod if hasattr(type(original), "__get__") else PlainFunction)(proxy, original)


def method_like(original: Any, proxy: Callable[..., Any]) -> Any:
    """Return `proxy`, which takes an object first, for a class to hold in the place of `original`.

    That has a way to become a method, and may have attributes of its own, as `functools.lru_cache`.
    """
    if isinstance(original, METHODS):
        return like(original, proxy)
    return _PlainMethod(proxy, original)


class PlainFunction:
    """A proxy of a callable that is not a function written in Python.

    It has the attributes of the original, such as ``cache_clear``: they are read, set and deleted
    there.
    """

    __slots__ = ("__weakref__", "_original", "_proxy")

    def __init__(self, proxy: Callable[..., Any], original: Any) -> None:
        object.__setattr__(self, "_proxy", proxy)
        object.__setattr__(self, "_original", original)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Call the proxy."""
        return self._proxy(*args, **named)

    def __getattr__(self, name: str) -> Any:
        if name == "__signature__":
            return inspect.signature(self._original)
        return getattr(self._original, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._original, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._original, name)

    def __dir__(self) -> list[str]:
        return dir(self._original)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The original's class, for `isinstance`."""
        return type(self._original)

    @property
    def __dict__(self) -> Any:  # type: ignore[override]
        return self._original.__dict__

    def __repr__(self) -> str:
        return repr(self._original)

    def __reduce__(self) -> Any:
        return self._original.__reduce__()


class _PlainMethod(PlainFunction):
    """One that becomes a method of the object that it is looked up on."""

    __slots__ = ()

    def __get__(self, held: Any, kind: type | None = None) -> Any:
        return self if held is None else MethodType(self, held)


pass_unseen(globals())

for _kind in (PlainFunction, _PlainMethod):  # where a class has these, nothing else is asked
    for _name in ("__doc__", "__module__"):
        setattr(_kind, _name, property(attrgetter(f"_original.{_name}")))
