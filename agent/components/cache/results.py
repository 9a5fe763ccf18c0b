"""Where a decorated function's results are kept: in a cache of ours, in any mapping, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Hashable, MutableMapping
from functools import partial
from typing import TYPE_CHECKING, Any

from agent.components.cache.arguments import checked_ttl
from agent.components.cache.errors import EntryTooHeavy
from agent.components.cache.locks import Lock, lock_of, new_lock
from agent.components.cache.reference import Cache

if TYPE_CHECKING:
    from types import EllipsisType

__all__ = [
    "MISSING",
    "Keeper",
    "Results",
]

MISSING = object()
"""Stands for a result that is not there."""


class Own:
    """Results in a cache of this component."""

    __slots__ = ("_ttl", "cache", "compute")

    lock: None = None

    def __init__(self, cache: Any, ttl: float | EllipsisType | None) -> None:
        self.cache = cache
        self._ttl = ttl
        self.compute: Callable[..., Any] = (
            cache.get_or_set if ttl is ... else partial(cache.get_or_set, ttl=ttl)
        )

    def look(self, key: Hashable) -> Any:
        """Return the result of `key`, or `MISSING`."""
        return self.cache.get(key, MISSING)

    def keep(self, key: Hashable, value: Any) -> None:
        """Store a result, unless it is too heavy for the cache."""
        try:  # noqa: SIM105  # suppress takes groups of exceptions apart since Python 3.12
            self.cache.set(key, value, ttl=self._ttl)
        except EntryTooHeavy:
            pass

    def forget(self, key: Hashable) -> bool:
        """Remove the result of `key`; return whether there was one."""
        return bool(self.cache.delete_many([key]))

    def clear(self) -> None:
        """Remove every entry of the cache."""
        self.cache.clear()

    def sizes(self) -> tuple[float | None, float]:
        """Return the cache's bound and size."""
        return self.cache.capacity, len(self.cache)


def _too_heavy(_: object, __: object) -> int:
    return 2


_runs: Cache = Cache(1, max_weight=1, weigher=_too_heavy)
"""Runs of functions whose results are in mappings. It stores nothing: every result is too heavy.

What `get_or_set` promises of runs holds for mappings so: one run for each key at a time, whose
result other threads wait for; no waiting for oneself; nothing left behind by what a signal handler
raises or by a fork.
"""


class Mapped:
    """Results in any other mapping, which is used under a lock."""

    __slots__ = ("cache", "lock")

    def __init__(self, cache: MutableMapping[Any, Any], lock: Lock) -> None:
        self.cache = cache
        self.lock = lock

    def look(self, key: Hashable) -> Any:
        """Return the result of `key`, or `MISSING`."""
        with self.lock:
            try:
                return self.cache[key]
            except KeyError:
                return MISSING

    def keep(self, key: Hashable, value: Any) -> None:
        """Store a result, unless the mapping refuses it as too large by a `ValueError`."""
        with self.lock:
            try:  # noqa: SIM105  # suppress takes groups of exceptions apart since Python 3.12
                self.cache[key] = value
            except ValueError:
                pass

    def compute(self, key: Hashable, factory: Callable[[], Any]) -> Any:
        """Return the result of `key`; if it is missing, store and return ``factory()``."""
        value = self.look(key)
        if value is MISSING:
            value = _runs.get_or_set((id(self.cache), key), partial(self._lead, key, factory))
        return value

    def _lead(self, key: Hashable, factory: Callable[[], Any]) -> Any:
        value = self.look(key)  # another run may have ended since
        if value is MISSING:
            value = factory()
            self.keep(key, value)
        return value

    def forget(self, key: Hashable) -> bool:
        """Remove the result of `key`; return whether there was one."""
        with self.lock:
            try:
                del self.cache[key]
            except KeyError:
                return False
            return True

    def clear(self) -> None:
        """Remove every entry of the mapping."""
        with self.lock:
            self.cache.clear()

    def sizes(self) -> tuple[float | None, float]:
        """Return the mapping's bound, if it has one, and its size."""
        with self.lock:
            size = getattr(self.cache, "currsize", None)
            return getattr(self.cache, "maxsize", None), len(self.cache) if size is None else size


class Nowhere:
    """No results: every call runs the function."""

    __slots__ = ()

    cache: None = None
    lock: None = None

    def look(self, _: Hashable) -> Any:
        """Return `MISSING`."""
        return MISSING

    def keep(self, _: Hashable, __: Any) -> None:
        """Do nothing."""

    def compute(self, _: Hashable, factory: Callable[[], Any]) -> Any:
        """Return ``factory()``."""
        return factory()

    def forget(self, _: Hashable) -> bool:
        """Return that there was no result."""
        return False

    def clear(self) -> None:
        """Do nothing."""

    def sizes(self) -> tuple[float | None, float]:
        """Return 0 twice."""
        return 0, 0


Results = Own | Mapped | Nowhere


def _checked_life(ttl: Any) -> float | EllipsisType | None:
    """Return a valid time to live in seconds; None or ``...`` as they are."""
    if ttl is ...:
        return ...
    return checked_ttl(ttl)


class Keeper:
    """How one decorator keeps results, whatever cache it is given."""

    def __init__(self, ttl: Any) -> None:
        """Take a time to live; raise `TypeError` or `ValueError` if it is none."""
        self._ttl = _checked_life(ttl)
        self._lock = new_lock()
        self._plain: Any = None
        """The type of a cache whose `get_or_set` does it all."""

    def results_in(self, cache: Any, lock: Lock | None) -> Results:
        """Return what keeps results in `cache`.

        Raises:
            TypeError: it is not a cache, or has no deadlines, or needs no lock.
        """
        if cache is None:
            return Nowhere()
        if hasattr(cache, "get_or_set") and hasattr(cache, "delete_many"):
            if lock is not None:
                message = f"lock is for a mapping that does not lock itself, not for {cache!r}"
                raise TypeError(message)
            return Own(cache, self._ttl)
        if not isinstance(cache, MutableMapping):
            kind = type(cache).__name__
            message = f"cache must be a Cache, a mutable mapping or None, not {kind}"
            raise TypeError(message)
        if self._ttl is not None and self._ttl is not ...:
            message = f"ttl needs a Cache: a {type(cache).__name__} has no deadlines"
            raise TypeError(message)
        return Mapped(cache, lock_of(cache, self._lock) if lock is None else lock)

    def compute_in(self, cache: Any, lock: Lock | None) -> Callable[..., Any]:
        """Return `compute` of what keeps results in `cache`, sooner for a type seen before."""
        if type(cache) is self._plain and lock is None:
            compute: Callable[..., Any] = cache.get_or_set
            return compute
        results = self.results_in(cache, lock)
        if isinstance(results, Own) and self._ttl is ...:
            self._plain = type(cache)
        return results.compute
