"""A decorator that memoizes a function in a cache."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

from agent.components.cache.arguments import checked_callable
from agent.components.cache.counts import CacheInfo, Counts
from agent.components.cache.keys import arguments, typed_arguments
from agent.components.cache.refusals import checked_function, is_coroutine_function
from agent.components.cache.results import Keeper
from agent.components.cache.wrapping import coroutine, dress, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from agent.components.cache.contract import Ttl
    from agent.components.cache.locks import Lock
    from agent.components.cache.results import Results

__all__ = ["CacheInfo", "Cached", "Decorator", "arguments", "cached", "typed_arguments"]

P = ParamSpec("P")
Q = ParamSpec("Q")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
C = TypeVar("C")
C_co = TypeVar("C_co", covariant=True)
S = TypeVar("S")


class Memoized(Protocol[C_co]):
    """What every memoized function has. Its own attributes of these names are on `__wrapped__`."""

    __name__: str
    __qualname__: str

    @property
    def cache(self) -> C_co:
        """The cache that holds the results."""

    @property
    def key(self) -> Callable[..., Hashable]:
        """Computes the key of a call from its arguments."""

    @property
    def cache_key(self) -> Callable[..., Hashable]:
        """The same as `key`."""

    @property
    def cache_lock(self) -> Lock | None:
        """The lock that is held while a mapping is used; None for a cache that locks itself."""

    def cache_info(self) -> CacheInfo:
        """Return the counts of this function, and the bound and size of its cache."""

    def cache_clear(self) -> None:
        """Remove every entry of the cache, and set the counts of this function to 0."""

    def cache_parameters(self) -> dict[str, Any]:
        """Return `maxsize` and `typed`, as for `functools.lru_cache`."""


class Bound(Memoized[C_co], Protocol[Q, V_co, C_co]):
    """A memoized function, bound to an instance as its first argument."""

    def __call__(self, *args: Q.args, **kwargs: Q.kwargs) -> V_co:
        """Return the result for the instance and these arguments."""


class Cached(Memoized[C_co], Protocol[P, V_co, C_co]):
    """A memoized function: called once for each key while the cache holds its result.

    It is a function, and pickles by its name as functions do.
    """

    @property
    def __wrapped__(self) -> Callable[P, V_co]:
        """The decorated function."""

    def forget(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Remove the result for these arguments; return whether there was one."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> V_co:
        """Return the cached result for these arguments; compute and store it if there is none."""

    @overload
    def __get__(self, instance: None, owner: type, /) -> Any: ...
    @overload
    def __get__(
        self: Cached[Concatenate[S, Q], V_co, C_co], instance: S, owner: type | None = None, /
    ) -> Bound[Q, V_co, C_co]: ...
    @overload
    def __get__(self, instance: object, owner: type | None = None, /) -> Any: ...


class Decorator(Protocol[C_co]):
    """Decorates a function."""

    def __call__(self, function: Callable[P, V], /) -> Cached[P, V, C_co]:
        """Return what stands for `function`."""


def cached(
    cache: C,
    *,
    key: Callable[..., Hashable] | None = None,
    typed: bool = False,
    ttl: Ttl = ...,
    lock: Lock | None = None,
) -> Decorator[C]:
    """Return a decorator that keeps a function's results in `cache`.

    If several threads ask for a missing result, one of them computes it and the others wait for it;
    if it raises, the next one computes. Exceptions are not cached. Functions that share a cache
    need distinct keys.

    Callers of a coroutine function share a run of it within their event loop; if it raises, all of
    them get the exception. It runs in a task of its own, with a copy of the first caller's context.
    Cancelling a caller leaves the others alone. When the last is cancelled, so is the run.

    Args:
        cache: holds the results; None is a valid result. A mutable mapping may stand for a cache:
            it is used under a lock. None means that nothing is cached.
        key: computes the key of a call from its arguments; the default, `arguments`, needs hashable
            arguments.
        typed: whether the default key tells arguments of different types apart, as 1 and 1.0.
        ttl: time to live of a result in seconds or as a `timedelta`; None for no deadline, ``...``
            for the cache's default.
        lock: is held while a mapping is used, for instance because others use the mapping; it
            should be re-entrant. None for a lock of ours, one for each mapping.

    Raises:
        TypeError: the decorated object is not callable or is a generator function, asynchronous or
            not; or an argument has the wrong type; or only a cache has what it asks for. A call
            raises it if the function returns a generator or an awaitable.
        ValueError: `ttl` is not positive and finite.
    """
    if key is not None and typed:
        message = "typed is about the default key; a key of your own tells types apart by itself"
        raise TypeError(message)
    if key is None:
        make_key: Callable[..., Hashable] = typed_arguments if typed else arguments
    else:
        make_key = checked_callable("key", key)
    results = Keeper(ttl).results_in(cache, lock)

    def decorate(function: Any) -> Any:
        if isinstance(function, classmethod | staticmethod):
            return type(function)(decorate(function.__func__))
        counts = Counts()
        wrap = coroutine if is_coroutine_function(checked_function(function)) else plain
        return dress(
            wrap(function, results, make_key, counts),
            function,
            cache=cache,
            key=make_key,
            cache_key=make_key,
            cache_lock=results.lock,
            cache_info=partial(_info, results, counts),
            cache_clear=partial(_clear, results, counts),
            cache_parameters=partial(_parameters, results, typed),
            forget=partial(_forget, results, make_key),
        )

    return decorate


def _info(results: Results, counts: Counts) -> CacheInfo:
    return CacheInfo(counts.hits, counts.misses, *results.sizes())


def _clear(results: Results, counts: Counts) -> None:
    results.clear()
    counts.reset()


def _parameters(results: Results, typed: bool) -> dict[str, Any]:  # noqa: FBT001  # bound
    return {"maxsize": results.sizes()[0], "typed": typed}


def _forget(results: Results, key: Callable[..., Hashable], /, *args: Any, **kwargs: Any) -> bool:
    return results.forget(key(*args, **kwargs))
