"""The cache's contract, which both implementations follow.

**Bounds.** A cache holds at most `capacity` entries. With `max_weight`, their total weight is
bounded too; an entry weighs ``weigher(key, value)``, or 1 without a weigher. When a bound is
exceeded, the least recently used entries are evicted; the entry just stored is never evicted.

**Use.** An entry becomes the most recently used when it is stored, overwritten or read by `get`,
``[]``, `get_many`, `setdefault` or `get_or_set`. ``in``, `peek`, `add` on an existing key, `len`,
iteration and ``==`` do not count as a use.

**Order.** Iteration, `keys`, `values`, `items` and `popitem` go from the least to the most recently
used. Iteration goes over a snapshot, so the cache may change meanwhile.

**Expiry.** An entry stored with a time to live expires when the clock reaches its deadline. Every
operation first does what `expire` does, so `len` never counts an expired entry, and no live entry
is evicted while an expired one is held. Entries expire in the order of their deadlines, then in the
order in which the deadlines were set. Overwriting an entry sets a new deadline. An operation that
stores an entry with a time to live reads the clock once, at its start; while any entry has a
deadline, every operation does. The store in `get_or_set`, and each part of an `update`, is a
separate operation.

**Deletion callbacks.** ``on_delete(key, value, cause)`` is called once for each removed entry, and
for each overwritten value. It is called after the cache has changed, outside its lock, in the order
of removal; it may use the cache. All callbacks of an operation run. If one raised, the operation
then raises its exception; if several did, a `BaseExceptionGroup`. The change to the cache is not
undone. The callbacks for expired entries run before the operation itself, which does not run if one
of them raises.

**Keys.** Keys are hashable objects, compared by identity, hash and equality as in a `dict`.
Overwriting keeps the existing key. If a ``__hash__`` or ``__eq__`` raises, the cache is unchanged
and the exception propagates. If it uses the entries of the cache that is calling it, that use
raises `ReentrantCall`. How often keys are compared, and in which order keys of equal hash are
compared, is undefined.

**Statistics.** `get`, ``[]``, each key of `get_many`, `setdefault` and `get_or_set` count one hit
or one miss. No other operation counts.

**Threads.** Every operation may be called from any thread and is atomic; `get_many`, `set_many` and
`delete_many` are atomic for each key.

**Interruptions.** An operation that an exception of a signal handler ends has happened or has not,
a batch for each key; its callbacks may be lost, and its counts. Lists of entries and copies are
those of one moment, whole or not made; what `clear` removes is removed at once. The cache stays
usable and correct, and other callers of `get_or_set` run the factory themselves. Signal handlers
and finalizers may use a cache in the middle of its operations, but during a ``__hash__`` or
``__eq__`` they count as part of it. In a forked child a cache works whatever other threads were
doing, and factories that they ran are run again. When the process ends, no operation waits for
threads that ended before.

**Clock.** The default clock is the system's monotonic clock. A test that freezes or patches the
`time` module does not reach it; pass `clock` instead.

**Copies.** `copy.copy`, `copy.deepcopy` and pickling keep settings, entries, order and remaining
lifetimes; the statistics of a copy start at 0. A pickle loads into the implementation that is
active where it is loaded. Implementations cannot be subclassed.
"""

from __future__ import annotations

from collections.abc import (
    Callable,
    Hashable,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    ValuesView,
)
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from types import EllipsisType
from typing import Annotated, Any, Literal, Protocol, TypeVar, overload

from annotated_types import Ge, Gt, Le, Lt, Predicate

from agent.components.cache.errors import EntryTooHeavy, RecursiveFactory, ReentrantCall
from agent.porting.contract.terms import Effect, Virtual, operation, unpromised

