"""A decorator that memoizes a method in a cache that each instance has of its own."""

from __future__ import annotations

from functools import partial
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

from agent.components.cache.arguments import checked_callable
from agent.components.cache.counts import CacheInfo, Counts
from agent.components.cache.instances import PerInstance
from agent.components.cache.keys import method_arguments, typed_method_arguments
from agent.components.cache.refusals import checked_function, is_coroutine_function
from agent.components.cache.results import Keeper
from agent.components.cache.wrapping import coroutine_method, dress, plain_method

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from agent.components.cache.contract import Ttl
    from agent.components.cache.locks import Lock
    from agent.components.cache.results import Results

__all__ = ["BoundMethod", "CachedMethod", "MethodDecorator", "PerInstance", "cachedmethod"]

P = ParamSpec("P")
V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)


class BoundMethod(Protocol[P, V_co]):
    """A memoized method of one instance."""

    @property
    def cache(self) -> Any:
        """The cache of the instance."""

    @property
    def cache_key(self) -> Callable[..., Hashable]:
        """Computes the key of a call from its arguments."""

    @property
    def cache_lock(self) -> Lock | None:
        """The lock that is held while a mapping is used; None for a cache that locks itself."""

    def cache_info(self) -> CacheInfo:
        """Return the method's counts over all instances, and the bound and size of the cache."""

    def cache_clear(self) -> None:
        """Remove every entry of the instance's cache."""

    def forget(self, *args: P.args, **kwargs: P.kwargs) -> bool:
        """Remove the result for these arguments; return whether there was one."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> V_co:
        """Return the cached result for these arguments; compute and store it if there is none."""


class CachedMethod(Protocol[S_contra, P, V_co]):
    """A memoized method.

    What a class has is a function; ``Account.balance.forget(account, 2026)`` means
    ``account.balance.forget(2026)``.
    """

    @overload
    def __get__(
        self, instance: None, owner: type, /
    ) -> Callable[Concatenate[S_contra, P], V_co]: ...
    @overload
    def __get__(self, instance: S_contra, owner: type | None = None, /) -> BoundMethod[P, V_co]: ...


class MethodDecorator(Protocol):
    """Decorates a method."""

    def __call__(self, method: Callable[Concatenate[S, P], V], /) -> CachedMethod[S, P, V]:
        """Return what stands for `method`."""


def cachedmethod(
    cache: Callable[[Any], Any],
    *,
    key: Callable[..., Hashable] | None = None,
    typed: bool = False,
    ttl: Ttl = ...,
    lock: Callable[[Any], Lock] | None = None,
) -> MethodDecorator:
    """Return a decorator that keeps a method's results in a cache of each instance.

    It does what `cached` does, coroutine methods included. No instance is kept alive, and none
    needs to be hashable.

    Args:
        cache: returns the cache of an instance: a cache, a mutable mapping, or None to cache
            nothing. For instance ``attrgetter("_cache")``, or
            ``PerInstance(lambda: Cache(100))``, which makes one when it is first asked for.
        key: computes the key of a call from the instance and the arguments; the default leaves the
            instance out. Methods that share an instance's cache need distinct keys.
        typed: whether the default key tells arguments of different types apart, as 1 and 1.0.
        ttl: time to live of a result, as for `cached`.
        lock: returns the lock that is held while an instance's mapping is used; None for a lock of
            ours, one for each mapping.

    Raises:
        TypeError: as `cached` does; about what `cache` returned, when the method is called.
        ValueError: `ttl` is not positive and finite.
    """
    if key is not None and typed:
        message = "typed is about the default key; a key of your own tells types apart by itself"
        raise TypeError(message)
    if key is None:
        make_key: Callable[..., Hashable] = typed_method_arguments if typed else method_arguments
    else:
        make_key = checked_callable("key", key)
    checked_callable("cache", cache)
    keeper = Keeper(ttl)

    def results_of(instance: Any) -> Results:
        return keeper.results_in(cache(instance), None if lock is None else lock(instance))

    def compute_of(instance: Any) -> Callable[..., Any]:
        return keeper.compute_in(cache(instance), None if lock is None else lock(instance))

    def decorate(method: Any) -> Any:
        counts = Counts()
        if is_coroutine_function(checked_function(method)):
            function = coroutine_method(method, results_of, make_key, counts)
        else:
            function = plain_method(method, compute_of, make_key, counts)
        return _Method(
            dress(
                function,
                method,
                cache=cache,
                key=make_key,
                cache_key=make_key,
                cache_lock=lambda instance: results_of(instance).lock,
                cache_info=partial(_info, results_of, counts),
                cache_clear=lambda instance: results_of(instance).clear(),
                forget=partial(_forget, results_of, make_key),
            )
        )

    return decorate


def _info(results_of: Callable[[Any], Results], counts: Counts, instance: Any) -> CacheInfo:
    return CacheInfo(counts.hits, counts.misses, *results_of(instance).sizes())


def _forget(
    results_of: Callable[[Any], Results],
    key: Callable[..., Hashable],
    instance: Any,
    /,
    *args: Any,
    **kwargs: Any,
) -> bool:
    return results_of(instance).forget(key(instance, *args, **kwargs))


class _Method:
    """What a class holds: its function for the class, bound for an instance."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self.__isabstractmethod__ = getattr(function, "__isabstractmethod__", False)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self._function if instance is None else _Bound(self._function, instance)


_OF_INSTANCE = frozenset({"cache", "cache_lock"})
_BOUND = frozenset({"cache_clear", "cache_info", "cache_key", "forget", "key"})


class _Bound(partial[Any]):
    """A function with its first argument; so are its attributes."""

    @property
    def __self__(self) -> Any:
        return self.args[0]

    @property
    def __func__(self) -> Any:
        return self.func

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the function, for the instance."""
        found: Any = getattr(self.func, name)
        if name == "__wrapped__":
            return MethodType(found, self.args[0])
        if name in _OF_INSTANCE:
            return found(self.args[0])
        return partial(found, self.args[0]) if name in _BOUND else found

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, _Bound) and self.args[0] is other.args[0] and self.func is other.func
        )

    def __hash__(self) -> int:
        return hash((id(self.args[0]), self.func))

    def __reduce__(self) -> Any:
        return getattr, (self.args[0], self.func.__name__)
