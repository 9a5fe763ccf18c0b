"""The cache: copies and pickles, also from one side to the other."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from agent import registry
from agent.components.cache.contract import CacheStats
from agent.errors import EntryTooHeavy

SIDES = ("python", "rust")


class Clock:
    """A clock that pickles, as one in a module does; it stands still."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


def weigh(key: Any, value: Any) -> int:
    return len(value)


@pytest.fixture
def cache(cache_class: Any) -> Any:
    cache = cache_class(4, ttl=10.0, max_weight=100, weigher=weigh, clock=Clock())
    cache.set("a", [1], ttl=5.0)
    cache.set("b", [2, 3], ttl=None)
    cache.set("c", [])
    cache.get("a")
    return cache


DUPLICATES = {
    "copy()": lambda cache: cache.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "pickle": lambda cache: pickle.loads(pickle.dumps(cache)),
}


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)
def test_a_duplicate_has_settings_entries_and_order(cache: Any, side: Any, duplicate: Any) -> None:
    with registry.override(cache=side):
        other = duplicate(cache)
    assert type(other) is type(cache)
    assert repr(other) == repr(cache)
    assert other.snapshot() == cache.snapshot() == [("b", [2, 3]), ("c", []), ("a", [1])]
    assert other.stats() == CacheStats(0, 0, 0, 0)
    other.clear()
    assert len(cache) == 3


@pytest.mark.parametrize("duplicate", DUPLICATES.values(), ids=DUPLICATES)
def test_remaining_lifetimes_are_kept(
    cache: Any, side: Any, duplicate: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "now", 1002.0)
    with registry.override(cache=side):
        other = duplicate(cache)
    monkeypatch.setattr(Clock, "now", 1004.5)
    assert list(other) == ["b", "c", "a"]
    monkeypatch.setattr(Clock, "now", 1005.0)
    assert list(other) == ["b", "c"]
    monkeypatch.setattr(Clock, "now", 1010.0)
    assert list(other) == ["b"]


def test_only_a_deep_copy_copies_values(cache: Any) -> None:
    assert cache.copy()["b"] is cache.peek("b")
    assert copy.deepcopy(cache)["b"] is not cache.peek("b")


def test_a_copy_is_weighed_anew(cache_class: Any) -> None:
    weights = iter([1, 2, 3])
    cache = cache_class(4, max_weight=2, weigher=lambda key, value: next(weights))
    cache["a"] = 1
    assert cache.copy().weight == 2
    with pytest.raises(EntryTooHeavy, match="weight 3 is too heavy"):
        cache.copy()
    assert (cache.snapshot(), cache.weight) == ([("a", 1)], 1)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("there", SIDES)
def test_a_pickle_loads_into_what_is_active_there(cache: Any, there: str, protocol: int) -> None:
    pickled = pickle.dumps(cache, protocol)
    with registry.override(cache=there):
        loaded = pickle.loads(pickled)
    assert type(loaded) is registry.implementation("cache", there)  # type: ignore[arg-type]
    assert loaded.snapshot() == cache.snapshot()
    assert (loaded.ttl, loaded.max_weight, loaded.weight) == (10.0, 100, 3)


def test_both_sides_pickle_to_the_same_bytes() -> None:
    caches = [registry.implementation("cache", side)(3) for side in ("python", "rust")]
    for each in caches:
        each.update({"a": 1, "b": 2})
    python, rust = map(pickle.dumps, caches)
    assert python == rust