__all__ = ["MAX_CAPACITY", "MAX_WEIGHT", "Cache", "CacheFactory", "CacheStats", "Cause"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")

MAX_CAPACITY = 2**31
"""Largest capacity: implementations number entries in 32 bits."""

MAX_WEIGHT = 2**63 - 1
"""Largest weight of an entry, and largest `max_weight`: weights are added in 64 bits."""

Cause = Literal["deleted", "replaced", "evicted", "expired"]
"""Why an entry was removed: by a caller, overwritten, evicted by a bound, or expired."""

Capacity = Annotated[int, Ge(1), Le(MAX_CAPACITY)]
Weight = Annotated[int, Ge(0), Le(MAX_WEIGHT)]
Seconds = Annotated[float, Gt(0), Lt(float("inf"))]
Span = Annotated[timedelta, Predicate(lambda span: span > timedelta(0))]
Life = Seconds | Span | None
"""A time to live, in seconds or as a `timedelta`; None for no deadline."""

Ttl = Life | EllipsisType
"""A time to live; ``...`` for the cache's default `ttl`."""

Weigher = Callable[[K, V], Weight]
OnDelete = Callable[[K, V, Cause], object]
Moment = Annotated[float, Gt(float("-inf")), Lt(float("inf"))]
Clock = Annotated[Callable[[], Moment], Virtual(real=monotonic)]
Pairs = Mapping[K, V] | Iterable[tuple[K, V]]


@dataclass(frozen=True)
class CacheStats:
    """Counts since the cache was created; each is 0 or more."""

    hits: int
    misses: int
    evictions: int
    expirations: int

    @property
    def hit_ratio(self) -> float:
        """Hits per look-up, from 0.0 to 1.0; 0.0 before the first look-up."""
        lookups = self.hits + self.misses
        return self.hits / lookups if lookups else 0.0


@unpromised(attributes="only objects of the reference have a __dict__ in which to set others")
class Cache(Protocol[K, V]):  # noqa: PLW1641  # mutable, so not hashable
    """A bounded mapping with least-recently-used eviction and optional expiry.

    Every operation also propagates exceptions of a key's ``__hash__`` or ``__eq__``, the weigher,
    the clock and `on_delete`.
    """

    @property
    def capacity(self) -> int:
        """The largest number of entries."""

    @property
    def ttl(self) -> float | None:
        """Default time to live in seconds; None if entries do not expire by default."""

    @property
    def max_weight(self) -> int | None:
        """The largest total weight; None if the weight is not bounded."""

    @property
    @operation(effect=Effect.READS, raises=())
    def weight(self) -> int:
        """The total weight of the entries; their number if there is no weigher."""

    @operation(effect=Effect.WRITES, raises=(ReentrantCall,))
    def get(self, key: K, /, default: D | None = None) -> V | D | None:
        """Return the value of `key`, or `default` if the key is missing."""

    @operation(effect=Effect.READS, raises=(ReentrantCall,))
    def peek(self, key: K, /, default: D | None = None) -> V | D | None:
        """Return what `get` would, without changing the order or the statistics."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def set(self, key: K, value: V, /, *, ttl: Ttl = ...) -> None:
        """Store `value` under `key`; overwrite an existing value.

        Raises `EntryTooHeavy` if the entry alone weighs more than `max_weight`.
        """

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def add(self, key: K, value: V, /, *, ttl: Ttl = ...) -> bool:
        """Store `value` if `key` is missing; return whether it was stored."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def setdefault(self, key: K, default: V, /, *, ttl: Ttl = ...) -> V:
        """Return the value of `key`; if the key is missing, store and return `default`."""

    @operation(
        effect=Effect.WRITES, raises=(TypeError, ValueError, RecursiveFactory, ReentrantCall)
    )
    def get_or_set(self, key: K, factory: Callable[[], V], /, *, ttl: Ttl = ...) -> V:
        """Return the value of `key`; if the key is missing, store and return ``factory()``.

        One factory runs for each key at a time. Other callers wait for its value; if it raises, the
        next of them runs its own factory. A value too heavy for the cache is returned but not
        stored. Raises `RecursiveFactory` if a factory would wait for its own result.
        """

    @overload
    def pop(self, key: K, /) -> V: ...
    @overload
    def pop(self, key: K, default: D, /) -> V | D: ...
    @operation(effect=Effect.WRITES, raises=(KeyError, ReentrantCall))
    def pop(self, key: K, default: Any = ..., /) -> Any:
        """Remove `key` and return its value; if the key is missing, return `default`.

        Raises `KeyError` if the key is missing and there is no default; ``...`` means no default.
        """

    @operation(effect=Effect.WRITES, raises=(KeyError,))
    def popitem(self) -> tuple[K, V]:
        """Remove and return the least recently used entry; raise `KeyError` if there is none."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ReentrantCall))
    def get_many(self, keys: Iterable[K], /, default: D | None = None) -> list[V | D | None]:
        """Return what `get` would for each of `keys`, in their order."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def set_many(self, items: Pairs[K, V], /, *, ttl: Ttl = ...) -> None:
        """Store each pair as `set` would; store nothing if an argument is invalid."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ReentrantCall))
    def delete_many(self, keys: Iterable[K], /) -> int:
        """Remove `keys`; return how many of them existed."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def update(self, items: Pairs[K, V] = (), /, **more: V) -> None:
        """Call `set_many` with `items`, then with the keyword arguments."""

    @operation(effect=Effect.WRITES, raises=())
    def clear(self) -> None:
        """Remove every entry; keep the statistics."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def expire(self, time: Moment | None = None) -> int:
        """Remove every entry whose deadline is not after `time`; return how many were removed.

        `time` is a time of the cache's clock, in seconds; None reads the clock. Every operation
        does ``expire()`` first. Call it to free memory while the cache is not in use.

        Raises `TypeError` or `ValueError` if `time` is not a finite number.
        """

    @operation(effect=Effect.READS, raises=())
    def stats(self) -> CacheStats:
        """Return the counts since the cache was created."""

    @operation(effect=Effect.READS, raises=())
    def snapshot(self) -> list[tuple[K, V]]:
        """Return the current entries, from the least to the most recently used."""

    @operation(effect=Effect.READS, raises=())
    def keys(self) -> KeysView[K]:
        """Return a live view of the keys; iterating it goes over a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def values(self) -> ValuesView[V]:
        """Return a live view of the values; iterating it goes over a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def items(self) -> ItemsView[K, V]:
        """Return a live view of the entries; iterating it goes over a snapshot."""

    @operation(effect=Effect.READS, raises=(TypeError, ValueError, EntryTooHeavy))
    def copy(self) -> Cache[K, V]:
        """Return a cache with the same settings and entries; its statistics start at 0.

        The weigher is called again for each entry; what it returns is refused as by `set`.
        """

    @operation(effect=Effect.WRITES, raises=(KeyError, ReentrantCall))
    def __getitem__(self, key: K, /) -> V:
        """Return the value of `key`; raise `KeyError` if the key is missing."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def __setitem__(self, key: K, value: V, /) -> None:
        """Call `set` with the cache's default `ttl`."""

    @operation(effect=Effect.WRITES, raises=(KeyError, ReentrantCall))
    def __delitem__(self, key: K, /) -> None:
        """Remove `key`; raise `KeyError` if it is missing."""

    @operation(effect=Effect.READS, raises=(TypeError, ReentrantCall))
    def __contains__(self, key: object, /) -> bool:
        """Return whether `key` has an entry; raise `TypeError` if it is not hashable."""

    @operation(effect=Effect.READS, raises=())
    def __len__(self) -> int:
        """Return the number of entries, expired ones excluded."""

    @operation(effect=Effect.READS, raises=())
    def __iter__(self) -> Iterator[K]:
        """Iterate over the keys of a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def __eq__(self, other: object, /) -> bool:
        """Return whether `other` is a mapping with equal entries, in any order."""

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return the class name, settings, size and weight."""


class CacheFactory(Protocol):
    """The constructor of a cache."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def __call__(
        self,
        capacity: Capacity,
        *,
        ttl: Life = None,
        max_weight: Annotated[int, Ge(1), Le(MAX_WEIGHT)] | None = None,
        weigher: Weigher[Any, Any] | None = None,
        on_delete: OnDelete[Any, Any] | None = None,
        clock: Clock | None = None,
    ) -> Cache[Any, Any]:
        """Create an empty cache.

        Args:
            capacity: the largest number of entries, from 1 to `MAX_CAPACITY`.
            ttl: default time to live in seconds or as a `timedelta`, positive and finite; None for
                no deadline.
            max_weight: the largest total weight, from 1 to `MAX_WEIGHT`; None for no bound.
            weigher: returns the weight of an entry, from 0 to `MAX_WEIGHT`; called once before each
                store. None for 1 each.
            on_delete: called for each removed entry.
            clock: returns the time in seconds, finite; None for `time.monotonic`.

        Raises:
            TypeError: an argument has the wrong type (a bool is not accepted as a number).
            ValueError: a number is out of range.
        """
