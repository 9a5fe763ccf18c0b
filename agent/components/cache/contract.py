"""The cache's contract: what every implementation does, stated once.

**Bounds.** At most `capacity` entries, and, with `max_weight`, at most that total weight; an entry
weighs ``weigher(key, value)``, or 1 without a weigher. When a bound is passed, the least recently
used entries go first, never the one just stored.

**Use.** An entry becomes the most recently used when it is stored, overwritten or read by `get`,
``[]``, `get_many`, `setdefault` or `get_or_set`. ``in``, `peek`, `add` on a present key, `len`,
iteration and ``==`` are not a use.

**Order.** Iteration, `keys`, `values`, `items` and `popitem` go from the least to the most recently
used. Iterating is over a snapshot: the cache may change meanwhile.

**Expiry.** An entry stored with a time to live is gone as soon as the clock reaches its deadline:
every operation first does what `expire` does, so that `len` never counts an expired entry and no
live entry is evicted while an expired one is there. Entries expire in the order of their deadlines,
then in the order in which these were set. Overwriting gives the entry a new deadline. The clock is
read once at the start of an operation that stores an entry with a time to live, and of every
operation while any entry has a deadline. The storing in `get_or_set`, and each part of an `update`,
is an operation of its own.

**Deletion.** ``on_delete(key, value, cause)`` is called once for each entry that leaves, even when
it is overwritten (then with the old value), after the cache has changed and outside its lock, in
the order of leaving; it may use the cache. All callbacks of an operation run; if one raised, its
exception is then raised from the operation, whose effect stands; if several did, a
`BaseExceptionGroup`. The callbacks for what has expired run before the operation proper, which does
not happen if one raises.

**Keys.** Any hashable object, with Python's identity, hash and equality, as in a `dict`;
overwriting keeps the key that was there. A ``__hash__`` or ``__eq__`` that raises leaves the cache
as it was, and the exception reaches the caller. If it uses the entries of the cache that is calling
it, that use raises `ReentrantCall`. How often keys are compared, and which of several of equal hash
comes first, is not defined.

**Statistics.** `get`, ``[]``, each key of `get_many`, `setdefault` and `get_or_set` count one hit
or one miss; nothing else does.

**Threads.** Every operation may be called from any thread; each takes effect at one moment, a
`get_many`, `set_many` or `delete_many` key by key.

**Copies.** `copy.copy`, `copy.deepcopy` and pickling keep settings, entries, order and remaining
lifetimes; statistics start anew. A pickle loads into whichever implementation is active there.
Implementations cannot be subclassed.
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
from time import monotonic
from types import EllipsisType
from typing import Annotated, Any, Literal, Protocol, TypeVar, overload

from annotated_types import Ge, Gt, Le, Lt

from agent.errors import EntryTooHeavy, RecursiveFactory, ReentrantCall
from agent.porting.contract.terms import Effect, Virtual, operation

__all__ = ["MAX_CAPACITY", "MAX_WEIGHT", "Cache", "CacheFactory", "CacheStats", "Cause"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
D = TypeVar("D")

MAX_CAPACITY = 2**31
"""Most entries a cache may be given: implementations number entries in 32 bits."""

MAX_WEIGHT = 2**63 - 1
"""Heaviest entry and largest `max_weight`: implementations add weights in 64 bits."""

Cause = Literal["deleted", "replaced", "evicted", "expired"]
"""Why an entry left: removed by a caller, overwritten, pushed out by a bound, past its deadline."""

Capacity = Annotated[int, Ge(1), Le(MAX_CAPACITY)]
Weight = Annotated[int, Ge(0), Le(MAX_WEIGHT)]
Seconds = Annotated[float, Gt(0), Lt(float("inf"))]
Ttl = Seconds | None | EllipsisType
"""A time to live in seconds; None for no deadline; ``...`` for the cache's own `ttl`."""

