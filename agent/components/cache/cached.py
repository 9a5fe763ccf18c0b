"""A decorator that memoizes a function in a cache."""

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
"""Separates positional from keyword arguments in a key; never an argument itself."""


def arguments(*args: Hashable, **kwargs: Hashable) -> Hashable:
    """Return a key for the arguments of a call. The order of keyword arguments is irrelevant."""
    if not kwargs:
        return args
    return (*args, _KEYWORDS, *sorted(kwargs.items(), key=lambda item: item[0]))


class Cached(Generic[P, V]):
    """A memoized function: called once for each key while the cache holds its result."""

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
        """The cache that holds the results."""
        self.key = key
        """Computes the key of a call from its arguments."""
        self._ttl = ttl
        update_wrapper(self, function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> V:
        """Return the cached result for these arguments; compute and store it if there is none."""
        compute = partial(self.__wrapped__, *args, **kwargs)
        return self.cache.get_or_set(self.key(*args, **kwargs), compute, ttl=self._ttl)

    def __get__(self, instance: object, owner: type | None = None) -> Any:
        """Bind to an instance as a function does: the instance becomes the first argument."""
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
    """Return a decorator that keeps a function's results in `cache`.

    If several threads ask for a missing result, one of them computes it (see `get_or_set`).
    Exceptions are not cached. Functions that share a cache need distinct keys.

    Args:
        cache: holds the results; None is a valid result.
        key: computes the key of a call from its arguments; the default needs hashable arguments.
        ttl: time to live of a result in seconds; None for no deadline, ``...`` for the cache's
            default.

    Raises:
        TypeError: the decorated object is not callable, or is a coroutine function.
    """

    def decorate(function: Callable[P, V]) -> Cached[P, V]:
        return Cached(function, cache, key, ttl)

    return decorate
