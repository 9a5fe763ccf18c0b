"""The decorator of methods whose instances have a cache each."""

from __future__ import annotations

import asyncio
import copy
import gc
import inspect
import pickle
import threading
from abc import ABC, abstractmethod
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING, Any
from weakref import ref

import pytest

from agent.components.cache.methods import PerInstance, cachedmethod

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Account:
    """Has a cache, no dictionary, no weak references, and cannot be hashed."""

    __slots__ = ("cache", "calls", "name")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, cache: Any, name: str = "") -> None:
        self.cache = cache
        self.calls: list[Any] = []
        self.name = name

    def __eq__(self, other: object) -> bool:
        return True

    @cachedmethod(attrgetter("cache"))
    def balance(self, year: int, *, month: int = 1) -> tuple[str, int, int]:
        """Return the balance."""
        self.calls.append((year, month))
        return self.name, year, month

    @cachedmethod(attrgetter("cache"), key=lambda self, year: (self.name, "fee", year))
    def fee(self, year: int) -> int:
        """Return the fee, beside the balances."""
        self.calls.append(year)
        return year

    @cachedmethod(attrgetter("cache"), typed=True)
    def kind(self, value: object) -> str:
        """Return the name of a type."""
        return type(value).__name__

    @cachedmethod(attrgetter("cache"))
    async def later(self, year: int) -> tuple[str, int]:
        """Return the balance after a while."""
        self.calls.append(year)
        await asyncio.sleep(0)
        return self.name, year


@pytest.fixture(params=["cache", "mapping"])
def make(request: pytest.FixtureRequest, cache_class: Any) -> Callable[[], Any]:
    """Return what makes a cache of an instance."""
    return partial(cache_class, 9) if request.param == "cache" else dict


def test_each_instance_has_its_own_results(make: Any) -> None:
    one, other = Account(make(), "one"), Account(make(), "other")
    for _ in range(2):
        assert one.balance(1) == ("one", 1, 1)
        assert other.balance(1) == ("other", 1, 1)
        assert one.balance(1, month=2) == ("one", 1, 2)
    assert one.calls == [(1, 1), (1, 2)]
    assert other.calls == [(1, 1)]
    assert (len(one.cache), len(other.cache)) == (2, 1)
    assert one.balance.cache is one.cache
    assert one.balance.forget(1, month=2) is True
    assert Account.balance.forget(other, 1) is True  # type: ignore[attr-defined]
    assert (len(one.cache), len(other.cache)) == (1, 0)
    one.balance.cache_clear()
    assert len(one.cache) == 0
    assert Account.balance(one, 3) == ("one", 3, 1)


def test_keys_and_types(make: Any) -> None:
    account = Account(make(), "one")
    assert [account.fee(1), account.fee(1), account.balance(1)] == [1, 1, ("one", 1, 1)]
    assert account.fee.cache_key(1) == ("one", "fee", 1)
    assert account.balance.cache_key(1) == (1,)
    assert [account.kind(1), account.kind(1.0), account.kind(1)] == ["int", "float", "int"]
    assert account.calls == [1, (1, 1)]


def test_counts_are_of_the_method_and_sizes_of_the_instance(cache_class: Any) -> None:
    class Counted:
        def __init__(self, cache: Any) -> None:
            self.cache = cache

        @cachedmethod(attrgetter("cache"))
        def echo(self, number: int) -> int:
            return number

    one, other = Counted(cache_class(9)), Counted(cache_class(5))
    assert [one.echo(1), one.echo(2), one.echo(1), other.echo(1)] == [1, 2, 1, 1]
    assert one.echo.cache_info() == (1, 3, 9, 2)
    assert other.echo.cache_info() == (1, 3, 5, 1)


def test_coroutine_methods_share_runs_of_their_instance(make: Any) -> None:
    one, other = Account(make(), "one"), Account(make(), "other")

    async def main() -> list[Any]:
        return list(await asyncio.gather(one.later(1), other.later(1), one.later(1)))

    for _ in range(2):
        assert asyncio.run(main()) == [("one", 1), ("other", 1), ("one", 1)]
    assert (one.calls, other.calls) == ([1], [1])
    assert inspect.iscoroutinefunction(Account.later)
    assert inspect.iscoroutinefunction(one.later)


def test_no_instance_is_kept_alive(make: Any) -> None:
    class Kept:
        __hash__ = None  # type: ignore[assignment]

        @cachedmethod(PerInstance(make))
        def echo(self, number: int) -> int:
            return number

        @cachedmethod(PerInstance(make))
        async def later(self, number: int) -> int:
            return number

    one, other = Kept(), Kept()
    assert [one.echo(1), one.echo(1), other.echo(1), asyncio.run(one.later(1))] == [1, 1, 1, 1]
    assert one.echo.cache is one.echo.cache
    assert one.echo.cache is not other.echo.cache
    assert one.echo.cache is not one.later.cache
    seen, cached = ref(one), Kept.echo.cache  # type: ignore[attr-defined]
    assert len(cached._made) == 2
    del one
    gc.collect()
    assert seen() is None
    assert len(cached._made) == 1
    assert other.echo.cache_info()[:2] == (1, 2)


