"""What is counted of the calls of a decorated function, by the names that functools has."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CacheInfo", "Counts"]


class CacheInfo(NamedTuple):
    """What `functools.lru_cache` and cachetools tell of a cache."""

    hits: int
    """Calls that were answered without a run of their own: stored results, and shared runs."""
    misses: int
    """Runs of the function, those that raised included."""
    maxsize: float | None
    """The bound for `currsize`; None if there is none."""
    currsize: float
    """The size of the cache: its entries, or what the mapping says its `currsize` is."""


class Counts:
    """Hits and misses of one decorated function.

    No increment is lost: the interpreter switches threads and calls signal handlers only at calls
    and jumps.
    """

    __slots__ = ("hits", "misses")

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin again at 0."""
        self.hits = self.misses = 0
