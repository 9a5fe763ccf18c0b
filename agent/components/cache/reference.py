"""The cache in Python: the operations of the contract on a `Store`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, MutableMapping
from math import inf
from time import monotonic
from types import GenericAlias
from typing import TYPE_CHECKING, Any

from agent.components.cache.arguments import (
    checked_callable,
    checked_capacity,
    checked_max_weight,
    checked_moment,
    checked_pairs,
    checked_ttl,
    checked_weight,
)
from agent.components.cache.contract import CacheStats
from agent.components.cache.deletion import Gone, tell_after
from agent.components.cache.errors import EntryTooHeavy
from agent.components.cache.flights import Flight
from agent.components.cache.guard import free
from agent.components.cache.store import Store
from agent.components.cache.whole import Lifetime, Whole

if TYPE_CHECKING:
    from agent.components.cache.deadlines import Entry

__all__ = ["Cache"]


@MutableMapping.register
class Cache(Store, Whole):
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
        self._plain = ttl is weigher is on_delete is None
        """Whether all that is stored weighs 1, lives on by default, and leaves untold."""
        self._begin()

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
        return int(self._do(lambda: self._weight))

    def get(self, key: Any, /, default: Any = None) -> Any:
        if self._deadlines.held:
            self._start()
        lock, holds = self._lock, False  # as in `_do`, without its calls
        try:
            with lock:
                holds = True
                if self._mark is None:
                    self._mark = "looking"
                    entry = self._entries.get(key)
                    if entry is None:
                        self._misses += 1
                    else:
                        self._move(key)
                        self._hits += 1
                        default = entry.value
                    if self._stirred:
                        self._settle()
                    self._mark = None
                    holds = False
                    return default
                holds = False
        except BaseException:
            if not holds:
                free(lock)
            raise
        return self._again(self._value, key, default)

    def __getitem__(self, key: Any, /) -> Any:
        self._start()
        entry = self._do(self._read, key)
        if entry is None:
            raise KeyError(key)
        return entry.value

    def peek(self, key: Any, /, default: Any = None) -> Any:
        self._start()
        entry = self._do(self._find, key)
        return default if entry is None else entry.value

    def __contains__(self, key: object, /) -> bool:
        self._start()
        return self._do(self._find, key) is not None

    def set(self, key: Any, value: Any, /, *, ttl: Any = ...) -> None:
        if ttl is ... and self._plain and not self._deadlines.held:
            self._set_plain(key, value)
            return
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        weight = self._weigh(key, value)
        deadline = self._start(seconds)
        self._tell(self._do(self._store, key, value, weight, deadline))

    __setitem__ = set  # noqa: A003  # the method above

    def _set_plain(self, key: Any, value: Any) -> None:
        """Store an entry that weighs 1 and has no deadline, and tell nobody."""
        seen, old = False, None
        lock, holds = self._lock, False  # as in `_do`, without its calls
        try:
            with lock:
                holds = True
                if self._mark is None:
                    self._mark = "looking"
                    entry, seen = self._entries.get(key), True
                    if entry is None or entry.deadline is not None or self._stirred:
                        old = self._put(key, value, entry)
                    else:
                        old = entry.value
                        self._mark = entry, value
                        entry.value = value
                        self._entries.move_to_end(key)
                    if self._stirred:
                        self._settle()
                    self._mark = None
                holds = False
        except BaseException as error:
            if self._stopped(error, holds=holds):
                raise
        if not seen:
            self._again(self._store, key, value)
        del old  # not before: its finalizer may use the cache

    def _stopped(self, error: BaseException, *, holds: bool) -> bool:
        """Return whether `error` ends a store, or only says that its entry was removed meanwhile.

        Unless the store `holds` the lock, it struck where `with` does not look.
        """
        if not holds:
            free(self._lock)
        return not holds or not self._overtaken(error)

    def add(self, key: Any, value: Any, /, *, ttl: Any = ...) -> bool:
        return self._add(key, value, ttl, self._find) is None

    def setdefault(self, key: Any, default: Any, /, *, ttl: Any = ...) -> Any:
        entry = self._add(key, default, ttl, self._read)
        return default if entry is None else entry.value

    def _add(
        self, key: Any, value: Any, ttl: Any, look: Callable[[Any], Entry | None]
    ) -> Entry | None:
        """Return the entry that `look` finds; if there is none, store one."""

        def change() -> Entry | None:
            entry = look(key)
            if entry is None:
                gone.extend(self._store(key, value, weight, deadline))
            return entry

        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        weight = self._weigh(key, value)
        deadline = self._start(seconds)
        gone: Gone = []
        entry: Entry | None = self._do(change)
        self._tell(gone)
        return entry

    def get_or_set(self, key: Any, factory: Callable[[], Any], /, *, ttl: Any = ...) -> Any:
        checked_callable("factory", factory)
        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        self._start()
        found = self._do(self._read, key)
        while found is None:
            mine = Flight()
            try:
                found = self._do(self._join, key, mine)
                if found is mine:
                    return self._lead(mine, key, factory, seconds)
            except BaseException:
                mine.land()
                raise
            if isinstance(found, Flight):
                found.wait()
                if not found.over:  # its thread has ended: so does the interpreter
                    return self._lead(mine, key, factory, seconds)
                if not found.succeeded:
                    found = None
        return found.value

    def _lead(self, flight: Flight, key: Any, factory: Callable[[], Any], ttl: float | None) -> Any:
        """Run the factory of a flight, and store its value; whatever happens, the flight lands."""
        try:
            value = factory()
            try:  # noqa: SIM105  # suppress takes groups of exceptions apart since Python 3.12
                self.set(key, value, ttl=ttl)
            except EntryTooHeavy:
                pass
            flight.succeed(value)
        finally:
            try:
                self._do(self._flights.pop, key, None)
            finally:
                flight.land()
        return value

    def pop(self, key: Any, default: Any = ..., /) -> Any:
        self._start()
        entry = self._do(self._remove, key)
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
        entry = self._do(self._remove_oldest)
        if entry is None:
            message = "the cache is empty"
            raise KeyError(message)
        self._tell([(entry.key, entry.value, "deleted")])
        return entry.key, entry.value

    def get_many(self, keys: Iterable[Any], /, default: Any = None) -> list[Any]:
        wanted = list(keys)
        self._start()
        values: list[Any] = self._do(self._read_all, wanted, default)
        return values

    def set_many(self, items: Any, /, *, ttl: Any = ...) -> None:
        def change() -> None:
            for (key, value), weight in zip(pairs, weights, strict=True):
                gone.extend(self._store(key, value, weight, deadline))

        seconds = self._ttl if ttl is ... else checked_ttl(ttl)
        pairs = checked_pairs(items)
        weights = [self._weigh(key, value) for key, value in pairs]
        self._do(self._hash_all, pairs)
        deadline = self._start(seconds if pairs else None)
        gone: Gone = []
        self._tell_of(change, gone)

    def delete_many(self, keys: Iterable[Any], /) -> int:
        def change() -> None:
            for key in unwanted:
                entry = self._remove(key)
                if entry is not None:
                    gone.append((entry.key, entry.value, "deleted"))

        unwanted = list(keys)
        self._start()
        gone: Gone = []
        self._tell_of(change, gone)
        return len(gone)

    def _tell_of(self, change: Callable[[], None], gone: Gone) -> None:
        """Run a change that fills `gone`, and tell of it even if an error stops the change."""
        stopped = None
        try:
            self._do(change)
        except BaseException as error:  # noqa: BLE001  # raised again after the callbacks
            stopped = error
        tell_after(self._on_delete, gone, stopped)

    def update(self, items: Any = (), /, **more: Any) -> None:
        self.set_many(items)
        if more:
            self.set_many(more)

    def clear(self) -> None:
        self._start()
        entries = self._do(self._remove_all)
        self._tell([(entry.key, entry.value, "deleted") for entry in entries])

    def expire(self, time: Any = None) -> int:
        if time is not None:
            return self._expire(checked_moment("time must be", time))
        return self._expire(self._now() if self._deadlines.held else -inf)

    def stats(self) -> CacheStats:
        self._start()
        return CacheStats(*self._do(self._counts))

    def snapshot(self) -> list[tuple[Any, Any]]:
        self._start()
        entries: list[tuple[Any, Any]] = self._do(self._all)
        return entries

    def __len__(self) -> int:
        self._start()
        return int(self._do(lambda: len(self._entries)))

    def __repr__(self) -> str:
        self._start()
        size, weight = self._do(lambda: (len(self._entries), self._weight))
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
        lifetimes: list[Lifetime] = self._do(self._living, now)
        return lifetimes

    def _weigh(self, key: Any, value: Any) -> int:
        weight = 1 if self._weigher is None else checked_weight(self._weigher(key, value))
        if self._max_weight is not None and weight > self._max_weight:
            message = f"an entry of weight {weight} is too heavy for max_weight={self._max_weight}"
            raise EntryTooHeavy(message)
        return weight

    def _now(self, *, monotonic: Callable[[], float] = monotonic) -> float:
        """Read the clock; the system's is bound here, out of the reach of a test's frozen time."""
        if self._clock is None:
            return monotonic()
        return checked_moment("clock must return", self._clock())

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
        self._do(self._remove_due, now, gone)
        self._tell(gone)
        return len(gone)

    def _tell(self, gone: Gone) -> None:
        """Call `on_delete` for each removed entry. The caller does not hold the guard."""
        tell_after(self._on_delete, gone, None)
