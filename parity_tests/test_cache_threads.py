"""The cache among threads: invariants under stress, and `get_or_set`."""

from __future__ import annotations

import gc
import os
import random
import signal
import threading
from concurrent.futures import Future
from typing import Any

import pytest

from agent import registry
from agent.components.cache.contract import CacheStats
from agent.components.cache.store import Store
from agent.errors import RecursiveFactory
from parity_tests.patience import PATIENCE


def together(*tasks: Any) -> list[Any]:
    """Run `tasks` in threads of their own; return what each returned or raised.

    Raises `TimeoutError` for one that is stuck; its thread ends with the process at the latest.
    """

    def run(task: Any, future: Future[Any]) -> None:
        try:
            future.set_result(task())
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test looks at it
            future.set_exception(error)

    futures: list[Future[Any]] = [Future() for _ in tasks]
    for task, future in zip(tasks, futures, strict=True):
        threading.Thread(target=run, args=(task, future), daemon=True).start()
    return [future.exception(PATIENCE) or future.result() for future in futures]


def test_invariants_hold_under_stress(cache_class: Any) -> None:
    left: list[Any] = []
    cache = cache_class(
        32,
        max_weight=64,
        weigher=lambda key, value: value[1] % 4,
        on_delete=lambda *entry: left.append(entry),
    )
    stored = [0] * 4

    def work(number: int) -> int:
        drawn = random.Random(number)
        operations = 0
        for _ in range(3_000):
            key = drawn.randrange(64)
            match drawn.randrange(8):
                case 0 | 1 | 2:
                    cache.set(key, (key, drawn.randrange(100)))
                    stored[number] += 1
                case 3:
                    stored[number] += cache.add(key, (key, 1))
                case 4:
                    cache.pop(key, None)
                case 5:
                    wanted = [drawn.randrange(64) for _ in range(4)]
                    for one, value in zip(wanted, cache.get_many(wanted), strict=True):
                        assert value is None or value[0] == one
                case 6:
                    entries = cache.snapshot()
                    assert len(entries) <= 32
                    assert len({one for one, _ in entries}) == len(entries)
                    assert sum(value[1] % 4 for _, value in entries) <= 64
                case _:
                    value = cache.get(key)
                    assert value is None or value[0] == key
            operations += 1
        return operations

    assert together(*(lambda n=n: work(n) for n in range(4))) == [3_000] * 4
    assert sum(stored) == len(left) + len(cache)
    assert cache.weight == sum(value[1] % 4 for value in cache.values())


