"""The reference's entries under their lock: changes that can be interrupted anywhere.

**Marks.** An operation holds the lock and a mark: "looking" while it only reads, "changing" or the
entry that it stores once it changes something. A signal handler, finalizer or asynchronous
exception may interrupt it between any two steps. So whoever finds a mark knows that what is derived
from the entries (weight, deadlines, bounds) may be wrong, and repairs it first. The entries
themselves change by single steps of the interpreter.

**Two cases.** If this thread does not hold the lock otherwise, an exception ended the marked
operation. If it does, the marked operation continues afterwards: a handler or finalizer uses the
cache in the middle of it. The repaired store is then handed to the new operation, lock and all; the
old one finds `_stirred` set, looks again or tolerates what has changed, and derives anew.

**Locals.** A method that takes or holds the lock says so in its variables `lock` and `holds`, which
`free` reads in the frames of the operations that an interrupted one runs in the middle of.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Literal

from agent.components.cache.deadlines import Deadlines, Entry
from agent.components.cache.errors import ReentrantCall
from agent.components.cache.guard import called_by_a_key, free, new_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.cache.deletion import Gone
    from agent.components.cache.flights import Flight
    from agent.components.cache.whole import Lifetime

__all__ = ["Store"]

Mark = Literal["looking", "changing"] | tuple[Entry, Any] | None
"""What the operation under way does; an entry and its new value while they are stored."""

Counts = tuple[int, int, int, int]
"""Hits, misses, evictions, expirations."""


class Store:
    """Entries in the order of use, their weight, deadlines and counts."""

    _capacity: int
    _limit: float
    """The largest total weight."""

    def _begin(self) -> None:
        """Create an empty store."""
        self._entries: OrderedDict[Any, Entry] = OrderedDict()
        self._deadlines = Deadlines()
        self._flights: dict[Any, Flight] = {}
        self._weight = 0
        self._hits = self._misses = self._evictions = self._expirations = 0
        self._apart: list[Counts] = []
        """Counts of operations that ran in the middle of others, not yet added."""
        self._mark: Mark = None
        self._stirred = False
        """Whether another operation ran in the middle of the marked one."""
        self._lock: Any = new_lock(self)

    def _tell(self, gone: Gone) -> None:
        """Call `on_delete` for each removed entry. The caller does not hold the lock."""
        raise NotImplementedError

    def _do(self, change: Callable[..., Any], *arguments: Any) -> Any:
        """Run a change (or a look) under the lock, and return what it returns."""
        lock, holds = self._lock, False
        try:
            with lock:
                holds = True
                if self._mark is None:
                    self._mark = "looking"
                    result = change(*arguments)
                    if self._stirred:
                        self._settle()
                    self._mark = None
                    holds = False
                    return result
                holds = False
        except BaseException:
            if not holds:  # interrupted where `with` does not look: it may not have freed the lock
                free(lock)
            raise
        return self._again(change, *arguments)

    def _again(self, change: Callable[..., Any], *arguments: Any) -> Any:
        """Run a change that found the mark of another operation."""
        lock: Any
        lock, holds = self._lock, False
        if lock._is_owned():  # noqa: SLF001  # as `threading.Condition` does
            return self._amid(change, *arguments)
        left: Gone = []
        with lock:
            holds = True
            self._repair(left)
            holds = False  # noqa: F841  # read by `free`
        self._tell(left)
        return self._do(change, *arguments)

    def _amid(self, change: Callable[..., Any], *arguments: Any) -> Any:
        """Run a change in the middle of another operation of this thread."""
        lock, holds = self._lock, True  # noqa: F841
        if called_by_a_key(self):
            message = "a key's __hash__ or __eq__ used the cache that was calling it"
            raise ReentrantCall(message)
        left: Gone = []
        mark, before = self._mark, self._written()
        self._repair(left)
        try:
            return self._alone(left, change, *arguments)
        finally:
            self._stirred = True
            self._mark = mark
            self._keep_apart(before)

    def _alone(self, left: Gone, change: Callable[..., Any], *arguments: Any) -> Any:
        """Run a change without the lock, with which it could not wait for other threads."""
        lock: Any
        lock, holds = self._lock, True
        once = 1, threading.get_ident()
        try:
            holds = False
            lock.release()
            self._tell(left)
            result = self._do(change, *arguments)
        except BaseException:
            self._do(int)  # repairs what the change left
            raise
        finally:
            lock._acquire_restore(once)  # noqa: SLF001
            holds = True  # noqa: F841
        return result

    def _repair(self, left: Gone) -> None:
        """Complete or undo the marked change; add to `left` what the bounds then evict."""
        if self._mark != "looking":
            self._stirred = True
        if isinstance(self._mark, tuple):
            entry, value = self._mark
            if self._entries.get(entry.key) is entry and entry.value is value:
                self._move(entry.key)
        while self._stirred:
            self._settle()
            self._evict(left)
        self._mark = None

    def _settle(self) -> None:
        """Compute anew what is derived from the entries."""
        while self._stirred:
            self._stirred = False
            try:
                self._derive()
            except BaseException:
                self._stirred = True
                raise
        self._add_up()

    def _derive(self) -> None:
        entries = self._in_order(self._entries)
        if len(entries) != len(self._entries):  # a key stopped a step, or a fork came in it
            whole = OrderedDict((entry.key, entry) for entry in entries)
            # Nothing is called between the look and the change.
            self._entries = self._entries if self._stirred else whole
        self._weight = sum(entry.weight for entry in entries)
        self._deadlines = Deadlines(entries)

    def _add_up(self) -> None:
        while self._apart:
            hits, misses, evictions, expirations = self._apart.pop()
            self._hits += hits
            self._misses += misses
            self._evictions += evictions
            self._expirations += expirations

    def _keep_apart(self, before: Counts) -> None:
        """Count what was counted since `before` later: an older operation may write a count now."""
        hits, misses, evictions, expirations = self._written()
        self._hits, self._misses, self._evictions, self._expirations = before
        counted = hits - before[0], misses - before[1], evictions - before[2]
        self._apart.append((*counted, expirations - before[3]))

    def _written(self) -> Counts:
        return self._hits, self._misses, self._evictions, self._expirations

    def _counts(self) -> Counts:
        self._add_up()
        return self._written()

    def _after_fork(self) -> None:
        """Let go of the factories that other threads run: a forked child has only this thread."""
        for flight in list(self._flights.values()):
            if flight.leader != threading.get_ident():
                flight.land()

    def _move(self, key: Any) -> None:
        """Mark the entry of `key` as used, unless it was removed in the middle of the operation."""
        try:
            self._entries.move_to_end(key)
        except KeyError as error:
            if not self._overtaken(error):
                raise

    def _overtaken(self, error: BaseException) -> bool:
        """Return whether the caller's own step failed as its entry was removed in the middle.

        Otherwise a key or a signal handler raised the error.
        """
        trace = error.__traceback__
        own = trace is not None and trace.tb_next is None
        return self._stirred and own and isinstance(error, KeyError)

    def _read(self, key: Any) -> Entry | None:
        """Count a hit or a miss and mark the entry of `key` as used."""
        entry = self._entries.get(key)
        if entry is None:
            self._misses += 1
            return None
        self._move(key)
        self._hits += 1
        return entry

    def _value(self, key: Any, default: Any) -> Any:
        """Return the value of the entry that `_read` finds, or `default`."""
        entry = self._read(key)
        return default if entry is None else entry.value

    def _find(self, key: Any) -> Entry | None:
        return self._entries.get(key)

    def _read_all(self, keys: list[Any], default: Any) -> list[Any]:
        """Return for each of `keys` the value that `_read` finds, or `default`."""
        values = []
        for key in keys:
            entry = self._read(key)
            values.append(default if entry is None else entry.value)
        return values

    def _in_order(self, entries: OrderedDict[Any, Entry]) -> list[Entry]:
        """Return the entries in the order of use.

        The method `values` would lose an exception that a key raises while it is compared.
        """
        found = [entries.get(key) for key in list(entries)]
        return [entry for entry in found if entry is not None]

    def _all(self) -> list[tuple[Any, Any]]:
        """Return the entries in the order of use."""
        return [(entry.key, entry.value) for entry in self._in_order(self._entries)]

    def _living(self, now: float) -> list[Lifetime]:
        """Return the entries that `now` finds alive, with their remaining time."""
        entries = self._in_order(self._entries)
        return [entry.lifetime(now) for entry in entries if entry.lives(now)]

    def _hash_all(self, pairs: list[tuple[Any, Any]]) -> None:
        """Raise what the hash of any key raises."""
        for key, _ in pairs:
            hash(key)

    def _join(self, key: Any, mine: Flight) -> Entry | Flight:
        """Return the entry of `key`, or the flight for it that is under way, or start `mine`."""
        entry = self._entries.get(key)
        if entry is not None:
            self._move(key)
            return entry
        theirs = self._flights.get(key)
        if theirs is None or theirs.over:
            theirs = self._flights[key] = mine
        return theirs

    def _store(self, key: Any, value: Any, weight: int = 1, deadline: float | None = None) -> Gone:
        """Store an entry; return the entries it displaced."""
        return self._put(key, value, self._entries.get(key), weight, deadline)

    def _put(
        self,
        key: Any,
        value: Any,
        old: Entry | None,
        weight: int = 1,
        deadline: float | None = None,
    ) -> Gone:
        """Store an entry over `old`, which `key` has; return the entries it displaced."""
        gone: Gone
        while True:
            if old is None:
                entry, gone = Entry(key, value, weight, deadline), []
            else:
                entry, gone = old, [(old.key, old.value, "replaced")]
                if deadline is not None or old.deadline is not None or weight != old.weight:
                    entry = Entry(old.key, value, weight, deadline)
            if deadline is not None:
                self._mark = "changing"
                self._deadlines.add(entry)
            mark = entry, value
            if not self._stirred:  # nothing is called between this and the change
                break
            self._settle()
            old = self._entries.get(key)
        self._mark = mark
        if entry is old:
            entry.value = value  # done, but for the order
            self._move(key)
            return gone
        if old is None:
            self._entries[key] = entry  # done, but for what is derived
        else:  # `OrderedDict` would remove the old entry if a key raised
            dict.__setitem__(self._entries, key, entry)  # done, but for the order
            self._move(key)
            self._forget(old)
        self._weight += weight
        if self._stirred:  # by an operation in the middle of this one
            self._settle()  # type: ignore[unreachable]
        if self._weight > self._limit or len(self._entries) > self._capacity:
            self._evict(gone)
        return gone

    def _evict(self, gone: Gone) -> None:
        """Evict entries until the bounds hold."""
        while self._weight > self._limit or len(self._entries) > self._capacity:
            try:
                _, entry = self._entries.popitem(last=False)
            except KeyError:
                if self._entries:  # the key's own
                    raise
                break
            self._weight -= entry.weight
            if entry.deadline is not None:
                self._deadlines.drop(entry)
            self._evictions += 1
            gone.append((entry.key, entry.value, "evicted"))

    def _remove(self, key: Any) -> Entry | None:
        """Remove and return the entry of `key`, if there is one."""
        if self._entries.get(key) is None:
            return None
        self._mark = "changing"
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._forget(entry)
        return entry

    def _remove_oldest(self) -> Entry | None:
        """Remove and return the least recently used entry, if there is one."""
        if not self._entries:
            return None
        self._mark = "changing"
        try:
            _, entry = self._entries.popitem(last=False)
        except KeyError:
            if self._entries:  # the key's own
                raise
            return None
        self._forget(entry)
        return entry

    def _remove_all(self) -> list[Entry]:
        """Remove and return every entry."""
        self._mark = "changing"
        entries, self._entries = self._entries, OrderedDict()
        self._weight = 0
        self._deadlines = Deadlines()
        return self._in_order(entries)

    def _remove_due(self, now: float, gone: Gone) -> None:
        """Remove the entries whose deadline is not after `now`; add them to `gone`."""
        self._mark = "changing"
        while entry := self._deadlines.due(now):
            if self._entries.get(entry.key) is entry:
                found = self._entries.pop(entry.key, None)
                if found is entry:
                    gone.append((entry.key, entry.value, "expired"))
                    self._expirations += 1
                    self._weight -= entry.weight
                elif found is not None:  # stored in the middle of this step
                    self._entries[found.key] = found
            self._deadlines.drop(entry)

    def _forget(self, entry: Entry) -> None:
        """Subtract the weight of a removed entry, drop its deadline."""
        self._weight -= entry.weight
        if entry.deadline is not None:
            self._deadlines.drop(entry)