Weigher = Callable[[K, V], Weight]
OnDelete = Callable[[K, V, Cause], object]
Clock = Annotated[
    Callable[[], Annotated[float, Gt(float("-inf")), Lt(float("inf"))]], Virtual(real=monotonic)
]
Pairs = Mapping[K, V] | Iterable[tuple[K, V]]


@dataclass(frozen=True)
class CacheStats:
    """Counts since the cache was made; each is 0 or more."""

    hits: int
    misses: int
    evictions: int
    expirations: int

    @property
    def hit_ratio(self) -> float:
        """Hits per look-up, from 0.0 to 1.0; 0.0 before the first look-up."""
        lookups = self.hits + self.misses
        return self.hits / lookups if lookups else 0.0


class Cache(Protocol[K, V]):  # noqa: PLW1641  # unhashable, as any object that may change
    """A bounded mapping that forgets the least recently used and the expired.

    Every operation may also raise what a key's ``__hash__`` or ``__eq__``, the weigher, the clock
    or an `on_delete` callback raises.
    """

    @property
    def capacity(self) -> int:
        """Most entries held at once."""

    @property
    def ttl(self) -> float | None:
        """Default time to live in seconds; None means that entries do not expire by default."""

    @property
    def max_weight(self) -> int | None:
        """Largest total weight held at once; None means that weight is not bounded."""

    @property
    @operation(effect=Effect.READS, raises=())
    def weight(self) -> int:
        """Total weight of the entries; their number when there is no weigher."""

    @operation(effect=Effect.WRITES, raises=(ReentrantCall,))
    def get(self, key: K, /, default: D | None = None) -> V | D | None:
        """Return the value of `key`, or `default` if it is not there."""

    @operation(effect=Effect.READS, raises=(ReentrantCall,))
    def peek(self, key: K, /, default: D | None = None) -> V | D | None:
        """Return what `get` would, without a trace in the order or the statistics."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def set(self, key: K, value: V, /, *, ttl: Ttl = ...) -> None:
        """Store `value` under `key`, over what is there.

        Raises `EntryTooHeavy` if the entry alone weighs more than `max_weight`.
        """

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def add(self, key: K, value: V, /, *, ttl: Ttl = ...) -> bool:
        """Store `value` if `key` is not there; return whether it was stored."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def setdefault(self, key: K, default: V, /, *, ttl: Ttl = ...) -> V:
        """Return the value of `key`; if it is not there, store `default` and return that."""

    @operation(
        effect=Effect.WRITES, raises=(TypeError, ValueError, RecursiveFactory, ReentrantCall)
    )
    def get_or_set(self, key: K, factory: Callable[[], V], /, *, ttl: Ttl = ...) -> V:
        """Return the value of `key`; if it is not there, that of ``factory()``, which is stored.

        One factory runs per key at a time: other callers wait for its value, and if it raises, the
        next of them runs its own. A value too heavy for the cache is returned without being stored.
        Raises `RecursiveFactory` instead of waiting for ever.
        """

    @overload
    def pop(self, key: K, /) -> V: ...
    @overload
    def pop(self, key: K, default: D, /) -> V | D: ...
    @operation(effect=Effect.WRITES, raises=(KeyError, ReentrantCall))
    def pop(self, key: K, default: Any = ..., /) -> Any:
        """Remove `key` and return its value; if it is not there, return `default`.

        Raises `KeyError` without a default; ``...`` counts as none.
        """

    @operation(effect=Effect.WRITES, raises=(KeyError,))
    def popitem(self) -> tuple[K, V]:
        """Remove the least recently used entry and return it; `KeyError` when there is none."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ReentrantCall))
    def get_many(self, keys: Iterable[K], /, default: D | None = None) -> list[V | D | None]:
        """Return for each of `keys`, in their order, what `get` would."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def set_many(self, items: Pairs[K, V], /, *, ttl: Ttl = ...) -> None:
        """Store each pair as `set` would; nothing is stored if an argument is refused."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ReentrantCall))
    def delete_many(self, keys: Iterable[K], /) -> int:
        """Remove each of `keys` that is there; return how many were."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def update(self, items: Pairs[K, V] = (), /, **more: V) -> None:
        """Do `set_many` with `items`, then with the keyword arguments."""

    @operation(effect=Effect.WRITES, raises=())
    def clear(self) -> None:
        """Remove every entry; statistics stay."""

    @operation(effect=Effect.WRITES, raises=())
    def expire(self) -> int:
        """Remove every entry whose deadline has come; return how many.

        Every other operation does so too, so that this is for giving memory back in time.
        """

    @operation(effect=Effect.READS, raises=())
    def stats(self) -> CacheStats:
        """Return the counts since the cache was made."""

    @operation(effect=Effect.READS, raises=())
    def snapshot(self) -> list[tuple[K, V]]:
        """Return the entries at one moment, from the least to the most recently used."""

    @operation(effect=Effect.READS, raises=())
    def keys(self) -> KeysView[K]:
        """Return a live view of the keys; iterating it goes over a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def values(self) -> ValuesView[V]:
        """Return a live view of the values; iterating it goes over a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def items(self) -> ItemsView[K, V]:
        """Return a live view of the entries; iterating it goes over a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def copy(self) -> Cache[K, V]:
        """Return a cache with the same settings and entries, and new statistics."""

    @operation(effect=Effect.WRITES, raises=(KeyError, ReentrantCall))
    def __getitem__(self, key: K, /) -> V:
        """Return the value of `key`; `KeyError` if it is not there."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError, EntryTooHeavy, ReentrantCall))
    def __setitem__(self, key: K, value: V, /) -> None:
        """Do `set` with the cache's own `ttl`."""

    @operation(effect=Effect.WRITES, raises=(KeyError, ReentrantCall))
    def __delitem__(self, key: K, /) -> None:
        """Remove `key`; `KeyError` if it is not there."""

    @operation(effect=Effect.READS, raises=(TypeError, ReentrantCall))
    def __contains__(self, key: object, /) -> bool:
        """Tell whether `key` is there; `TypeError` if it cannot be hashed."""

    @operation(effect=Effect.READS, raises=())
    def __len__(self) -> int:
        """Return the number of entries, none of them expired."""

    @operation(effect=Effect.READS, raises=())
    def __iter__(self) -> Iterator[K]:
        """Iterate over the keys of a snapshot."""

    @operation(effect=Effect.READS, raises=())
    def __eq__(self, other: object, /) -> bool:
        """Tell whether `other` is a mapping of the same entries, in whatever order."""

    @operation(effect=Effect.READS, raises=())
    def __repr__(self) -> str:
        """Return class, settings, size and weight."""


class CacheFactory(Protocol):
    """How a cache is made."""

    @operation(effect=Effect.WRITES, raises=(TypeError, ValueError))
    def __call__(
        self,
        capacity: Capacity,
        *,
        ttl: Seconds | None = None,
        max_weight: Annotated[int, Ge(1), Le(MAX_WEIGHT)] | None = None,
        weigher: Weigher[Any, Any] | None = None,
        on_delete: OnDelete[Any, Any] | None = None,
        clock: Clock | None = None,
    ) -> Cache[Any, Any]:
        """Make an empty cache.

        Args:
            capacity: most entries held at once, from 1 to `MAX_CAPACITY`.
            ttl: default time to live in seconds, positive and finite; None for no deadline.
            max_weight: largest total weight, from 1 to `MAX_WEIGHT`; None for no such bound.
            weigher: gives the weight of an entry, from 0 to `MAX_WEIGHT`, called once each time one
                is about to be stored; None for 1 each.
            on_delete: called for each entry that leaves.
            clock: gives the time in seconds, finite; None for `time.monotonic`.

        Raises:
            TypeError: an argument of another type (bool is not a number here).
            ValueError: a number out of its range.
        """
