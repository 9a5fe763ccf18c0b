"""Operations on large caches hear a signal handler in the middle, and leave the cache right."""

from __future__ import annotations

import signal
from operator import methodcaller
from time import monotonic, perf_counter
from typing import TYPE_CHECKING, Any

import pytest

from parity_tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZE = 400_000
KEYS = list(range(SIZE))
ATTEMPTS = 20
"""How often an operation is begun for a signal to arrive in its middle."""
GOLDEN = 0.618
"""Multiples of it, modulo 1, are spread evenly."""


class Heard(Exception):
    """Raised by the handler."""


def entries() -> list[tuple[int, str]]:
    """Return entries whose values nothing else holds."""
    return [(key, str(key)) for key in KEYS]


@pytest.fixture
def hearing() -> Iterator[list[bool]]:
    """Return a list; while it is not empty, the handler of the alarm raises, and empties it."""

    def hear(*_: object) -> None:
        if raising:
            raising.clear()
            raise Heard

    raising: list[bool] = []
    before = signal.signal(signal.SIGALRM, hear)
    yield raising
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def interrupted(
    hearing: list[bool],
) -> Callable[[Callable[[], Any], Callable[[Any], Any]], Any]:
    """Return what interrupts an operation of a cache that it makes, and returns the cache."""

    def run(make: Callable[[], Any], operation: Callable[[Any], Any]) -> Any:
        stop = monotonic() + PATIENCE
        for _ in range(ATTEMPTS):
            if monotonic() > stop:
                break
            cache = make()
            done: list[Any] = []
            hearing.append(True)
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.003)
                done.extend(map(operation, [cache]))  # no signal is handled between the two
                signal.pause()
            except Heard:
                if not done:
                    return cache
        pytest.fail("the operation heard no signal")

    return run


@pytest.fixture
def make(cache_class: Any) -> Callable[[], Any]:
    """Return what makes a large cache."""

    def made() -> Any:
        cache = cache_class(SIZE)
        cache.set_many(entries())
        return cache

    return made


READS: dict[str, Callable[[Any], Any]] = {
    "snapshot": methodcaller("snapshot"),
    "iteration": list,
    "copy": methodcaller("copy"),
    "reduce": methodcaller("__reduce__"),
}


@pytest.mark.parametrize("name", READS)
def test_what_only_reads_changes_nothing(make: Any, interrupted: Any, name: str) -> None:
    cache = interrupted(make, READS[name])
    assert cache.snapshot() == entries()
    assert (len(cache), cache.weight) == (SIZE, SIZE)
    assert cache.copy() == cache


def test_a_cache_is_cleared_or_as_it_was(make: Any, interrupted: Any) -> None:
    cache = interrupted(make, methodcaller("clear"))
    assert cache.snapshot() in ([], entries())
    assert cache.weight == len(cache)
    cache["new"] = 1
    assert cache["new"] == 1


def test_stores_are_made_up_to_a_key(cache_class: Any, interrupted: Any) -> None:
    cache = interrupted(lambda: cache_class(SIZE), methodcaller("set_many", entries()))
    assert cache.snapshot() == entries()[: len(cache)]
    assert cache.weight == len(cache)


def test_removals_are_made_up_to_a_key(make: Any, interrupted: Any) -> None:
    cache = interrupted(make, methodcaller("delete_many", KEYS))
    assert cache.snapshot() == entries()[SIZE - len(cache) :]
    assert cache.weight == len(cache)


def test_reads_change_the_order_alone(make: Any, interrupted: Any) -> None:
    cache = interrupted(make, methodcaller("get_many", KEYS))
    assert sorted(cache.snapshot()) == entries()
    assert cache.weight == SIZE


SOME = 100_000

BATCHES: dict[str, tuple[Callable[[Any], Any], Callable[[Any], int]]] = {
    "set_many": (
        methodcaller("set_many", [(key, "new") for key in range(SOME)]),
        lambda cache: list(cache.values()).count("new"),
    ),
    "delete_many": (methodcaller("delete_many", range(SOME)), lambda cache: SOME - len(cache)),
    "get_many": (methodcaller("get_many", range(SOME)), lambda cache: cache.stats().hits),
}
"""Batches, and what counts the keys that are done."""


@pytest.mark.parametrize("name", BATCHES)
def test_a_signal_may_end_a_batch_between_two_keys(
    cache_class: Any, hearing: list[bool], name: str
) -> None:
    batch, count = BATCHES[name]
    took = 0.0
    for attempt in range(2 * ATTEMPTS):
        cache = cache_class(SOME)
        cache.set_many((key, "old") for key in range(SOME))
        begun = perf_counter()
        try:
            hearing.append(True)
            signal.setitimer(signal.ITIMER_REAL, took * (attempt * GOLDEN % 1))
            batch(cache)
            hearing.clear()
        except Heard:
            pass
        took = took or perf_counter() - begun
        if 0 < count(cache) < SOME:
            return
    pytest.fail("all keys are done, or none")


def test_what_is_due_expires(cache_class: Any, interrupted: Any, clock: Any) -> None:
    def make() -> Any:
        clock.now = 1000.0
        cache = cache_class(SIZE, ttl=1.0, clock=clock)
        cache.set_many(entries())
        clock.now = 1001.0
        return cache

    cache = interrupted(make, methodcaller("expire"))
    assert (len(cache), cache.weight) == (0, 0)
    cache["new"] = 1
    assert list(cache) == ["new"]
