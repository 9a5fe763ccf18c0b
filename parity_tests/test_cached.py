"""The decorator on top of the cache, on both implementations."""

from __future__ import annotations

import inspect
import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.cache.cached import CacheInfo, arguments, cached

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


def test_a_result_is_computed_once_and_remembered(cache_class: Any) -> None:
    calls = []

    @cached(cache_class(9))
    def double(number: int, *, times: int = 2) -> int:
        """Multiply."""
        calls.append((number, times))
        return number * times

    assert [double(2), double(2), double(2, times=3), double(2, times=3)] == [4, 4, 6, 6]
    assert calls == [(2, 2), (2, 3)]
    assert double.__name__ == "double"
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
    def numbers() -> Iterator[int]:
        yield 1

    async def ticks() -> AsyncIterator[int]:
        yield 1

    class Called:
        def __call__(self) -> Iterator[int]:
            yield 1

    for wrong in (numbers, partial(numbers), Called(), partial(Called()), ticks, wraps_(ticks)):
        with pytest.raises(TypeError, match="generator function"):
            cached(cache_class(9))(wrong)
    with pytest.raises(TypeError, match="takes a function, not 3"):
        cached(cache_class(9))(3)  # type: ignore[arg-type]
    remember = cached(cache_class(9))(lambda items: items)
    with pytest.raises(TypeError, match="unhashable"):
        remember([])


def wraps_(function: Any) -> Any:
    """Return an object that is called as `function` is, by a `__call__` that is a partial."""
    return type("Wrapping", (), {"__call__": partial(function)})()


async def later() -> int:
    return 1


def test_a_result_that_can_be_used_once_is_refused(cache_class: Any) -> None:
    async def ticks() -> AsyncIterator[int]:
        yield 1

    class Awaited:
        def __await__(self) -> Iterator[None]:
            yield

    for result in (later, once, ticks, Awaited):
        cache = cache_class(9)
        returns = cached(cache)(lambda result=result: result())
        with pytest.raises(TypeError, match="used once only"):
            returns()
        assert (len(cache), returns.cache_info()[:2]) == (0, (0, 1))


def test_a_lazy_result_is_not_computed_to_be_checked(cache_class: Any) -> None:
    class Lazy:
        @property
        def __class__(self) -> Any:
            raise NotImplementedError

        @__class__.setter
        def __class__(self, value: Any) -> None:
            raise NotImplementedError

    lazy = Lazy()
    assert cached(cache_class(9))(lambda: lazy)() is lazy


def once() -> Iterator[int]:
    yield 1


def test_keys_tell_keywords_from_positions() -> None:
    assert arguments(1, 2) == (1, 2)
    assert arguments(a=1, b=2) == arguments(b=2, a=1)
    assert arguments(("a", 1)) != arguments(a=1)
    assert arguments(b={}, a=[]) == (*arguments(a=[]), ("b", {}))  # type: ignore[arg-type,misc]


def test_types_are_told_apart_if_asked(cache_class: Any) -> None:
    def kind(number: object, *, other: object = None) -> str:
        return f"{type(number).__name__} {type(other).__name__}"

    one, both = cached(cache_class(9))(kind), cached(cache_class(9), typed=True)(kind)
    assert [one(1), one(1.0), one(True)] == ["int NoneType"] * 3  # noqa: FBT003
    assert [both(1), both(1.0), both(True)] == ["int NoneType", "float NoneType", "bool NoneType"]  # noqa: FBT003
    assert [both(1, other=1), both(1, other=1.0)] == ["int int", "int float"]
    assert one.cache_parameters() == {"maxsize": 9, "typed": False}
    assert both.cache_parameters() == {"maxsize": 9, "typed": True}
    assert both.forget(1.0) is True
    assert [both(1), both(1.0)] == ["int NoneType", "float NoneType"]
    assert both.cache_info() == CacheInfo(hits=1, misses=6, maxsize=9, currsize=5)


def test_each_decorator_of_a_stack_has_its_own_cache(cache_class: Any) -> None:
    near, far = cache_class(9), cache_class(9)
    calls = []

    @cached(far)
    def inner(number: int) -> int:
        calls.append(number)
        return number

    outer = cached(near)(inner)
    assert [outer(1), outer(1)] == [1, 1]
    assert calls == [1]
    assert outer.cache is near
    assert inner.cache is far
    assert outer.__wrapped__ is inner
    assert (len(near), len(far)) == (1, 1)
    assert outer.cache_info()[:2] == (1, 1)
    assert inner.cache_info()[:2] == (0, 1)
    near.clear()
    assert outer(1) == 1
    assert inner.cache_info()[:2] == (1, 1)


@pytest.mark.parametrize(
    "name",
    ["cache", "key", "forget", "cache_info", "cache_clear", "cache_key", "cache_lock", "counts"],
)
def test_a_function_may_have_any_attribute(cache_class: Any, name: str) -> None:
    def echo(number: int) -> int:
        return number

    setattr(echo, name, None)
    remember = cached(cache_class(9))(echo)
    assert [remember(1), remember(1)] == [1, 1]
    assert remember.cache_info()[:2] == (1, 1)
    assert remember.forget(1) is True
    assert getattr(remember.__wrapped__, name) is None


