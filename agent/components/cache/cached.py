"""A decorator that remembers what a function returned."""

from __future__ import annotations

from functools import partial, update_wrapper
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from types import EllipsisType

    from agent.components.cache.contract import Cache

__all__ = ["Cached", "arguments", "cached"]

P = ParamSpec("P")
V = TypeVar("V")

_KEYWORDS = object()
"""Stands between positional and keyword arguments, and is no one's argument."""


def arguments(*args: Hashable, **kwargs: Hashable) -> Hashable:
    """Return a key for the arguments of a call; keyword arguments count in whatever order."""
    if not kwargs:
        return args
    return (*args, _KEYWORDS, *sorted(kwargs.items(), key=lambda item: item[0]))


class Cached(Generic[P, V]):
    """A function that is called once for each key, while the cache remembers its result."""

    __wrapped__: Callable[P, V]

    def __init__(
        self,
        function: Callable[P, V],
        cache: Cache[Any, V],
        key: Callable[..., Hashable],
        ttl: float | EllipsisType | None,
    ) -> None:
        given: Any = function
        if not callable(given) or iscoroutinefunction(given):
            message = f"cached takes a function that returns its result at once, not {function!r}"
            raise TypeError(message)
        self.cache = cache
        """Where the results are."""
        self.key = key
        """Gives the key of a call from its arguments."""
        self._ttl = ttl
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> V:
        """Return what the function returned for these arguments, or returns now."""
        compute = partial(self.__wrapped__, *args, **kwargs)
        return self.cache.get_or_set(self.key(*args, **kwargs), compute, ttl=self._ttl)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind to an instance, which is then the first argument, as a function does."""
        call: Callable[..., V] = self
        return self if instance is None else partial(call, instance)

    def forget(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Remove the result for these arguments; return whether there was one."""
        return self.cache.delete_many([self.key(*args, **kwargs)]) == 1


def cached(
    cache: Cache[Any, V],
    *,
    key: Callable[..., Hashable] = arguments,
    ttl: float | EllipsisType | None = ...,
) -> Callable[[Callable[P, V]], Cached[P, V]]:
    """Decorate a function so that `cache` remembers its results.

    However many threads ask for a missing result, one of them computes it (see `get_or_set`). What
    the function raises is not remembered. Functions that share a cache need keys of their own.

    Args:
        cache: where the results are kept; None is a result like any other.
        key: gives the key of a call from its arguments, which are hashable by default.
        ttl: seconds for which a result is kept; None for no deadline, ``...`` for the cache's own.

    Raises:
        TypeError: what is decorated cannot be called, or is a coroutine function.
    """

    def decorate(function: Callable[P, V]) -> Cached[P, V]:
        return Cached(function, cache, key, ttl)

    return decorate
