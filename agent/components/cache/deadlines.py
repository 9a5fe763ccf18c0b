"""The reference's entries, and a heap of their deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from typing import Any

__all__ = ["Deadlines", "Entry"]

_STALE = 64
"""Stale nodes allowed before the heap is rebuilt; more are allowed while they are a minority."""

Node = list[Any]
"""A deadline, its stamp, and its entry; the entry is None once the node is stale."""


@dataclass(slots=True, eq=False)
class Entry:
    """A key with its value, weight and deadline."""

    key: Any
    value: Any
    weight: int
    deadline: float | None = None
    stamp: int = 0
    """The serial number of the deadline among all that were set."""
    node: Node | None = None
    """The heap node of this deadline, or of an earlier one of the same entry."""

    def lives(self, now: float) -> bool:
        """Return whether the entry has no deadline or one that is after `now`."""
        return self.deadline is None or self.deadline > now

    def lifetime(self, now: float) -> tuple[Any, Any, float | None]:
        """Return key, value and the remaining seconds; None without a deadline."""
        return self.key, self.value, None if self.deadline is None else self.deadline - now


class Deadlines:
    """A heap of deadlines. Postponing one is lazy: its node moves when it reaches the top."""

    __slots__ = ("_heap", "_stamp", "held", "next")

    def __init__(self) -> None:
        self.held = 0
        """The number of entries that have a deadline."""
        self.next = inf
        """No entry expires before this time."""
        self._heap: list[Node] = []
        self._stamp = 0

    def set(self, entry: Entry, deadline: float) -> None:
        """Give an entry a deadline; it replaces an earlier one."""
        if entry.deadline is None:
            self.held += 1
        entry.deadline = deadline
        self._stamp += 1
        entry.stamp = self._stamp
        if entry.node is None or deadline < entry.node[0]:
            self._overtake(entry)
            self._push(entry)
            if len(self._heap) > 2 * self.held + _STALE:
                self._heap = [node for node in self._heap if node[2] is not None]
                heapify(self._heap)

    def drop(self, entry: Entry) -> None:
        """Remove the deadline of an entry, if it has one."""
        if entry.deadline is not None:
            self.held -= 1
            entry.deadline = None
            self._overtake(entry)

    def pop(self, now: float) -> Entry | None:
        """Remove and return the entry with the earliest deadline if it is due, otherwise None."""
        while self._heap and self._heap[0][0] <= now:
            _, stamp, entry = heappop(self._heap)
            if entry is None:
                continue
            entry.node = None
            if stamp == entry.stamp:
                return entry  # type: ignore[no-any-return]
            self._push(entry)
        self.next = self._heap[0][0] if self._heap else inf
        return None

    def clear(self) -> None:
        """Remove every deadline."""
        self.held = 0
        self.next = inf
        self._heap = []

    def _push(self, entry: Entry) -> None:
        entry.node = [entry.deadline, entry.stamp, entry]
        heappush(self._heap, entry.node)
        self.next = self._heap[0][0]

    def _overtake(self, entry: Entry) -> None:
        if entry.node is not None:
            entry.node[2] = None
            entry.node = None
