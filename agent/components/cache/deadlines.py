"""The reference's entries, and a heap of their deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from sys import float_info
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Deadlines", "Entry"]

_STALE = 64
"""Stale nodes allowed before the heap is rebuilt; more are allowed while they are a minority."""

_stamps = count(1)


@dataclass(slots=True, eq=False)
class Entry:
    """A key with its value, weight and deadline; only the value ever changes."""

    key: Any
    value: Any
    weight: int
    deadline: float | None = None
    stamp: int = 0
    """The serial number of the deadline among all that were set; 0 if the entry is in no heap."""

    def __lt__(self, other: Entry) -> bool:
        """Settle a tie in the heap, in any way: only entries that are removed share a stamp."""
        return False

    def lives(self, now: float) -> bool:
        """Return whether the entry has no deadline or one that is after `now`."""
        return self.deadline is None or self.deadline > now

    def lifetime(self, now: float) -> tuple[Any, Any, float | None]:
        """Return key, value and the remaining seconds, finite; None without a deadline."""
        left = None if self.deadline is None else min(self.deadline - now, float_info.max)
        return self.key, self.value, left


Node = tuple[float | None, int, Entry]
"""A deadline, its stamp, and its entry."""


def _node(entry: Entry) -> Node:
    return entry.deadline, entry.stamp, entry


def _is_stale(node: Node) -> bool:
    return node[1] != node[2].stamp or node[1] == 0


class Deadlines:
    """A heap of deadlines, in which those of removed entries stay until they are due or many.

    A method that another operation interrupts raises nothing, as it goes on with the heap that it
    began with; what it then left undone is rebuilt from the entries.
    """

    __slots__ = ("_heap", "held", "next")

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        timed = [entry for entry in entries if entry.deadline is not None]
        for entry in timed:  # one whose time came while it was being stored was dropped before
            entry.stamp = entry.stamp or next(_stamps)
        self._heap = [_node(entry) for entry in timed]
        heapify(self._heap)
        self.held = len(self._heap)
        """The number of entries that have a deadline."""
        self.next = self._first(self._heap)
        """No entry expires before this time."""

    def add(self, entry: Entry) -> None:
        """Add an entry that has a deadline."""
        entry.stamp = next(_stamps)
        heap = self._heap
        self.held += 1
        heappush(heap, _node(entry))
        self.next = self._first(heap)
        if len(heap) > 2 * self.held + _STALE:
            alive = [node for node in heap if not _is_stale(node)]
            heapify(alive)
            self._heap = alive

    def drop(self, entry: Entry) -> None:
        """Take notice that an entry that has a deadline was removed."""
        entry.stamp = 0
        self.held -= 1

    def due(self, now: float) -> Entry | None:
        """Return the entry with the earliest deadline if it is due, otherwise None."""
        heap = self._heap
        while heap and heap[0][0] <= now:  # type: ignore[operator]  # those here have one
            if not _is_stale(heap[0]):
                return heap[0][2]
            heappop(heap)
        self.next = self._first(heap)
        return None

    @staticmethod
    def _first(heap: list[Node]) -> float:
        return heap[0][0] if heap else inf  # type: ignore[return-value]  # those here have one
