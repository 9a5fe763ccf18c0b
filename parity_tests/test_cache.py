"""The cache: its contract, clause by clause, on each side; then the sides against each other."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, MutableMapping
from datetime import timedelta
from typing import Any

import pytest

from agent import registry
from agent.components.cache.contract import MAX_CAPACITY, MAX_WEIGHT, CacheFactory, CacheStats
from agent.components.cache.contract import Cache as CacheContract
from agent.errors import EntryTooHeavy, ReentrantCall
from agent.porting.check.boundary import edge_scripts
from agent.porting.contract.reader import read_contract
from agent.porting.strategies.call_writer import Caller
from agent.testing import parity
from parity_tests.patience import PATIENCE

CONTRACT = read_contract(CacheContract, CacheFactory)


def filled(cache_class: Any, *keys: Any, **settings: Any) -> Any:
    """Return a cache that holds `keys`, each with a letter as its value."""
    cache = cache_class(capacity=len(keys), **settings)
    cache.set_many(zip(keys, "abcdefgh", strict=False))
    return cache


class TestBounds:
    """At most `capacity` entries; the least recently used go first."""

    def test_the_least_recently_used_goes(self, cache_class: Any) -> None:
        cache = filled(cache_class, 1, 2)
        cache.get(1)
        cache.set(3, "c")
        assert cache.snapshot() == [(1, "a"), (3, "c")]

    def test_weight_pushes_out_as_many_as_it_takes(self, cache_class: Any) -> None:
        cache = cache_class(10, max_weight=6, weigher=lambda key, value: value)
        for key, weight in [("a", 1), ("b", 2), ("c", 3), ("d", 5)]:
            cache[key] = weight
        assert (list(cache), cache.weight) == (["d"], 5)

    def test_an_entry_without_weight_fits(self, cache_class: Any) -> None:
        cache = cache_class(10, max_weight=1, weigher=lambda key, value: value)
        cache.update({"a": 1, "b": 0})
        assert (list(cache), cache.weight) == (["a", "b"], 1)

    def test_what_is_too_heavy_changes_nothing(self, cache_class: Any) -> None:
        cache = cache_class(10, max_weight=3, weigher=lambda key, value: value)
        cache["a"] = 3
        with pytest.raises(EntryTooHeavy, match="weight 4 is too heavy for max_weight=3"):
            cache["a"] = 4
        with pytest.raises(EntryTooHeavy):
            cache.set_many([("b", 1), ("c", 4)])
        assert cache.snapshot() == [("a", 3)]


class TestUse:
    """What counts as a use, and what does not."""

    @pytest.mark.parametrize(
        "use",
        [
            lambda cache: cache.get(1),
            lambda cache: cache[1],
            lambda cache: cache.get_many([1]),
            lambda cache: cache.setdefault(1, "z"),
            lambda cache: cache.get_or_set(1, lambda: "z"),
            lambda cache: cache.set(1, "a"),
        ],
        ids=["get", "[]", "get_many", "setdefault", "get_or_set", "set"],
    )
    def test_a_use_moves_to_the_end(self, cache_class: Any, use: Callable[[Any], Any]) -> None:
        cache = filled(cache_class, 1, 2, 3)
        use(cache)
        assert cache.snapshot() == [(2, "b"), (3, "c"), (1, "a")]

    @pytest.mark.parametrize(
        "look",
        [
            lambda cache: 1 in cache,
            lambda cache: cache.peek(1),
            lambda cache: cache.add(1, "z"),
            len,
            lambda cache: [list(cache), list(cache.values()), list(cache.items())],
            lambda cache: cache == {1: "a", 2: "b", 3: "c"},
            lambda cache: (1, "a") in cache.items() and "a" in cache.values(),
        ],
        ids=["in", "peek", "add", "len", "iteration", "==", "in views"],
    )
    def test_a_look_leaves_no_trace(self, cache_class: Any, look: Callable[[Any], Any]) -> None:
        cache = filled(cache_class, 1, 2, 3)
        look(cache)
        assert list(cache) == [1, 2, 3]
        assert cache.stats() == CacheStats(0, 0, 0, 0)


class TestOrder:
    """From the least to the most recently used, over a snapshot."""

    def test_views_and_popitem_agree(self, cache_class: Any) -> None:
        cache = filled(cache_class, 1, 2, 3)
        cache.get(1)
        assert list(cache.keys()) == [2, 3, 1]
        assert list(cache.values()) == ["b", "c", "a"]
        assert list(cache.items()) == [(2, "b"), (3, "c"), (1, "a")]
        assert cache.popitem() == (2, "b")

    def test_the_cache_may_change_while_it_is_iterated(self, cache_class: Any) -> None:
        cache = filled(cache_class, 1, 2, 3)
        for key in cache:
            del cache[key]
        assert len(cache) == 0


class TestExpiry:
    """Gone at the deadline, before anything live is evicted, and never counted."""

    def test_gone_as_soon_as_the_deadline_is_reached(self, cache_class: Any, clock: Any) -> None:
        cache = cache_class(5, ttl=2.0, clock=clock)
        cache[1] = "a"
        clock.now = math.nextafter(1002.0, 0.0)
        assert 1 in cache
        clock.now = 1002.0
        assert (1 in cache, len(cache), list(cache), cache.get(1)) == (False, 0, [], None)

    def test_each_entry_has_its_own_time(self, cache_class: Any, clock: Any) -> None:
        cache = cache_class(5, ttl=2.0, clock=clock)
        cache.set(1, "a", ttl=1)
        cache.set(2, "b")
        cache.set(3, "c", ttl=None)
        clock.now += 1.0
        assert list(cache) == [2, 3]
        clock.now += 1e6
        assert list(cache) == [3]

    def test_the_expired_go_before_the_live(self, cache_class: Any, clock: Any) -> None:
        cache = cache_class(2, clock=clock)
        cache.set(1, "a")
        cache.set(2, "b", ttl=1.0)
        clock.now += 1.0
        cache.set(3, "c")
        assert cache.snapshot() == [(1, "a"), (3, "c")]
        assert cache.stats() == CacheStats(hits=0, misses=0, evictions=0, expirations=1)

    def test_in_the_order_of_deadlines_then_of_setting(self, cache_class: Any, clock: Any) -> None:
        gone: list[Any] = []
        cache = cache_class(5, clock=clock, on_delete=lambda *entry: gone.append(entry[0]))
        for key, ttl in [(1, 2.0), (2, 1.0), (3, 1.0)]:
            cache.set(key, "x", ttl=ttl)
        cache.get(2)
        clock.now += 5.0
        assert cache.expire() == 3
        assert gone == [2, 3, 1]

    def test_overwriting_gives_a_new_deadline(self, cache_class: Any, clock: Any) -> None:
        cache = cache_class(5, clock=clock)
        cache.set(1, "a", ttl=1.0)
        cache.set(1, "b", ttl=None)
        clock.now += 5.0
        assert cache[1] == "b"

    def test_a_time_to_live_may_be_a_timedelta(self, cache_class: Any, clock: Any) -> None:
        cache = cache_class(9, ttl=timedelta(minutes=1), clock=clock)
        assert cache.ttl == 60.0
        assert repr(cache).startswith("Cache(capacity=9, ttl=60.0, ")
        cache.set("default", 1)
        cache.set("set", 1, ttl=timedelta(seconds=1))
        cache.add("add", 1, ttl=timedelta(seconds=2))
        cache.setdefault("setdefault", 1, ttl=timedelta(seconds=3))
        cache.get_or_set("get_or_set", lambda: 1, ttl=timedelta(microseconds=3_500_000))
        cache.set_many({"set_many": 1}, ttl=timedelta(seconds=4))
        keys = list(cache)
        for seconds in (1.0, 2.0, 3.0, 3.5, 4.0):
            clock.now = math.nextafter(1000.0 + seconds, 0.0)
            assert list(cache) == keys
            clock.now = 1000.0 + seconds
            del keys[1]
            assert list(cache) == keys

    def test_the_longest_timedelta_is_rounded_once(self, cache_class: Any) -> None:
        longest = timedelta.max
        assert cache_class(1, ttl=longest).ttl == timedelta.total_seconds(longest)

    def test_a_subclass_is_taken_for_what_it_lasts(self, cache_class: Any) -> None:
        class Longer(timedelta):
            def total_seconds(self) -> float:
                return 1e9

        assert cache_class(1, ttl=Longer(seconds=5)).ttl == 5.0

    def test_the_default_clock_runs(self, cache_class: Any) -> None:
        cache = cache_class(5, ttl=0.05)
        cache.set(1, "a")
        cache.set(2, "b", ttl=3600)
        stop = time.monotonic() + PATIENCE
        while len(cache) > 1 and time.monotonic() < stop:
            time.sleep(0.001)
        assert cache.snapshot() == [(2, "b")]
        assert cache.stats().expirations == 1


class TestDeletion:
    """`on_delete` hears of each entry that leaves, once, with its cause."""

    def test_every_cause(self, cache_class: Any, clock: Any) -> None:
        gone: list[Any] = []
        cache = cache_class(2, clock=clock, on_delete=lambda *entry: gone.append(entry))
        cache.set(1, "old")
        cache.set(1, "new")
        cache.set(2, "b", ttl=1.0)
        cache.set(3, "c")
        clock.now += 1.0
        cache.expire()
        cache.pop(3)
        assert gone == [
            (1, "old", "replaced"),
            (1, "new", "evicted"),
            (2, "b", "expired"),
            (3, "c", "deleted"),
        ]

    def test_it_may_use_the_cache(self, cache_class: Any) -> None:
        def revive(key: Any, value: Any, cause: str) -> None:
            seen.append((cause, key in cache, len(cache)))

        seen: list[Any] = []
        cache = cache_class(1, on_delete=revive)
        cache.set(1, "a")
        cache.set(2, "b")
        assert seen == [("evicted", False, 1)]

    def test_all_run_and_what_they_raised_is_raised(self, cache_class: Any) -> None:
        def fail(key: Any, value: Any, cause: str) -> None:
            raise ValueError(key)

        cache = filled(cache_class, 1, 2, on_delete=fail)
        with pytest.raises(ExceptionGroup) as several:
            cache.clear()
        assert [error.args for error in several.value.exceptions] == [(1,), (2,)]
        cache.set(1, "a")
        with pytest.raises(ValueError, match=r"^1$"):
            del cache[1]
        assert len(cache) == 0

    def test_what_stopped_the_operation_is_the_context_of_what_a_callback_raises(
        self, cache_class: Any
    ) -> None:
        class Key:
            def __hash__(self) -> int:
                return hash(1)

            def __eq__(self, other: object) -> bool:
                raise ZeroDivisionError

        def fail(key: Any, value: Any, cause: str) -> None:
            raise ValueError(key)

        cache = filled(cache_class, 1, 2, on_delete=fail)
        with pytest.raises(ValueError, match=r"^2$") as raised:
            cache.delete_many([2, Key()])
        assert isinstance(raised.value.__context__, ZeroDivisionError)
        assert cache.snapshot() == [(1, "a")]


class TestKeys:
    """Any hashable object, with Python's identity, hash and equality."""

    def test_overwriting_keeps_the_key(self, cache_class: Any) -> None:
        cache = filled(cache_class, 1)
        cache[True] = "b"
        cache.set(1.0, "c")
        ((key, value),) = cache.snapshot()
        assert (type(key), value) == (int, "c")

    def test_identity_comes_before_equality(self, cache_class: Any) -> None:
        cache = filled(cache_class, math.nan)
        assert cache.get(math.nan) == "a"
        assert cache.get(float("nan")) is None

    def test_what_a_key_raises_reaches_the_caller(self, cache_class: Any) -> None:
        class Key:
            def __hash__(self) -> int:
                return hash(1)

            def __eq__(self, other: object) -> bool:
                raise ZeroDivisionError

        cache = filled(cache_class, 1)
        for use in (cache.get, cache.pop, cache.__delitem__, lambda key: cache.set(key, "z")):
            with pytest.raises(ZeroDivisionError):
                use(Key())
        assert cache.snapshot() == [(1, "a")]
        assert cache.stats() == CacheStats(0, 0, 0, 0)

    @pytest.mark.parametrize("method", ["__hash__", "__eq__"])
    def test_a_key_may_not_use_the_cache_that_calls_it(self, cache_class: Any, method: str) -> None:
        class Key:
            def __hash__(self) -> int:
                if method == "__hash__":
                    cache.set(2, "b")
                return hash(1)

            def __eq__(self, other: object) -> bool:
                cache.clear()
                return True

        cache = filled(cache_class, 1)
        with pytest.raises(ReentrantCall):
            cache.get(Key())
        assert cache.snapshot() == [(1, "a")]


