"""The entries of the reference, and which of them expires next."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from math import inf
from typing import Any

__all__ = ["Deadlines", "Entry"]

_STALE = 64
"""Overtaken nodes kept before the heap is swept; more are kept while they are the minority."""

Node = list[Any]
"""A deadline, its stamp, and its entry: None once overtaken."""


@dataclass(slots=True, eq=False)
class Entry:
    """A key, its value, and what is known of them."""

    key: Any
    value: Any
    weight: int
    deadline: float | None = None
    stamp: int = 0
    """Which deadline this is among all that were ever set."""
    node: Node | None = None
    """In the heap, for this deadline or for an earlier one that the entry had."""

    def lives(self, now: float) -> bool:
        """Tell whether the deadline, if any, is still to come."""
        return self.deadline is None or self.deadline > now

    def lifetime(self, now: float) -> tuple[Any, Any, float | None]:
        """Return key, value, and the seconds left; None without a deadline."""
        return self.key, self.value, None if self.deadline is None else self.deadline - now


class Deadlines:
    """A heap of deadlines in which a later one does not move its entry until its turn comes."""

    __slots__ = ("_heap", "_stamp", "held", "next")

    def __init__(self) -> None:
        self.held = 0
        """How many entries have a deadline."""
        self.next = inf
        """No entry expires before this time."""
        self._heap: list[Node] = []
        self._stamp = 0

    def set(self, entry: Entry, deadline: float) -> None:
        """Give an entry this deadline, in place of the one it may have had."""
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
        """Take the deadline, if any, from an entry."""
        if entry.deadline is not None:
            self.held -= 1
            entry.deadline = None
            self._overtake(entry)

    def pop(self, now: float) -> Entry | None:
        """Return the entry whose deadline is the earliest, if that has come."""
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
        """Let go of every entry."""
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