def test_attributes_of_a_function_survive(cache_class: Any) -> None:
    def echo(number: int, *, times: int = 1) -> int:
        """Say it."""
        return number * times

    echo.short_description = "Echo"  # type: ignore[attr-defined]
    remember: Any = cached(cache_class(9))(echo)
    assert remember.short_description == "Echo"
    assert inspect.isfunction(remember)
    assert inspect.signature(remember) == inspect.signature(echo)
    assert remember.__annotations__ == echo.__annotations__
    names = ("__name__", "__qualname__", "__module__", "__doc__")
    assert [getattr(remember, name) for name in names] == [getattr(echo, name) for name in names]


def test_any_name_may_be_an_argument(cache_class: Any) -> None:
    names = ("self", "function", "args", "kwargs", "ran", "key", "cache", "instance", "results")
    remember = cached(cache_class(9))(lambda **kwargs: kwargs)
    typed = cached(cache_class(9), typed=True)(lambda **kwargs: kwargs)
    for function in (remember, typed):
        for name in names:
            assert function(**{name: 1}) == {name: 1}
            assert function.forget(**{name: 1}) is True


def test_classes_and_builtins_are_remembered(cache_class: Any) -> None:
    class Point:
        def __init__(self, x: int) -> None:
            self.x = x

    point: Any = cached(cache_class(9))(Point)
    assert point(1) is point(1)
    assert (point.__name__, point.__wrapped__) == ("Point", Point)
    assert "__init__" not in vars(point)
    assert cached(cache_class(9))(divmod)(7, 2) == (3, 1)
    power: Any = cached(cache_class(9))(partial(pow, 2))
    assert [power(3), power(3)] == [8, 8]
    assert power.__name__ == "partial"


def test_static_and_class_methods_in_either_order(cache_class: Any) -> None:
    class Account:
        @staticmethod
        @cached(cache_class(9))
        def one(year: int) -> int:
            return year

        @cached(cache_class(9))
        @staticmethod
        def other(year: int) -> int:
            return year

        @classmethod
        @cached(cache_class(9))
        def name(cls) -> str:
            return cls.__name__

        @cached(cache_class(9))
        @classmethod
        def title(cls) -> str:
            return cls.__name__

    class Savings(Account):
        pass

    account: Any
    for account in (Account, Account()):
        assert [account.one(1), account.other(2)] == [1, 2]
        assert [account.name(), account.title()] == ["Account", "Account"]
        assert [Savings.name(), Savings.title()] == ["Savings", "Savings"]
    made: Any = Account
    assert made.one.cache_info() == made.other.cache_info() == (1, 1, 9, 1)
    assert made.name.cache_info() == made.title.cache_info() == (2, 2, 9, 2)


def test_counts_are_of_each_function_and_sizes_of_the_cache(cache_class: Any) -> None:
    cache = cache_class(9)
    near = cached(cache, key=lambda number: ("near", number))(lambda number: number)
    far = cached(cache, key=lambda number: ("far", number))(lambda number: -number)
    assert [near(1), near(1), far(1)] == [1, 1, -1]
    assert near.cache_info() == (1, 1, 9, 2)
    assert far.cache_info() == (0, 1, 9, 2)
    assert near.cache_key is near.key
    assert near.cache_key(1) == ("near", 1)
    assert near.cache_lock is None
    near.cache_clear()
    assert near.cache_info() == (0, 0, 9, 0)
    assert far.cache_info() == (0, 1, 9, 0)


def test_a_run_that_fails_is_a_miss_and_a_call_without_a_run_none(cache_class: Any) -> None:
    def fail(number: int) -> int:
        return 1 // number

    divide = cached(cache_class(9))(fail)
    with pytest.raises(ZeroDivisionError):
        divide(0)
    with pytest.raises(TypeError):
        divide([])  # type: ignore[arg-type]
    assert divide.cache_info()[:2] == (0, 1)


def test_counts_of_threads_are_exact(cache_class: Any) -> None:
    remember = cached(cache_class(1000))(lambda number: number)

    def ask(_: int) -> None:
        for number in range(1000):
            remember(number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(4)))
    assert remember.cache_info()[:2] == (3000, 1000)


def test_a_time_to_live_may_be_a_timedelta(cache_class: Any) -> None:
    now = [0.0]
    tell = cached(cache_class(9, clock=lambda: now[0]), ttl=timedelta(minutes=1))(lambda: now[0])
    assert tell() == 0
    now[0] = 59.0
    assert tell() == 0
    now[0] = 60.0
    assert tell() == 60
    for wrong in (timedelta(0), -1, math.inf):
        with pytest.raises(ValueError, match="ttl must be positive and finite"):
            cached(cache_class(9), ttl=wrong)
    with pytest.raises(TypeError, match="ttl must be a float"):
        cached(cache_class(9), ttl="1")  # type: ignore[arg-type]


def test_settings_that_contradict_are_refused(cache_class: Any) -> None:
    with pytest.raises(TypeError, match="typed is about the default key"):
        cached(cache_class(9), key=str, typed=True)
    with pytest.raises(TypeError, match="key must be callable, not int"):
        cached(cache_class(9), key=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="lock is for a mapping"):
        cached(cache_class(9), lock=threading.RLock())
    wrong: Any
    for wrong in (3, len, [], "cache"):
        with pytest.raises(TypeError, match="cache must be a Cache, a mutable mapping or None"):
            cached(wrong)