class TestStatistics:
    """One hit or one miss a look-up; nothing else counts."""

    def test_what_counts(self, cache_class: Any) -> None:
        cache = filled(cache_class, 1)
        cache.get(1)
        cache.get(2)
        cache.get_many([1, 2, 3])
        cache.setdefault(1, "z")
        cache.get_or_set(1, lambda: "z")
        with pytest.raises(KeyError):
            cache[2]
        assert cache.stats() == CacheStats(hits=4, misses=4, evictions=0, expirations=0)
        assert cache.stats().hit_ratio == 0.5


class TestArguments:
    """Each implementation enforces the domain itself."""

    @pytest.mark.parametrize(
        ("settings", "error"),
        [
            ({"capacity": 0}, ValueError),
            ({"capacity": MAX_CAPACITY + 1}, ValueError),
            ({"capacity": True}, TypeError),
            ({"capacity": 1, "ttl": 0}, ValueError),
            ({"capacity": 1, "ttl": timedelta(0)}, ValueError),
            ({"capacity": 1, "ttl": timedelta(microseconds=-1)}, ValueError),
            ({"capacity": 1, "ttl": math.nan}, ValueError),
            ({"capacity": 1, "max_weight": MAX_WEIGHT + 1}, ValueError),
            ({"capacity": 1, "weigher": 5}, TypeError),
        ],
    )
    def test_what_is_outside_is_refused(
        self, cache_class: Any, settings: dict[str, Any], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            cache_class(**settings)

    @pytest.mark.parametrize("ttl", [timedelta(0), timedelta(microseconds=-1), timedelta.min])
    def test_a_timedelta_is_refused_by_its_own_name(self, cache_class: Any, ttl: Any) -> None:
        with pytest.raises(ValueError, match="must be positive and finite, not") as refused:
            cache_class(1).set(1, "a", ttl=ttl)
        assert str(refused.value) == f"ttl must be positive and finite, not {ttl!r}"
        with pytest.raises(TypeError, match="a float, an int, a timedelta or None, not str"):
            cache_class(1, ttl="1")

    def test_it_is_a_mapping(self, cache_class: Any) -> None:
        cache = cache_class(capacity=MAX_CAPACITY, max_weight=MAX_WEIGHT)
        assert isinstance(cache, MutableMapping)
        assert not cache
        with pytest.raises(TypeError, match="unhashable"):
            hash(cache)

    def test_repr_tells_settings_size_and_weight(self, cache_class: Any) -> None:
        cache = filled(cache_class, 1, 2, ttl=1.5)
        assert repr(cache) == "Cache(capacity=2, ttl=1.5, max_weight=None, size=2, weight=2)"


def test_it_cannot_be_subclassed(cache_class: Any) -> None:
    with pytest.raises(TypeError, match="not an acceptable base type"):
        type("Sub", (cache_class,), {})


def test_a_key_that_goes_may_use_the_cache(cache_class: Any) -> None:
    """What an operation drops goes when the cache is free again."""
    cache = cache_class(3)
    seen: list[int] = []

    class Key:
        def __hash__(self) -> int:
            return 1

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Key)

        def __del__(self) -> None:
            seen.append(len(cache))

    cache.set_many((Key(), number) for number in range(3))
    assert cache.get_many([Key(), Key()]) == [2, 2]
    assert cache.delete_many(Key() for _ in range(2)) == 1
    assert cache.peek(Key()) is None
    gc.collect()
    assert len(seen) == 8
    assert set(seen) <= {0, 1}


class TestTheSides:
    """Python against Rust."""

    def test_python_is_not_rust(self) -> None:
        python, rust = (registry.implementation("cache", side) for side in ("python", "rust"))
        assert python is not rust
        assert not issubclass(rust, python)
        assert (python.__name__, rust.__name__) == ("Cache", "Cache")

    def test_every_parameter_has_edges_and_outsides(self) -> None:
        text = "\n".join("\n".join(script.lines) for script in edge_scripts(Caller(CONTRACT)))
        for edge in (str(MAX_CAPACITY), str(MAX_CAPACITY + 1), str(MAX_WEIGHT + 1), "5e-324"):
            assert edge in text


test_they_cannot_be_told_apart = parity("cache")
