"""The cache in Python: an `OrderedDict` in the order of use, a heap of deadlines, one lock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, MutableMapping
from math import inf
from time import monotonic
from types import GenericAlias
from typing import Any

from agent.components.cache.arguments import (
    checked_callable,
    checked_capacity,
    checked_max_weight,
    checked_pairs,
    checked_time,
    checked_ttl,
    checked_weight,
)
from agent.components.cache.contract import CacheStats
from agent.components.cache.deadlines import Deadlines, Entry
from agent.components.cache.deletion import Gone, tell_after
from agent.components.cache.errors import EntryTooHeavy
from agent.components.cache.flights import Flight
from agent.components.cache.guard import Guard
from agent.components.cache.whole import Lifetime, Whole

__all__ = ["Cache"]


@MutableMapping.register
class Cache(Whole):
    """The reference implementation of `agent.components.cache.contract.Cache`."""

    def __init_subclass__(cls) -> None:
        message = "Cache is not an acceptable base type"
        raise TypeError(message)

    __class_getitem__: Any = classmethod(GenericAlias)

    def __init__(
        self,
        capacity: Any,
        *,
        ttl: Any = None,
        max_weight: Any = None,
        weigher: Any = None,
        on_delete: Any = None,
        clock: Any = None,
    ) -> None:
        self._capacity = checked_capacity(capacity)
        self._ttl = checked_ttl(ttl)
        self._max_weight = checked_max_weight(max_weight)
        self._limit = inf if self._max_weight is None else self._max_weight
        self._weigher = None if weigher is None else checked_callable("weigher", weigher)
        self._on_delete = None if on_delete is None else checked_callable("on_delete", on_delete)
        self._clock = None if clock is None else checked_callable("clock", clock)
        self._guard = Guard()
        self._entries: OrderedDict[Any, Entry] = OrderedDict()
        self._weight = 0
        self._deadlines = Deadlines()
        self._flights: dict[Any, Flight] = {}
        self._hits = self._misses = self._evictions = self._expirations = 0

    @property
    def capacity(self) -> int:
        return self._capacity

    @property
    def ttl(self) -> float | None:
        return self._ttl

    @property
    def max_weight(self) -> int | None:
        return self._max_weight

    @property
    def weight(self) -> int:
        self._start()
        with self._guard:
            return self._weight

    def get(self, key: Any, /, default: Any = None) -> Any:
        if self._deadlines.held:
            self._start()
        self._guard.take()  # as `with` does, in two thirds of the time
        try:
            entry = self._entries.get(key)
            if entry is None:
                self._misses += 1
                return default
            self._entries.move_to_end(key)
            self._hits += 1
            return entry.value
        finally:
            self._guard.free()

    def __getitem__(self, key: Any, /) -> Any:
        self._start()
        with self._guard:
            entry = self._read(key)
            if entry is None:
                raise KeyError(key)
            return entry.value

    def peek(self, key: Any, /, default: Any = None) -> Any:
        self._start()
        with self._guard:
            entry = self._entries.get(key)
            return default if entry is None else entry.value

    def __contains__(self, key: object, /) -> bool:
        self._start()
        with self._guard:
            return key in self._entries

    def set(self, key: Any, value: Any, /, *, ttl: Any = ...) -> None:
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        weight = 1 if self._weigher is None else self._weigh(key, value)
        deadline = self._start(seconds) if seconds is not None or self._deadlines.held else None
        self._guard.take()  # as `with` does, in two thirds of the time
        try:
            gone = self._store(key, value, weight, deadline)
        finally:
            self._guard.free()
        if self._on_delete is not None:
            self._tell(gone)

    __setitem__ = set  # noqa: A003  # the method above

    def add(self, key: Any, value: Any, /, *, ttl: Any = ...) -> bool:
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        weight = self._weigh(key, value)
        deadline = self._start(seconds)
        with self._guard:
            if key in self._entries:
                return False
            gone = self._store(key, value, weight, deadline)
        self._tell(gone)
        return True

    def setdefault(self, key: Any, default: Any, /, *, ttl: Any = ...) -> Any:
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        weight = self._weigh(key, default)
        deadline = self._start(seconds)
        with self._guard:
            entry = self._read(key)
            if entry is not None:
                return entry.value
            gone = self._store(key, default, weight, deadline)
        self._tell(gone)
        return default

    def get_or_set(self, key: Any, factory: Callable[[], Any], /, *, ttl: Any = ...) -> Any:
        checked_callable("factory", factory)
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        self._start()
        with self._guard:
            entry = self._read(key)
            if entry is not None:
                return entry.value
        while True:
            with self._guard:
                entry = self._entries.get(key)
                if entry is not None:
                    self._entries.move_to_end(key)
                    return entry.value
                theirs = self._flights.get(key)
                if theirs is None or theirs.over:
                    mine = self._flights[key] = Flight()
                    break
            theirs.wait()
            if theirs.succeeded:
                return theirs.value
        return self._lead(mine, key, factory, seconds)

    def _lead(self, flight: Flight, key: Any, factory: Callable[[], Any], ttl: float | None) -> Any:
        try:
            value = factory()
            try:  # noqa: SIM105  # suppress takes groups of exceptions apart since Python 3.12
                self.set(key, value, ttl=ttl)
            except EntryTooHeavy:
                pass
            flight.succeed(value)
        finally:
            try:
                with self._guard:
                    self._flights.pop(key, None)
            finally:
                flight.land()
        return value

    def pop(self, key: Any, default: Any = ..., /) -> Any:
        self._start()
        with self._guard:
            entry = self._entries.pop(key, None)
            if entry is not None:
                self._forget(entry)
        if entry is None:
            if default is ...:
                raise KeyError(key)
            return default
        self._tell([(entry.key, entry.value, "deleted")])
        return entry.value

    def __delitem__(self, key: Any, /) -> None:
        self.pop(key)

    def popitem(self) -> tuple[Any, Any]:
        self._start()
        with self._guard:
            if not self._entries:
                message = "the cache is empty"
                raise KeyError(message)
            _, entry = self._entries.popitem(last=False)
            self._forget(entry)
        self._tell([(entry.key, entry.value, "deleted")])
        return entry.key, entry.value

    def get_many(self, keys: Iterable[Any], /, default: Any = None) -> list[Any]:
        wanted = list(keys)
        self._start()
        values = []
        with self._guard:
            for key in wanted:
                entry = self._read(key)
                values.append(default if entry is None else entry.value)
        return values

    def set_many(self, items: Any, /, *, ttl: Any = ...) -> None:
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        pairs = checked_pairs(items)
        weights = [self._weigh(key, value) for key, value in pairs]
        with self._guard:
            for key, _ in pairs:
                hash(key)
        deadline = self._start(seconds if pairs else None)
        gone: Gone = []
        stopped = None
        try:
            with self._guard:
                for (key, value), weight in zip(pairs, weights, strict=True):
                    gone += self._store(key, value, weight, deadline)
        except BaseException as error:  # noqa: BLE001  # raised again after the callbacks
            stopped = error
        tell_after(self._on_delete, gone, stopped)

    def delete_many(self, keys: Iterable[Any], /) -> int:
        unwanted = list(keys)
        self._start()
        gone: Gone = []
        stopped = None
        try:
            with self._guard:
                for key in unwanted:
                    entry = self._entries.pop(key, None)
                    if entry is not None:
                        self._forget(entry)
                        gone.append((entry.key, entry.value, "deleted"))
        except BaseException as error:  # noqa: BLE001  # raised again after the callbacks
            stopped = error
        tell_after(self._on_delete, gone, stopped)
        return len(gone)

    def update(self, items: Any = (), /, **more: Any) -> None:
        self.set_many(items)
        if more:
            self.set_many(more)

    def clear(self) -> None:
        self._start()
        with self._guard:
            entries, self._entries = self._entries, OrderedDict()
            self._weight = 0
            self._deadlines.clear()
        self._tell([(entry.key, entry.value, "deleted") for entry in entries.values()])

    def expire(self) -> int:
        return self._expire(self._now() if self._deadlines.held else -inf)

    def stats(self) -> CacheStats:
        self._start()
        with self._guard:
            return CacheStats(self._hits, self._misses, self._evictions, self._expirations)

    def snapshot(self) -> list[tuple[Any, Any]]:
        self._start()
        with self._guard:
            return [(entry.key, entry.value) for entry in self._entries.values()]

    def __len__(self) -> int:
        self._start()
        with self._guard:
            return len(self._entries)

    def __repr__(self) -> str:
        self._start()
        with self._guard:
            size, weight = len(self._entries), self._weight
        return (
            f"Cache(capacity={self._capacity}, ttl={self._ttl!r}, "
            f"max_weight={self._max_weight!r}, size={size}, weight={weight})"
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "capacity": self._capacity,
            "ttl": self._ttl,
            "max_weight": self._max_weight,
            "weigher": self._weigher,
            "on_delete": self._on_delete,
            "clock": self._clock,
        }

    def _lifetimes(self) -> list[Lifetime]:
        now = self._now() if self._deadlines.held else 0.0
        self._expire(now)
        with self._guard:
            return [entry.lifetime(now) for entry in self._entries.values() if entry.lives(now)]

    def _weigh(self, key: Any, value: Any) -> int:
        weight = 1 if self._weigher is None else checked_weight(self._weigher(key, value))
        if self._max_weight is not None and weight > self._max_weight:
            message = f"an entry of weight {weight} is too heavy for max_weight={self._max_weight}"
            raise EntryTooHeavy(message)
        return weight

    def _now(self) -> float:
        return monotonic() if self._clock is None else checked_time(self._clock())

    def _start(self, ttl: float | None = None) -> float | None:
        """Expire due entries; return the deadline of an entry stored now for `ttl` seconds."""
        if ttl is None and not self._deadlines.held:
            return None
        now = self._now()
        if self._deadlines.next <= now:
            self._expire(now)
        return None if ttl is None else now + ttl

    def _expire(self, now: float) -> int:
        gone: Gone = []
        with self._guard:
            while entry := self._deadlines.pop(now):
                del self._entries[entry.key]
                self._forget(entry)
                gone.append((entry.key, entry.value, "expired"))
            self._expirations += len(gone)
        self._tell(gone)
        return len(gone)

    def _read(self, key: Any) -> Entry | None:
        """Count a hit or a miss and mark the entry of `key` as used. The caller holds the guard."""
        entry = self._entries.get(key)
        if entry is None:
            self._misses += 1
            return None
        self._entries.move_to_end(key)
        self._hits += 1
        return entry

    def _store(self, key: Any, value: Any, weight: int, deadline: float | None) -> Gone:
        """Store an entry; return the entries it displaced. The caller holds the guard."""
        entry = self._entries.get(key)
        if entry is None:
            gone: Gone = []
            entry = self._entries[key] = Entry(key, value, 0)
            grown = weight
        else:
            gone = [(entry.key, entry.value, "replaced")]
            self._entries.move_to_end(key)
            entry.value = value
            grown = weight - entry.weight
        if deadline is not None:
            self._deadlines.set(entry, deadline)
        elif entry.deadline is not None:
            self._deadlines.drop(entry)
        if grown:
            entry.weight = weight
            self._weight += grown
        if grown or not gone:
            self._evict(gone)
        return gone

    def _evict(self, gone: Gone) -> None:
        """Evict entries until the bounds hold. The caller holds the guard."""
        while self._weight > self._limit or len(self._entries) > self._capacity:
            _, entry = self._entries.popitem(last=False)
            self._forget(entry)
            self._evictions += 1
            gone.append((entry.key, entry.value, "evicted"))

    def _forget(self, entry: Entry) -> None:
        """Subtract the weight of a removed entry, drop its deadline. The caller holds the guard."""
        self._weight -= entry.weight
        self._deadlines.drop(entry)

    def _tell(self, gone: Gone) -> None:
        """Call `on_delete` for each removed entry. The caller does not hold the guard."""
        tell_after(self._on_delete, gone, None)
