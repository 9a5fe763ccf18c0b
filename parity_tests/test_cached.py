"""The decorator on top of the cache, on both implementations."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agent.components.cache.cached import arguments, cached


def test_a_result_is_computed_once_and_remembered(cache_class: Any) -> None:
    calls = []

    @cached(cache_class(9))
    def double(number: int, *, times: int = 2) -> int:
        """Multiply."""
        calls.append((number, times))
        return number * times

    assert [double(2), double(2), double(2, times=3), double(2, times=3)] == [4, 4, 6, 6]
    assert calls == [(2, 2), (2, 3)]
    assert vars(double)["__name__"] == "double"
    assert double.__doc__ == "Multiply."
    assert double.__wrapped__(5) == 10
    assert double.cache.stats().hits == 2


def test_none_is_a_result_and_an_exception_is_not(cache_class: Any) -> None:
    calls = []

    @cached(cache_class(9))
    def fail_first(key: str) -> None:
        calls.append(key)
        if len(calls) == 1:
            raise OSError(key)

    with pytest.raises(OSError, match="a"):
        fail_first("a")
    assert fail_first("a") is None
    assert fail_first("a") is None
    assert calls == ["a", "a"]


def test_a_result_lives_as_long_as_it_is_told_to(cache_class: Any) -> None:
    now = [0.0]

    @cached(cache_class(9, ttl=100, clock=lambda: now[0]), ttl=5)
    def tell() -> float:
        return now[0]

    assert tell() == 0
    now[0] = 4.9
    assert tell() == 0
    now[0] = 5.0
    assert tell() == 5


def test_a_key_of_ones_own_and_forgetting(cache_class: Any) -> None:
    calls = []

    @cached(cache_class(9), key=str.lower)
    def visit(name: str) -> str:
        calls.append(name)
        return name

    assert [visit("A"), visit("a")] == ["A", "A"]
    assert visit.forget("a") is True
    assert visit.forget("a") is False
    assert visit("a") == "a"
    assert calls == ["A", "a"]


def test_methods_are_bound(cache_class: Any) -> None:
    class Account:
        @cached(cache_class(9), key=lambda self, year: (id(self), year))
        def balance(self, year: int) -> tuple[int, int]:
            return id(self), year

    one, other = Account(), Account()
    assert one.balance(1) == (id(one), 1)
    assert other.balance(1) == (id(other), 1)
    assert one.balance(1) == (id(one), 1)
    assert Account.balance.cache.stats().hits == 1


def test_threads_share_one_computation(cache_class: Any) -> None:
    calls = []
    start = threading.Barrier(4)

    @cached(cache_class(9))
    def compute() -> int:
        calls.append(1)
        time.sleep(0.05)
        return len(calls)

    def ask(_: int) -> Any:
        start.wait()
        return compute()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(4))) == [1, 1, 1, 1]


def test_what_cannot_be_remembered_is_refused(cache_class: Any) -> None:
    async def later() -> None: ...

    for wrong in (later, 3):
        with pytest.raises(TypeError, match="returns its result at once"):
            cached(cache_class(9))(wrong)  # type: ignore[arg-type]
    remember: Any = cached(cache_class(9))(lambda items: items)
    with pytest.raises(TypeError, match="unhashable"):
        remember([])


def test_keys_tell_keywords_from_positions() -> None:
    assert arguments(1, 2) == (1, 2)
    assert arguments(a=1, b=2) == arguments(b=2, a=1)
    assert arguments(("a", 1)) != arguments(a=1)
