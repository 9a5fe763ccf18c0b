"""The decorator on mappings that are not caches of ours, and on none."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
import time
from collections import OrderedDict, UserDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from weakref import ref

import pytest

from agent.components.cache.cached import cached
from agent.errors import RecursiveFactory

PATIENCE = 60.0
"""Seconds after which a test takes a thread to be stuck."""


class Small(UserDict[Any, Any]):
    """Is bounded as caches of cachetools are: it refuses what is too large with a `ValueError`."""

    maxsize = 9

    @property
    def currsize(self) -> int:
        """The sum of the values."""
        return sum(self.data.values())

    def __setitem__(self, key: Any, value: Any) -> None:
        if value > self.maxsize:
            message = "value too large"
            raise ValueError(message)
        super().__setitem__(key, value)


@pytest.mark.parametrize("make", [dict, OrderedDict, Small])
def test_results_are_kept_in_any_mapping(make: Any) -> None:
    cache = make()
    calls = []

    @cached(cache)
    def echo(number: int) -> int:
        calls.append(number)
        return number

    assert [echo(1), echo(1), echo(2)] == [1, 1, 2]
    assert calls == [1, 2]
    assert dict(cache) == {(1,): 1, (2,): 2}
    assert echo.cache is cache
    assert echo.cache_info()[:2] == (1, 2)
    assert [echo.forget(1), echo.forget(1)] == [True, False]
    assert echo(1) == 1
    assert calls == [1, 2, 1]
    echo.cache_clear()
    assert (len(cache), echo.cache_info()[:2]) == (0, (0, 0))


def test_bounds_and_sizes_are_those_of_the_mapping() -> None:
    echo = cached(Small())(lambda number: number)
    assert [echo(2), echo(3), echo(10), echo(10)] == [2, 3, 10, 10]
    assert echo.cache_info() == (0, 4, 9, 5)
    assert echo.cache_parameters() == {"maxsize": 9, "typed": False}
    assert cached({})(abs).cache_info() == (0, 0, None, 0)


def test_nothing_is_kept_without_a_cache() -> None:
    calls = []

    @cached(None)
    def echo(number: int) -> int:
        calls.append(number)
        return number

    assert [echo(1), echo(1)] == [1, 1]
    assert calls == [1, 1]
    assert echo.cache is None
    assert echo.cache_lock is None
    assert echo.cache_info() == (0, 2, 0, 0)
    assert echo.forget(1) is False
    echo.cache_clear()
    assert echo.cache_info() == (0, 0, 0, 0)


def test_threads_share_one_run_and_the_next_one_runs_after_a_failure() -> None:
    calls = []
    begun, fail = threading.Event(), threading.Event()

    @cached({})
    def compute() -> int:
        calls.append(1)
        begun.set()
        assert fail.wait(PATIENCE)
        if len(calls) == 1:
            raise OSError
        return len(calls)

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(compute)
        assert begun.wait(PATIENCE)
        others = [pool.submit(compute) for _ in range(3)]
        fail.set()
        assert isinstance(first.exception(PATIENCE), OSError)
        assert [other.result(PATIENCE) for other in others] == [2, 2, 2]
    assert compute.cache_info()[:2] == (2, 2)


def test_what_is_too_large_is_shared_by_those_who_wait() -> None:
    calls: list[int] = []
    begun, end = threading.Event(), threading.Event()

    @cached(Small())
    def compute() -> int:
        calls.append(1)
        begun.set()
        assert end.wait(PATIENCE)
        return 10 * len(calls)

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(compute)]
        assert begun.wait(PATIENCE)
        futures.append(pool.submit(compute))
        end.set()
        results = {future.result(PATIENCE) for future in futures}
    assert results <= {10, 20}


def test_waiting_for_oneself_is_refused() -> None:
    @cached({})
    def recurse(number: int) -> Any:
        return recurse(number)

    with pytest.raises(RecursiveFactory):
        recurse(1)

    @cached({})
    def fibonacci(number: int) -> int:
        return number if number < 2 else fibonacci(number - 1) + fibonacci(number - 2)

    assert fibonacci(50) == 12586269025

    inner: Any = cached({})(abs)
    assert cached({})(inner)(1) == 1  # an equal key of another mapping


def test_a_mapping_has_one_lock_whoever_uses_it() -> None:
    cache: OrderedDict[Any, Any] = OrderedDict()
    one, other = cached(cache)(abs), cached(cache)(len)
    assert one.cache_lock is other.cache_lock
    own = threading.RLock()
    assert cached(cache, lock=own)(abs).cache_lock is own
    assert cached(OrderedDict())(abs).cache_lock is not one.cache_lock
    gone = ref(cache)
    del cache, one, other
    gc.collect()
    assert gone() is None


def test_a_mapping_is_used_under_its_lock() -> None:
    class Watched(UserDict[Any, Any]):
        def __getitem__(self, key: Any) -> Any:
            assert lock._is_owned()  # type: ignore[attr-defined]
            return super().__getitem__(key)

        def __setitem__(self, key: Any, value: Any) -> None:
            assert lock._is_owned()  # type: ignore[attr-defined]
            super().__setitem__(key, value)

        def __len__(self) -> int:
            assert lock._is_owned()  # type: ignore[attr-defined]
            return super().__len__()

    lock = threading.RLock()

    @cached(Watched(), lock=lock)
    def echo(number: int) -> int:
        assert not lock._is_owned()  # type: ignore[attr-defined]
        return number

    assert [echo(1), echo(1)] == [1, 1]
    assert echo.cache_info().currsize == 1
    assert echo.forget(1) is True
    echo.cache_clear()


def test_a_key_may_use_the_function_that_looks_it_up() -> None:
    class Key:
        def __hash__(self) -> int:
            return 1

        def __eq__(self, other: object) -> bool:
            return bool(echo(2) == 2)

    echo: Any = cached(OrderedDict[Any, Any]())(lambda key: 2)
    assert [echo(Key()), echo(Key())] == [2, 2]


def test_coroutines_share_runs_whose_results_are_in_a_mapping() -> None:
    calls = []

    @cached({})
    async def echo(number: int) -> int:
        calls.append(number)
        await asyncio.sleep(0)
        return number

    async def main() -> list[int]:
        return [*await asyncio.gather(echo(1), echo(1), echo(2)), await echo(1)]

    assert asyncio.run(main()) == [1, 1, 2, 1]
    assert calls == [1, 2]
    assert echo.cache_info()[:2] == (2, 2)


def test_a_ttl_needs_a_cache() -> None:
    with pytest.raises(TypeError, match="ttl needs a Cache: a dict has no deadlines"):
        cached({}, ttl=1)
    assert cached({}, ttl=None)(abs)(-1) == 1
    assert cached(None, ttl=1)(abs)(-1) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_child_is_not_hindered_by_what_threads_did_at_the_fork() -> None:
    held, end = threading.Event(), threading.Event()

    class Slow(UserDict[Any, Any]):
        def __getitem__(self, key: Any) -> Any:
            if key == ("slow",) and threading.current_thread() is not threading.main_thread():
                held.set()
                assert end.wait(PATIENCE)
            return super().__getitem__(key)

    cache = Slow()
    echo = cached(cache)(lambda key: key)
    thread = threading.Thread(target=echo, args=("slow",))
    thread.start()
    try:
        assert held.wait(PATIENCE)
        child = os.fork()
        if child == 0:  # pragma: no cover  # coverage is not measured there
            signal.alarm(int(PATIENCE))
            os._exit(0 if echo("slow") == "slow" and echo("other") == "other" else 1)
        assert os.waitpid(child, 0)[1] == 0
    finally:
        end.set()
        thread.join(PATIENCE)
    assert echo("slow") == "slow"


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no such timers")
def test_a_signal_handler_may_call_the_function_that_it_interrupts() -> None:
    echo = cached(OrderedDict[Any, Any]())(lambda number: number)
    seen: list[int] = []

    def handle(number: int, frame: object) -> None:
        seen.append(echo(len(seen) % 7))
        echo.forget(len(seen) % 5)

    before = signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    stop = time.monotonic() + PATIENCE
    number = 0
    try:
        while len(seen) < 100 and time.monotonic() < stop:
            number += 1
            with suppress(RecursiveFactory):  # the handler came upon a run and would wait for it
                assert echo(number % 100) == number % 100
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert len(seen) >= 100
    assert echo.cache_lock is not None
    with ThreadPoolExecutor(1) as pool:  # it can only enter if no one has stayed in
        assert pool.submit(echo.forget, 0).result(PATIENCE) in {True, False}