class TestGetOrSet:
    """One factory per key at a time, and never for ever."""

    def test_one_factory_runs_for_all(self, cache_class: Any) -> None:
        cache = cache_class(5)
        started, finish = threading.Event(), threading.Event()
        runs: list[int] = []

        def slow() -> str:
            runs.append(threading.get_ident())
            started.set()
            assert finish.wait(PATIENCE)
            return "value"

        def lead() -> str:
            return str(cache.get_or_set(1, slow))

        def follow() -> str:
            assert started.wait(PATIENCE)
            threading.Timer(0.05, finish.set).start()
            return str(cache.get_or_set(1, slow))

        assert together(lead, follow, follow) == ["value"] * 3
        assert len(runs) == 1

    def test_other_keys_do_not_wait(self, cache_class: Any) -> None:
        cache = cache_class(5)
        assert cache.get_or_set(1, lambda: cache.get_or_set(2, lambda: "b") + "a") == "ba"
        assert cache.snapshot() == [(2, "b"), (1, "ba")]

    def test_a_failure_gives_the_next_one_its_try(self, cache_class: Any) -> None:
        cache = cache_class(5)
        started = threading.Event()
        failure = ValueError("the first fails")

        def fail() -> None:
            started.set()
            threading.Event().wait(0.05)
            raise failure

        def follow() -> Any:
            assert started.wait(PATIENCE)
            return cache.get_or_set(1, lambda: "second")

        assert together(lambda: cache.get_or_set(1, fail), follow) == [failure, "second"]
        assert cache.peek(1) == "second"

    def test_a_recursive_call_raises(self, cache_class: Any) -> None:
        cache = cache_class(5)

        def recurse() -> Any:
            return cache.get_or_set(1, recurse)

        (raised,) = together(lambda: cache.get_or_set(1, recurse))
        with pytest.raises(RecursiveFactory, match="waits for its own result"):
            raise raised
        assert cache.get_or_set(1, lambda: "afterwards") == "afterwards"

    def test_a_circle_of_threads_raises_in_one_of_them(self, cache_class: Any) -> None:
        caches = cache_class(5), cache_class(5)
        both = threading.Barrier(2, timeout=PATIENCE)

        def cross(mine: int) -> Any:
            def factory() -> Any:
                both.wait()
                return caches[1 - mine].get_or_set("key", lambda: f"by {mine}")

            return caches[mine].get_or_set("key", factory)

        results = together(lambda: cross(0), lambda: cross(1))
        assert sum(isinstance(result, RecursiveFactory) for result in results) == 1

    def test_what_is_too_heavy_is_returned_all_the_same(self, cache_class: Any) -> None:
        cache = cache_class(5, max_weight=1, weigher=lambda key, value: 2)
        assert cache.get_or_set(1, lambda: "heavy") == "heavy"
        assert 1 not in cache

    def test_those_who_wait_get_what_is_too_heavy_to_be_kept(self, cache_class: Any) -> None:
        cache = cache_class(5, max_weight=1, weigher=lambda key, value: 2)

        def runs_of_two(pause: float) -> int:
            """Return how often the factory ran for two callers, the second of which may be late."""
            started, finish = threading.Event(), threading.Event()
            runs: list[int] = []

            def slow() -> str:
                runs.append(1)
                started.set()
                assert finish.wait(PATIENCE)
                return "heavy"

            def follow() -> Any:
                assert started.wait(PATIENCE)
                threading.Timer(pause, finish.set).start()
                return cache.get_or_set(1, slow)

            assert together(lambda: cache.get_or_set(1, slow), follow) == ["heavy"] * 2
            return len(runs)

        pauses = [0.05]
        while sum(pauses) < PATIENCE / 2:
            pauses.append(2 * pauses[-1])
        assert any(runs_of_two(pause) == 1 for pause in pauses)

    def test_who_has_waited_before_is_found_in_a_circle(self, cache_class: Any) -> None:
        caches = cache_class(5), cache_class(5)
        both = threading.Barrier(2, timeout=PATIENCE)
        waiting = threading.Barrier(3, timeout=PATIENCE)

        def slow() -> str:
            waiting.wait()
            threading.Event().wait(0.1)
            return "warm"

        def cross(mine: int) -> Any:
            def factory() -> Any:
                both.wait()
                return caches[1 - mine].get_or_set("key", lambda: f"by {mine}")

            waiting.wait()
            assert caches[0].get_or_set("warm", lambda: "too late") == "warm"
            return caches[mine].get_or_set("key", factory)

        lead, *crossed = together(
            lambda: caches[0].get_or_set("warm", slow), lambda: cross(0), lambda: cross(1)
        )
        assert lead == "warm"
        assert sum(isinstance(result, RecursiveFactory) for result in crossed) == 1

    def test_an_entry_that_arrives_before_the_factory_runs_is_used(self) -> None:
        """Between the look-up and the search for a factory under way, another thread stores it."""
        cache = registry.implementation("cache", "rust")(2)
        cache.set("other", "theirs")
        asked: list[int] = []

        class Key:
            def __hash__(self) -> int:
                asked.append(1)
                if len(asked) == 2:  # the second search: the lock is free while a key is hashed
                    assert together(lambda: cache.update({1: "arrived", "new": 1})) == [None]
                return hash(1)

            def __eq__(self, other: object) -> bool:
                return other == 1

        assert together(lambda: cache.get_or_set(Key(), lambda: "made")) == ["arrived"]
        assert cache.snapshot() == [("new", 1), (1, "arrived")]
        assert cache.stats() == CacheStats(hits=0, misses=1, evictions=1, expirations=0)

    def test_the_reference_uses_it_too(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The reference hashes under its lock: the other thread comes when that is first freed."""
        cache = registry.implementation("cache", "python")(2)
        cache.set("other", "theirs")
        do = Store._do

        def do_and_store(store: Store, *change: Any) -> Any:
            done = do(store, *change)
            monkeypatch.undo()
            cache.update({1: "arrived", "new": 1})
            return done

        with monkeypatch.context():
            monkeypatch.setattr(Store, "_do", do_and_store)
            assert cache.get_or_set(1, lambda: "made") == "arrived"
        assert cache.snapshot() == [("new", 1), (1, "arrived")]
        assert cache.stats() == CacheStats(hits=0, misses=1, evictions=1, expirations=0)

    def test_who_has_waited_before_is_found_when_another_closes_the_circle(
        self, cache_class: Any
    ) -> None:
        cache = cache_class(5)
        warm, ready, again = threading.Event(), threading.Event(), threading.Event()

        def slow() -> str:
            warm.set()
            threading.Event().wait(0.2)
            return "warm"

        def close() -> Any:
            ready.set()
            assert again.wait(PATIENCE)
            threading.Event().wait(0.2)
            return cache.get_or_set("theirs", lambda: "of the first")

        def first() -> Any:
            assert cache.get_or_set("warm", slow) == "warm"
            return cache.get_or_set("mine", close)

        def meet() -> Any:
            assert ready.wait(PATIENCE)
            again.set()
            return cache.get_or_set("mine", lambda: "of the second")

        def second() -> Any:
            assert warm.wait(PATIENCE)
            assert cache.get_or_set("warm", lambda: "too late") == "warm"
            return cache.get_or_set("theirs", meet)

        results = together(first, second)
        assert sum(isinstance(result, RecursiveFactory) for result in results) == 1

    @pytest.mark.skipif(not hasattr(signal, "SIGUSR1"), reason="this system has no such signals")
    def test_a_signal_interrupts_who_waits(self, cache_class: Any) -> None:
        cache = cache_class(5)
        started, finish, stop = threading.Event(), threading.Event(), threading.Event()
        over: list[bool] = []

        def slow() -> str:
            started.set()
            assert finish.wait(PATIENCE)
            return "late"

        def ask() -> Any:
            return cache.get_or_set(1, slow)

        def interrupt(_: int, frame: Any) -> None:
            while frame is not None and frame.f_code is not ask.__code__:
                frame = frame.f_back
            if frame is not None:
                over.append(finish.is_set())
                raise InterruptedError

        def send() -> None:
            while not over and not stop.wait(0.1):
                os.kill(os.getpid(), signal.SIGUSR1)

        before = signal.signal(signal.SIGUSR1, interrupt)
        leader = threading.Thread(target=cache.get_or_set, args=(1, slow), daemon=True)
        late = threading.Timer(PATIENCE / 2, finish.set)
        sender = threading.Thread(target=send, daemon=True)
        try:
            leader.start()
            late.start()
            assert started.wait(PATIENCE)
            sender.start()
            with pytest.raises(InterruptedError):
                ask()
        finally:
            stop.set()
            sender.join(PATIENCE)
            signal.signal(signal.SIGUSR1, before)
            finish.set()
            late.cancel()
            leader.join(PATIENCE)
        assert over == [False]


def test_a_key_that_goes_while_it_is_compared_may_use_the_cache() -> None:
    """The reference compares under its lock, so that this cannot happen to it."""
    cache = registry.implementation("cache", "rust")(3)
    seen: list[int] = []

    class Key:
        def __hash__(self) -> int:
            return 1

        def __eq__(self, other: object) -> bool:
            assert together(cache.clear) == [None]
            return False

        def __del__(self) -> None:
            seen.append(len(cache))

    cache.set(Key(), 1)
    assert cache.get(Key()) is None
    gc.collect()
    assert seen == [0, 0]
