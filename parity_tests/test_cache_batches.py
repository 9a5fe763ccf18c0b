"""Batches of the cache: their arguments, and that they go on where other threads run meanwhile."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from agent.components.cache.contract import MAX_WEIGHT
from agent.errors import EntryTooHeavy
from parity_tests.test_cache_processes import ended_well, needs_fork

MANY = 3_000
"""Entries; after some hundreds, Rust looks whether others are to run."""


@pytest.mark.parametrize("kind", [tuple, list])
def test_pairs_are_tuples_or_lists_of_two(cache_class: Any, kind: Any) -> None:
    cache = cache_class(5)
    cache.set_many([kind(("a", 1)), kind(("b", 2))])
    assert cache.snapshot() == [("a", 1), ("b", 2)]
    for wrong in (kind(), kind("a"), kind(("a", 1, 2))):
        with pytest.raises(TypeError, match=rf"a \(key, value\) pair, not {kind.__name__}"):
            cache.set_many([kind(("c", 3)), wrong])
    assert cache.snapshot() == [("a", 1), ("b", 2)]


@pytest.mark.parametrize("wrong", [5, None, object()])
def test_what_holds_no_pairs_is_refused(cache_class: Any, wrong: Any) -> None:
    name = type(wrong).__name__
    with pytest.raises(
        TypeError, match=f"items must be a mapping or an iterable of pairs, not {name}"
    ):
        cache_class(5).set_many(wrong)
    with pytest.raises(TypeError, match=r"a \(key, value\) pair, not str"):
        cache_class(5).set_many(["ab"])


def test_a_batch_with_a_key_that_has_no_hash_stores_nothing(cache_class: Any) -> None:
    cache = cache_class(5)
    with pytest.raises(TypeError, match="unhashable"):
        cache.set_many([("a", 1), ([], 2), ("c", 3)])
    assert cache.snapshot() == []


def test_weights_up_to_the_largest_are_added_up(cache_class: Any) -> None:
    cache = cache_class(5, max_weight=MAX_WEIGHT, weigher=lambda key, value: value)
    cache.set("light", 0)
    cache.set("heavy", MAX_WEIGHT)
    assert (list(cache), cache.weight) == (["light", "heavy"], MAX_WEIGHT)
    for refused in (MAX_WEIGHT + 1, -1):
        with pytest.raises(ValueError, match="weight must be"):
            cache.set("refused", refused)
    smaller = cache_class(5, max_weight=MAX_WEIGHT - 1, weigher=lambda key, value: value)
    with pytest.raises(EntryTooHeavy):
        smaller.set("heavy", MAX_WEIGHT)


@needs_fork
def test_batches_of_many_keys_end_and_do_all(cache_class: Any, clock: Any) -> None:
    """In a child: one that goes astray may never end."""

    def act() -> None:
        cache = cache_class(MANY, clock=clock)
        entries = [(number, str(number)) for number in range(MANY)]
        cache.set_many(entries, ttl=5.0)
        assert cache.snapshot() == entries
        assert cache.get_many(range(-1, MANY), "none")[:3] == ["none", "0", "1"]
        assert cache.delete_many(range(0, MANY, 2)) == MANY // 2
        assert len(cache) == MANY // 2
        clock.now += 5.0
        assert cache.expire() == MANY // 2
        assert (len(cache), cache.stats().expirations) == (0, MANY // 2)

    assert ended_well(act)


def test_other_threads_use_the_cache_meanwhile(cache_class: Any, clock: Any) -> None:
    many = 20 * MANY
    cache = cache_class(many, clock=clock)
    wrong: list[BaseException] = []
    done = threading.Event()

    def use() -> None:
        try:
            while not done.is_set():
                cache.set("mine", 1)
                cache.get("mine")
                cache.pop("mine", None)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test looks at it
            wrong.append(error)

    others = [threading.Thread(target=use, daemon=True) for _ in range(2)]
    for other in others:
        other.start()
    try:
        for _ in range(3):
            cache.set_many(((number, "a") for number in range(many)), ttl=5.0)
            cache.get_many(range(many))
            cache.delete_many(range(0, many, 2))
            clock.now += 5.0
            cache.expire()
    finally:
        done.set()
        for other in others:
            other.join()
    assert wrong == []
    assert set(cache) <= {"mine"}
