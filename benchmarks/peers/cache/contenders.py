"""What one would pick instead of the cache, each made to its own best."""

from __future__ import annotations

from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

import cachebox
import cachetools
from lru import LRU

from agent import registry

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LRU_CACHES", "OURS", "TTL_CACHES", "Locked", "memoised"]


class Locked:
    """A cache of cachetools with the lock that its documentation asks for."""

    def __init__(self, cache: Any) -> None:
        self.cache = cache
        self.lock = Lock()

    def get(self, key: Any) -> Any:
        """Return the value of `key`, or None."""
        with self.lock:
            return self.cache.get(key)

    def __setitem__(self, key: Any, value: Any) -> None:
        with self.lock:
            self.cache[key] = value


OURS: dict[str, Callable[..., Any]] = {
    "rust": registry.implementation("cache", "rust"),
    "python": registry.implementation("cache", "python"),
}

LRU_CACHES: dict[str, Callable[[int], Any]] = {
    **OURS,
    "cachebox": cachebox.LRUCache,
    "cachetools": lambda capacity: Locked(cachetools.LRUCache(capacity)),
    "lru-dict": LRU,
    "dict": lambda _capacity: {},
}
"""Bounded by entries; the dict is not bounded at all and shows how far there is to go."""

TTL_CACHES: dict[str, Callable[[int, float], Any]] = {
    "rust": lambda capacity, ttl: OURS["rust"](capacity, ttl=ttl),
    "python": lambda capacity, ttl: OURS["python"](capacity, ttl=ttl),
    "cachebox": cachebox.TTLCache,
    "cachetools": lambda capacity, ttl: Locked(cachetools.TTLCache(capacity, ttl)),
}
"""Those with a time to live; cachebox's puts out the oldest entry, not the least recently used."""


def memoised(capacity: int, source: dict[str, int]) -> Callable[[str], int]:
    """Return `source` behind `functools.lru_cache`, which has no `get` nor `set`."""
    return lru_cache(maxsize=capacity)(source.__getitem__)
