"""The cache in Python: an `OrderedDict` in the order of use, a heap of deadlines, one lock."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, MutableMapping, ValuesView
from heapq import heapify, heappop, heappush
from time import monotonic
from types import GenericAlias
from typing import Any, NamedTuple

from agent.components.cache.arguments import (
    checked_callable,
    checked_capacity,
    checked_max_weight,
    checked_pairs,
    checked_time,
    checked_ttl,
    checked_weight,
)
from agent.components.cache.contract import CacheStats, Cause
from agent.components.cache.copying import construct
from agent.components.cache.flights import Flight
from agent.components.cache.guard import Guard
from agent.components.cache.views import EntriesView, LiveValuesView
from agent.errors import EntryTooHeavy

__all__ = ["Cache"]

_STALE_DEADLINES = 64
"""Overtaken deadlines kept before the heap is swept; more are kept while they are the minority."""

Gone = list[tuple[Any, Any, Cause]]


class _Entry(NamedTuple):
    key: Any
    value: Any
    weight: int
    deadline: float | None
    stamp: int
    """Names this deadline among all that were ever set; 0 without a deadline."""


@MutableMapping.register
class Cache:
    """The reference implementation of `agent.components.cache.contract.Cache`."""

    __hash__ = None  # type: ignore[assignment]
    __class_getitem__ = classmethod(GenericAlias)

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
        self._weigher = None if weigher is None else checked_callable("weigher", weigher)
        self._on_delete = None if on_delete is None else checked_callable("on_delete", on_delete)
        self._clock = None if clock is None else checked_callable("clock", clock)
        self._guard = Guard()
        self._entries: OrderedDict[Any, _Entry] = OrderedDict()
        self._weight = 0
        self._deadlines: list[tuple[float, int, Any]] = []
        self._stamped: dict[int, Any] = {}
        self._stamp = 0
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
        return self._weight

    def get(self, key: Any, /, default: Any = None) -> Any:
        self._start()
        with self._guard:
            entry = self._read(key)
        return default if entry is None else entry.value

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
        seconds = self._seconds(ttl)
        weight = self._weigh(key, value)
        deadline = self._start(seconds)
        gone: Gone = []
        with self._guard:
            self._store(key, value, weight, deadline, gone)
        self._tell(gone)

    def __setitem__(self, key: Any, value: Any, /) -> None:
        self.set(key, value)

    def add(self, key: Any, value: Any, /, *, ttl: Any = ...) -> bool:
        seconds = self._seconds(ttl)
        weight = self._weigh(key, value)
        deadline = self._start(seconds)
        gone: Gone = []
        with self._guard:
            if key in self._entries:
                return False
            self._store(key, value, weight, deadline, gone)
        self._tell(gone)
        return True

    def setdefault(self, key: Any, default: Any, /, *, ttl: Any = ...) -> Any:
        seconds = self._seconds(ttl)
        weight = self._weigh(key, default)
        deadline = self._start(seconds)
        gone: Gone = []
        with self._guard:
            entry = self._read(key)
            if entry is not None:
                return entry.value
            self._store(key, default, weight, deadline, gone)
        self._tell(gone)
        return default

    def get_or_set(self, key: Any, factory: Callable[[], Any], /, *, ttl: Any = ...) -> Any:
        checked_callable("factory", factory)
        seconds = self._seconds(ttl)
        self._start()
        with self._guard:
            entry = self._read(key)
        while entry is None:
            with self._guard:
                entry = self._entries.get(key)
                if entry is not None:
                    self._entries.move_to_end(key)
                    break
                flight = self._flights.get(key)
                leads = flight is None or flight.over
                if leads:
                    flight = self._flights[key] = Flight()
            if leads:
                return self._lead(flight, key, factory, seconds)
            flight.wait()
            if flight.succeeded:
                return flight.value
        return entry.value

    def _lead(self, flight: Flight, key: Any, factory: Callable[[], Any], ttl: float | None) -> Any:
        try:
            value = factory()
            try:
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
        seconds = self._seconds(ttl)
        pairs = checked_pairs(items)
        weights = [self._weigh(key, value) for key, value in pairs]
        for key, _ in pairs:
            hash(key)
        deadline = self._start(seconds if pairs else None)
        gone: Gone = []
        try:
            with self._guard:
                for (key, value), weight in zip(pairs, weights, strict=True):
                    self._store(key, value, weight, deadline, gone)
        finally:
            self._tell(gone)

    def delete_many(self, keys: Iterable[Any], /) -> int:
        unwanted = list(keys)
        self._start()
        gone: Gone = []
        try:
            with self._guard:
                for key in unwanted:
                    entry = self._entries.pop(key, None)
                    if entry is not None:
                        self._forget(entry)
                        gone.append((entry.key, entry.value, "deleted"))
        finally:
            self._tell(gone)
        return len(gone)

    def update(self, items: Any = (), /, **more: Any) -> None:
        self.set_many(items)
        if more:
            self.set_many(more)

    def clear(self) -> None:
        self._start()
        with self._guard:
            entries = self._entries
            self._entries = OrderedDict()
            self._weight = 0
            self._deadlines = []
            self._stamped = {}
        self._tell([(entry.key, entry.value, "deleted") for entry in entries.values()])

    def expire(self) -> int:
        return self._expire(self._now()) if self._stamped else 0

    def stats(self) -> CacheStats:
        self._start()
        with self._guard:
            return CacheStats(self._hits, self._misses, self._evictions, self._expirations)

    def snapshot(self) -> list[tuple[Any, Any]]:
        self._start()
        with self._guard:
            return [(entry.key, entry.value) for entry in self._entries.values()]

    def __iter__(self) -> Iterator[Any]:
        return iter([key for key, _ in self.snapshot()])

    def keys(self) -> KeysView[Any]:
        return KeysView(self)  # type: ignore[arg-type]

    def values(self) -> ValuesView[Any]:
        return LiveValuesView(self)  # type: ignore[arg-type]

    def items(self) -> ItemsView[Any, Any]:
        return EntriesView(self)  # type: ignore[arg-type]

    def __len__(self) -> int:
        self._start()
        return len(self._entries)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapping):
            return NotImplemented
        return dict(self.snapshot()) == dict(other.items())

    def __repr__(self) -> str:
        self._start()
        with self._guard:
            size, weight = len(self._entries), self._weight
        return (
            f"{type(self).__name__}(capacity={self._capacity}, ttl={self._ttl!r}, "
            f"max_weight={self._max_weight!r}, size={size}, weight={weight})"
        )

    def copy(self) -> Cache:
        duplicate = type(self)(self._capacity, **self._settings())
        duplicate.__setstate__(self._lifetimes())
        return duplicate

    __copy__ = copy

    def __reduce__(self) -> tuple[Any, ...]:
        cls = None if type(self) is Cache else type(self)
        return construct, (cls, self._capacity, self._settings()), self._lifetimes()

    def __setstate__(self, entries: list[tuple[Any, Any, float | None]]) -> None:
        for key, value, remaining in entries:
            self.set(key, value, ttl=remaining)

    def _settings(self) -> dict[str, Any]:
        return {
            "ttl": self._ttl,
            "max_weight": self._max_weight,
            "weigher": self._weigher,
            "on_delete": self._on_delete,
            "clock": self._clock,
        }

    def _lifetimes(self) -> list[tuple[Any, Any, float | None]]:
        now = self._now() if self._stamped else 0.0
        self._expire(now)
        with self._guard:
            return [
                (entry.key, entry.value, None if entry.deadline is None else entry.deadline - now)
                for entry in self._entries.values()
            ]

    def _seconds(self, ttl: Any) -> float | None:
        return self._ttl if ttl is ... else checked_ttl(ttl)

    def _weigh(self, key: Any, value: Any) -> int:
        weight = 1 if self._weigher is None else checked_weight(self._weigher(key, value))
        if self._max_weight is not None and weight > self._max_weight:
            message = f"an entry of weight {weight} is too heavy for max_weight={self._max_weight}"
            raise EntryTooHeavy(message)
        return weight

    def _now(self) -> float:
        return monotonic() if self._clock is None else checked_time(self._clock())

    def _start(self, ttl: float | None = None) -> float | None:
        """Expire what is due; return the deadline of an entry that is now stored for `ttl`."""
        if ttl is None and not self._stamped:
            return None
        now = self._now()
        self._expire(now)
        return None if ttl is None else now + ttl

    def _expire(self, now: float) -> int:
        gone: Gone = []
        with self._guard:
            deadlines = self._deadlines
            while deadlines and deadlines[0][0] <= now:
                _, stamp, key = heappop(deadlines)
                if stamp in self._stamped:
                    entry = self._entries.pop(key)
                    self._forget(entry)
                    gone.append((entry.key, entry.value, "expired"))
            self._expirations += len(gone)
        self._tell(gone)
        return len(gone)

    def _read(self, key: Any) -> _Entry | None:
        """Use the entry of `key` and count; the guard is held."""
        entry = self._entries.get(key)
        if entry is None:
            self._misses += 1
            return None
        self._entries.move_to_end(key)
        self._hits += 1
        return entry

    def _store(self, key: Any, value: Any, weight: int, deadline: float | None, gone: Gone) -> None:
        """Put an entry in and push others out; the guard is held."""
        entries = self._entries
        old = entries.get(key)
        stamp = 0
        if deadline is not None:
            stamp = self._stamp = self._stamp + 1
        if old is None:
            entries[key] = _Entry(key, value, weight, deadline, stamp)
        else:
            entries[key] = _Entry(old.key, value, weight, deadline, stamp)
            entries.move_to_end(key)
            self._forget(old)
            gone.append((old.key, old.value, "replaced"))
        self._weight += weight
        if deadline is not None:
            self._stamped[stamp] = key
            heappush(self._deadlines, (deadline, stamp, key))
            if len(self._deadlines) > 2 * len(self._stamped) + _STALE_DEADLINES:
                self._deadlines = [item for item in self._deadlines if item[1] in self._stamped]
                heapify(self._deadlines)
        while len(entries) > self._capacity or (
            self._max_weight is not None and self._weight > self._max_weight
        ):
            _, evicted = entries.popitem(last=False)
            self._forget(evicted)
            self._evictions += 1
            gone.append((evicted.key, evicted.value, "evicted"))

    def _forget(self, entry: _Entry) -> None:
        """Take an entry that left out of the books; the guard is held."""
        self._weight -= entry.weight
        if entry.stamp:
            del self._stamped[entry.stamp]

    def _tell(self, gone: Gone) -> None:
        """Call `on_delete` for what left; the guard is not held."""
        if self._on_delete is None:
            return
        errors: list[BaseException] = []
        for key, value, cause in gone:
            try:
                self._on_delete(key, value, cause)
            except BaseException as error:  # noqa: BLE001  # every callback gets its turn
                errors.append(error)
        if len(errors) == 1:
            raise errors[0]
        if errors:
            message = "several on_delete callbacks raised"
            raise BaseExceptionGroup(message, errors)
