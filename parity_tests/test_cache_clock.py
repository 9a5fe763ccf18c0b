"""When the cache reads its clock, and what it makes of the time."""

from __future__ import annotations

import time
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.cache.contract import CacheStats

if TYPE_CHECKING:
    from collections.abc import Callable

USES: dict[str, Callable[[Any], Any]] = {
    "get": methodcaller("get", "other"),
    "peek": methodcaller("peek", "other"),
    "get an object": methodcaller("get", object()),
    "set": methodcaller("set", "other", 1),
    "set_many": methodcaller("set_many", [("other", 1)]),
    "delete_many": methodcaller("delete_many", ["absent"]),
    "get_many": methodcaller("get_many", ["other"]),
    "len": len,
    "iter": iter,
    "repr": repr,
    "snapshot": methodcaller("snapshot"),
    "stats": methodcaller("stats"),
    "weight": lambda cache: cache.weight,
    "expire": methodcaller("expire"),
    "copy": methodcaller("copy"),
    "reduce": methodcaller("__reduce__"),
}

REMOVALS: dict[str, Callable[[Any], Any]] = {
    "pop": methodcaller("pop", "timed"),
    "delete_many": methodcaller("delete_many", ["timed"]),
    "overwrite": methodcaller("set", "timed", 2, ttl=None),
    "clear": methodcaller("clear"),
    "expiry": methodcaller("expire", 1e9),
    "eviction": methodcaller("set_many", [(number, 1) for number in range(5)]),
}


class Counting:
    """A clock that stands still and counts how often it is read."""

    def __init__(self) -> None:
        self.reads = 0

    def __call__(self) -> float:
        self.reads += 1
        return 1000.0


@pytest.fixture
def counted(cache_class: Any) -> tuple[Any, Callable[[Callable[[Any], Any]], int]]:
    """Return a cache, and what counts how often a use of it reads the clock."""

    def reads(use: Callable[[Any], Any]) -> int:
        clock.reads = 0
        use(cache)
        return clock.reads

    clock = Counting()
    cache = cache_class(5, clock=clock)
    return cache, reads


@pytest.mark.parametrize("name", USES)
def test_it_is_read_only_while_an_entry_has_a_deadline(counted: Any, name: str) -> None:
    cache, reads = counted
    cache.set("other", 1)
    assert reads(USES[name]) == 0
    cache.set("timed", 1, ttl=5.0)
    held = reads(USES[name])
    assert held >= 1
    assert held == 1 or name == "copy"  # which stores entries too
    cache.pop("timed")
    assert reads(USES[name]) == 0


@pytest.mark.parametrize("name", REMOVALS)
def test_it_is_not_read_once_the_last_deadline_is_gone(counted: Any, name: str) -> None:
    cache, reads = counted
    for _ in range(3):
        cache.set("timed", 1, ttl=5.0)
        cache.set("timed", 1, ttl=6.0)
        assert reads(len) == 1
        REMOVALS[name](cache)
        assert reads(len) == 0


def test_a_store_with_a_deadline_reads_it_once(counted: Any) -> None:
    _, reads = counted
    assert reads(methodcaller("set", 1, "a", ttl=1.0)) == 1
    assert reads(methodcaller("set_many", [(1, "a"), (2, "b")], ttl=1.0)) == 1
    assert reads(methodcaller("set_many", [], ttl=1.0)) == 1  # for the deadlines that there are
    assert reads(methodcaller("clear")) == 1
    assert reads(methodcaller("set_many", [], ttl=1.0)) == 0


def test_entries_go_by_the_deadlines_that_they_have_now(cache_class: Any, clock: Any) -> None:
    """However often those were set anew."""
    cache = cache_class(9, clock=clock)
    for number in range(50):
        cache.set("often", 1, ttl=10.0 + number)
        cache.set("seldom", 1, ttl=5.0)
    cache.set("never", 1)
    clock.now += 58.0
    assert list(cache) == ["often", "never"]
    clock.now += 1.0
    assert list(cache) == ["never"]


def test_deadlines_belong_to_their_entries(cache_class: Any, clock: Any) -> None:
    cache = cache_class(9, clock=clock)
    cache.set_many((number, 1) for number in range(4))
    cache.set(4, 1, ttl=2.0)
    del cache[0]
    cache.set(0, 1)  # in the place of another entry, which had no deadline
    del cache[4]
    cache.set(5, 1)  # and of one that had
    clock.now += 2.0
    assert list(cache) == [1, 2, 3, 0, 5]
    assert cache.stats().expirations == 0


def test_a_clock_may_go_back(cache_class: Any, clock: Any) -> None:
    cache = cache_class(9, clock=clock)
    cache.set("first", 1, ttl=2.0)
    clock.now -= 500.0
    copied = cache.copy()
    assert (copied.expire(1001.0), copied.expire(1002.0)) == (0, 1)
    cache.set("second", 1, ttl=2.0)
    clock.now += 2.0
    assert list(cache) == ["first"]
    clock.now = 1002.0
    assert list(cache) == []


def test_what_is_due_as_it_is_stored_is_not_copied(cache_class: Any, clock: Any) -> None:
    """An entry whose time to live is lost in the rounding is stored while what is due expires."""

    def store(key: object, value: object, cause: str) -> None:
        cache.set(value, 1, ttl=1e-3)

    cache = cache_class(9, clock=clock, on_delete=store)
    clock.now = 1e16
    cache.set("timed", "late", ttl=2.0)
    clock.now += 2.0
    copied = cache.copy()
    assert copied.stats() == CacheStats(0, 0, 0, 0)
    assert copied.snapshot() == []
    assert copied.stats() == CacheStats(0, 0, 0, 0)


def test_the_systems_clock_is_followed_closely(cache_class: Any) -> None:
    """Whoever reads the time after the deadline does not get the entry, not even a tick later."""
    cache = cache_class(9)
    for _ in range(20):
        cache.set("short", 1, ttl=0.004)
        cache.set("long", 1, ttl=3600.0)
        deadline = time.monotonic() + 0.004
        while time.monotonic() < deadline:
            time.sleep(0.001)
        assert list(cache) == ["long"]
