"""Read by mypy alone: memoized functions and methods have the types of those decorated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, assert_type

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from datetime import timedelta
    from operator import attrgetter

    from agent.components.cache.cached import CacheInfo, cached
    from agent.components.cache.contract import Cache
    from agent.components.cache.methods import PerInstance, cachedmethod

    def in_a_cache(cache: Cache[Any, int], later: timedelta) -> None:
        @cached(cache, ttl=later, typed=True)
        def double(number: int, *, times: int = 2) -> int:
            return number * times

        assert_type(double(1, times=3), int)
        assert_type(double.cache, Cache[Any, int])
        assert_type(double.cache.stats().hits, int)
        assert_type(double.cache_info(), CacheInfo)
        assert_type(double.forget(1, times=3), bool)
        function: Callable[[int], int] = double
        double("1")  # type: ignore[arg-type]
        double.forget(1, 2)  # type: ignore[call-arg]
        double.absent()  # type: ignore[attr-defined]
        assert_type(double.__wrapped__(1), int)
        function(1)

    async def awaited(cache: dict[str, str]) -> None:
        @cached(cache, key=str.lower)
        async def fetch(name: str) -> str:
            return name

        asked: Coroutine[Any, Any, str] = fetch("a")
        assert_type(await asked, str)
        assert_type(await fetch("a"), str)
        assert_type(fetch.cache, dict[str, str])
        await fetch(1)  # type: ignore[arg-type]

    class Account:
        """Has methods of each kind."""

        @cached(None)
        def total(self, year: int) -> float:
            """Return a total."""
            return year / 2

        @classmethod
        @cached({})
        def name(cls, suffix: str) -> str:
            """Return a name."""
            return cls.__name__ + suffix

        @staticmethod
        @cached({})
        def rate(year: int) -> float:
            """Return a rate."""
            return year / 2

        @cachedmethod(attrgetter("cache"))
        def balance(self, year: int) -> float:
            """Return a balance."""
            return year / 2

        @cachedmethod(PerInstance(dict[Any, Any]))
        async def later(self, year: int) -> float:
            """Return a balance."""
            return year / 2

    async def methods(account: Account) -> None:
        assert_type(account.total(1), float)
        assert_type(account.total.cache_info(), CacheInfo)
        account.total("1")  # type: ignore[arg-type]
        Account.name("a")
        Account.rate(1)
        assert_type(account.balance(1), float)
        assert_type(account.balance.forget(1), bool)
        account.balance.cache_clear()
        account.balance("1")  # type: ignore[arg-type]
        assert_type(Account.balance(account, 1), float)
        assert_type(await account.later(1), float)
