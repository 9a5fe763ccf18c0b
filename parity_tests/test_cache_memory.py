"""The cache: what it held is given back, in proportion, in time, and however deep it lies."""

from __future__ import annotations

import gc
import os
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

STATM = Path("/proc/self/statm")
ROUNDS = 300_000
MOST = 4 << 20
"""Bytes that a cache of one entry may take in the long run; a few for each round are more."""

FILL = 1 << 19
SCARCE = 1 << 20
"""Bytes that a process gets for the deadlines of so many entries, which may take some for each."""


def in_a_child(task: Callable[[], None]) -> int:
    """Run `task` in a child; return its exit status, 0 if all went well, below 0 for a signal.

    A stack that is used up ends a process: that is to fail a test, and not to stop it.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            task()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_caches_in_caches_are_dropped_however_deep(cache_class: Any) -> None:
    def nest(depth: int) -> None:
        outer = cache_class(1)
        dropped: list[int] = []
        weakref.finalize(outer, dropped.append, 1)
        for _ in range(depth):
            inner, outer = outer, cache_class(1)
            outer.set("inner", inner)
        del inner
        outer.clear()
        gc.collect()
        assert dropped == [1]

    nest(3)
    assert in_a_child(lambda: nest(100_000)) == 0


def test_what_a_cache_held_goes_with_it_each_time(cache_class: Any) -> None:
    mark = object()
    before = sys.getrefcount(mark)
    for _ in range(3):
        cache = cache_class(4)
        cache.update({"mark": mark, "inner": cache_class(1)})
        cache["inner"]["mark"] = mark
        assert sys.getrefcount(mark) == before + 2
        del cache
        gc.collect()
        assert sys.getrefcount(mark) == before


def store_again_later(cache: Any, number: int) -> None:
    cache.set(1, "a", ttl=float(number + 1))


def store_again_earlier(cache: Any, number: int) -> None:
    cache.set(1, "a", ttl=float(2 * ROUNDS - number))


def store_and_remove(cache: Any, number: int) -> None:
    cache.set(number, "a")
    del cache[number]


@pytest.mark.unsanitized("it keeps freed memory for a while")
@pytest.mark.skipif(not STATM.exists(), reason="the system does not tell how much memory is used")
@pytest.mark.parametrize("use", [store_again_later, store_again_earlier, store_and_remove])
def test_memory_does_not_grow_with_use(
    cache_class: Any, clock: Any, use: Callable[[Any, int], None]
) -> None:
    def resident() -> int:
        gc.collect()
        return int(STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")

    cache = cache_class(100, clock=clock)
    for number in range(100):  # what it once held is not to count either
        cache.set(number, "a", ttl=1.0)
    cache.delete_many(range(100))
    use(cache, 0)
    before = resident()
    for number in range(ROUNDS):
        use(cache, number)
    assert resident() - before < MOST


@pytest.mark.unsanitized("it takes address space of its own")
@pytest.mark.skipif(not STATM.exists(), reason="the system does not tell how much memory is used")
def test_a_first_deadline_among_many_entries_may_lack_memory(cache_class: Any, clock: Any) -> None:
    """Where there is none for it, the entry stays as it is, and the process goes on."""

    def act() -> None:
        import resource  # noqa: PLC0415  # not everywhere

        pages = int(STATM.read_text(encoding="ascii").split()[0])
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + SCARCE, most))
        try:
            cache.set(FILL - 1, "new", ttl=5.0)
        except MemoryError:
            assert cache.peek(FILL - 1) == FILL - 1
        clock.now += 5.0
        assert len(cache) == FILL - (cache.peek(FILL - 1) is None)

    cache = cache_class(FILL, clock=clock)
    cache.set_many((number, number) for number in range(FILL))
    assert in_a_child(act) == 0


def test_cycles_through_the_cache_are_collected(cache_class: Any) -> None:
    class Owner:
        pass

    owner: Any = Owner()
    owner.cache = cache_class(3, on_delete=lambda *entry: owner)  # noqa: F821  # it is deleted later
    owner.cache["key"] = owner
    owner.cache[owner] = "value"
    gone = weakref.ref(owner)
    del owner
    gc.collect()
    assert gone() is None


def test_cycles_of_nothing_but_caches_are_collected(cache_class: Any) -> None:
    mark = object()  # weak references to garbage are cleared even if it is not freed after all
    before = sys.getrefcount(mark)
    cache = cache_class(3)
    cache["itself"] = cache
    cache["mark"] = mark
    told = cache_class(3)
    told["other"] = cache_class(3, on_delete=told.setdefault)
    told["mark"] = mark
    assert sys.getrefcount(mark) == before + 2
    del cache, told
    gc.collect()
    assert sys.getrefcount(mark) == before


def test_the_collector_sees_the_key_that_a_value_is_being_made_for(cache_class: Any) -> None:
    def is_reached(wanted: object) -> bool:
        seen, left = set[int](), [cache]
        while left:
            held = gc.get_referents(left.pop())
            if any(each is wanted for each in held):
                return True
            new = [each for each in held if id(each) not in seen and not isinstance(each, type)]
            seen.update(map(id, new))
            left += new
        return False

    class Key:
        pass

    cache, key = cache_class(3), Key()
    assert not is_reached(key)
    assert cache.get_or_set(key, lambda: is_reached(key))
    assert is_reached(key)