def test_objects_per_instance_are_made_once_among_threads() -> None:
    all_make = threading.Barrier(8)

    def make() -> object:
        all_make.wait(60)
        return object()

    of = PerInstance(make)
    instance, found = ref, []

    def ask() -> None:
        found.append(of(instance))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    with pytest.raises(TypeError, match="weak reference"):
        of(3)


def test_an_instance_may_have_no_cache(make: Any) -> None:
    account = Account(None)
    assert [account.balance(1), account.balance(1)] == [("", 1, 1)] * 2
    assert asyncio.run(account.later(1)) == ("", 1)
    assert len(account.calls) == 3
    assert account.balance.cache is None
    assert account.balance.forget(1) is False
    account.balance.cache_clear()
    assert account.balance.cache_info()[2:] == (0, 0)
    account.cache = make()
    assert [account.balance(1), account.balance(1)] == [("", 1, 1)] * 2
    assert len(account.calls) == 4


def test_a_bound_method_is_like_any_other(cache_class: Any) -> None:
    account: Any = Account(cache_class(9), "one")
    method = account.balance
    assert method.__self__ is account
    assert method.__func__ is Account.balance
    assert (method.__name__, method.__wrapped__(1)) == ("balance", ("one", 1, 1))
    assert str(inspect.signature(method)).startswith("(year: 'int', *, month")
    assert method == account.balance
    assert hash(method) == hash(account.balance)
    assert method != Account(cache_class(9)).balance
    assert method != account.fee
    assert partial(method, 1)(month=2) == ("one", 1, 2)
    with pytest.raises(AttributeError):
        _ = method.absent
    assert Account.balance.__doc__ == "Return the balance."


def test_pickles_and_copies_take_the_cache_along(cache_class: Any) -> None:
    account = Account(cache_class(9), "one")
    account.balance(1, month=2)
    bound: Any = account.balance
    assert b"_Bound" not in pickle.dumps(bound)
    for again in (copy.deepcopy(bound), pickle.loads(pickle.dumps(bound))):
        assert again.__self__ is not account
        assert again(1, month=2) == ("one", 1, 2)
        assert again.__self__.calls == [(1, 2)]
    assert pickle.loads(pickle.dumps(Account.balance)) is Account.balance


def test_subclasses_and_abstract_methods(cache_class: Any) -> None:
    class Base(ABC):
        def __init__(self) -> None:
            self.cache = cache_class(9)

        @cachedmethod(attrgetter("cache"), key=lambda self, number: ("base", number))
        @abstractmethod
        def echo(self, number: int) -> int:
            return number

    class Derived(Base):
        @cachedmethod(attrgetter("cache"))
        def echo(self, number: int) -> int:
            return -super().echo(number)

    with pytest.raises(TypeError, match="abstract"):
        Base()  # type: ignore[abstract]
    derived = Derived()
    assert [derived.echo(1), derived.echo(1)] == [-1, -1]
    assert len(derived.cache) == 2


def test_a_lock_of_ones_own_and_times_to_live(cache_class: Any) -> None:
    class Locked:
        def __init__(self) -> None:
            self.cache: Any = {}
            self.lock: Any = threading.RLock()
            self.now = 0.0
            self.own = cache_class(9, clock=lambda: self.now)

        @cachedmethod(attrgetter("cache"), lock=attrgetter("lock"))
        def echo(self, number: int) -> int:
            return number

        @cachedmethod(attrgetter("own"), ttl=timedelta(seconds=5))
        def tell(self) -> float:
            return self.now

        @cachedmethod(attrgetter("cache"), ttl=5)
        def wrong(self) -> None: ...

    locked = Locked()
    assert locked.echo(1) == 1
    assert locked.echo.cache_lock is locked.lock
    assert locked.tell.cache_lock is None
    assert locked.tell() == 0.0
    locked.now = 5.0
    assert locked.tell() == 5.0
    locked.now = 10.0
    assert locked.tell() == 10.0
    locked.cache = cache_class(9)
    locked.lock = None
    assert locked.echo(1) == 1
    locked.lock = threading.RLock()
    with pytest.raises(TypeError, match="lock is for a mapping"):
        locked.echo(1)
    locked.cache = {}
    with pytest.raises(TypeError, match="ttl needs a Cache: a dict has no deadlines"):
        locked.wrong()


def test_what_cannot_be_remembered_is_refused(make: Any) -> None:
    def numbers(self: object) -> Iterator[int]:
        yield 1

    with pytest.raises(TypeError, match="generator function"):
        cachedmethod(attrgetter("cache"))(numbers)
    with pytest.raises(TypeError, match="cache must be callable, not dict"):
        cachedmethod({})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="typed is about the default key"):
        cachedmethod(attrgetter("cache"), key=str, typed=True)
    with pytest.raises(TypeError, match="key must be callable, not int"):
        cachedmethod(attrgetter("cache"), key=3)  # type: ignore[arg-type]
    account = Account(3)
    with pytest.raises(TypeError, match="cache must be a Cache, a mutable mapping or None"):
        account.balance(1)
    account = Account(make())
    with pytest.raises(TypeError, match="unhashable"):
        account.balance([])  # type: ignore[arg-type]
