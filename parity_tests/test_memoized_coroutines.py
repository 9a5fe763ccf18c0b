"""The decorator on coroutine functions: shared runs, event loops, contexts."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import sys
import threading
import types
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.cache.cached import cached
from agent.errors import RecursiveFactory
from parity_tests.awaiting import Work, run, settle
from parity_tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


def test_a_result_is_awaited_once_and_remembered(cache_class: Any) -> None:
    calls = []

    @cached(cache_class(9))
    async def double(number: int, *, times: int = 2) -> int:
        """Multiply."""
        calls.append(number)
        await asyncio.sleep(0)
        return number * times

    async def main() -> list[int]:
        return [await double(2), await double(2), await double(2, times=3)]

    assert inspect.iscoroutinefunction(double)
    assert run(main()) == [4, 4, 6]
    assert run(main()) == [4, 4, 6]  # results outlive a loop
    assert calls == [2, 2]
    assert double.cache_info() == (4, 2, 9, 2)
    assert (double.__name__, double.__doc__) == ("double", "Multiply.")
    assert double.forget(2) is True
    assert run(main()) == [4, 4, 6]
    assert calls == [2, 2, 2]


class Called:
    """Its objects are called."""

    async def __call__(self, number: int) -> int:
        return number


class CalledByPartial:
    """Its objects are called, by an object."""

    __call__ = staticmethod(partial(Called()))


async def plain(number: int) -> int:
    return number


class Owner:
    """Has a method."""

    async def method(self, number: int) -> int:
        return number


def _by_generator(number: int) -> Generator[Any, Any, int]:
    yield
    return number


by_generator: Any = types.coroutine(_by_generator)


def _marked() -> Any:
    def function(number: int) -> Any:
        return plain(number)

    if sys.version_info >= (3, 12):
        return inspect.markcoroutinefunction(function)
    function._is_coroutine = asyncio.coroutines._is_coroutine  # type: ignore[attr-defined]
    return function


IN_DISGUISE: dict[str, Callable[..., Any]] = {
    "a callable object": Called(),
    "a callable object's partial": partial(Called()),
    "a partial as __call__": CalledByPartial(),
    "a partial": partial(plain),
    "a partial of a partial": partial(partial(plain)),
    "a bound method": Owner().method,
    "a generator made a coroutine": by_generator,
    "a marked function": _marked(),
}


@pytest.mark.parametrize("name", IN_DISGUISE)
def test_what_is_awaited_is_known_in_any_disguise(cache_class: Any, name: str) -> None:
    remember = cached(cache_class(9))(IN_DISGUISE[name])
    again = cached(cache_class(9))(remember)

    async def main() -> list[Any]:
        return [await remember(1), await remember(1), await again(1), await again(1)]

    assert run(main()) == [1, 1, 1, 1]
    assert remember.cache_info()[:2] == (2, 1)
    assert again.cache_info()[:2] == (1, 1)


def test_awaiting_does_not_make_a_generator_storable(cache_class: Any) -> None:
    async def numbers() -> Any:
        return (number for number in range(3))

    cache = cache_class(9)
    with pytest.raises(TypeError, match="used once only"):
        run(cached(cache)(numbers)())
    assert len(cache) == 0


def test_callers_share_one_run(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        tasks = await work.callers("a", 3)
        others = await work.callers("b", 2)
        work.gates["a"].set_result(1)
        work.gates["b"].set_result(2)
        assert await asyncio.gather(*tasks, *others) == [1, 1, 1, 2, 2]

    run(main())
    assert work.seen == ["start a", "start b", "end a", "end b"]
    assert work.ask.cache_info()[:2] == (3, 2)
    assert work.idle


def test_an_exception_reaches_each_caller_and_is_not_stored(cache_class: Any) -> None:
    work = Work(cache_class(9))

    async def main() -> None:
        tasks = await work.callers("a", 3)
        error = OSError("a")
        work.gates["a"].set_exception(error)
        assert await asyncio.gather(*tasks, return_exceptions=True) == [error] * 3
        (task,) = await work.callers("a", 1)
        work.gates["a"].set_result(1)
        assert await task == 1

    run(main())
    assert work.seen == ["start a", "end a"] * 2
    assert work.ask.cache_info()[:2] == (0, 2)
    assert work.idle


def test_each_loop_does_its_own_run(cache_class: Any) -> None:
    both = threading.Barrier(2)
    loops = []

    @cached(cache_class(9))
    async def tell() -> int:
        loops.append(asyncio.get_running_loop())
        await asyncio.to_thread(both.wait, PATIENCE)
        return 1

    async def main() -> list[int]:
        return list(await asyncio.gather(tell(), tell()))

    results: list[Any] = []
    threads = [
        threading.Thread(target=lambda: results.append(asyncio.run(main()))) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert results == [[1, 1], [1, 1]]
    assert len(set(loops)) == 2
    assert tell.cache_info()[:2] == (2, 2)


def test_a_run_has_the_context_of_its_first_caller(cache_class: Any) -> None:
    who: contextvars.ContextVar[str] = contextvars.ContextVar("who")

    @cached(cache_class(9))
    async def tell() -> str:
        await settle()
        found = who.get()
        who.set("the run")
        return found

    async def ask(name: str) -> tuple[str, str]:
        who.set(name)
        return await tell(), who.get()

    async def main() -> list[tuple[str, str]]:
        return list(await asyncio.gather(ask("first"), ask("second")))

    assert run(main()) == [("first", "first"), ("first", "second")]


def test_waiting_for_oneself_is_refused(cache_class: Any) -> None:
    @cached(cache_class(9))
    async def direct() -> Any:
        return await direct()

    @cached(cache_class(9))
    async def ping() -> Any:
        return await pong()

    @cached(cache_class(9))
    async def pong() -> Any:
        await settle()
        return await ping()

    async def both() -> Any:
        return await asyncio.gather(ping(), pong(), return_exceptions=True)

    with pytest.raises(RecursiveFactory, match="waits for its own result"):
        run(direct())
    with pytest.raises(RecursiveFactory, match="waits for its own result"):
        run(ping())
    assert {type(error) for error in run(both())} == {RecursiveFactory}


def test_other_keys_may_be_asked_for_within_a_run(cache_class: Any) -> None:
    @cached(cache_class(99))
    async def fibonacci(number: int) -> int:
        if number < 2:
            return number
        return sum(await asyncio.gather(fibonacci(number - 1), fibonacci(number - 2)))

    assert run(fibonacci(50)) == 12586269025
    assert fibonacci.cache_info() == (48, 51, 99, 51)


def test_tasks_that_begin_at_once_share_runs_too(cache_class: Any) -> None:
    factory: Any = getattr(asyncio, "eager_task_factory", None)  # since Python 3.12
    work = Work(cache_class(9))

    @cached(cache_class(9))
    async def at_once(number: int) -> int:
        return number

    @cached(cache_class(9))
    async def direct() -> Any:
        return await direct()

    async def main() -> None:
        asyncio.get_running_loop().set_task_factory(factory)
        assert [await at_once(1), await at_once(1)] == [1, 1]
        with pytest.raises(RecursiveFactory):
            await direct()
        tasks = await work.callers("a", 2)
        tasks[0].cancel()
        await settle()
        work.gates["a"].set_result(1)
        assert await tasks[1] == 1
        await settle()

    run(main())
    assert work.seen == ["start a", "end a"]
    assert work.idle


def test_what_is_too_heavy_is_shared_and_not_stored(cache_class: Any) -> None:
    cache = cache_class(9, max_weight=1, weigher=lambda key, value: 2)
    work = Work(cache)

    async def main() -> None:
        tasks = await work.callers("a", 2)
        work.gates["a"].set_result(1)
        assert await asyncio.gather(*tasks) == [1, 1]

    run(main())
    assert len(cache) == 0


def test_a_time_to_live_and_no_cache(cache_class: Any) -> None:
    now = [0.0]

    @cached(cache_class(9, clock=lambda: now[0]), ttl=5)
    async def tell() -> float:
        return now[0]

    @cached(None)
    async def forgetful() -> float:
        await asyncio.sleep(0)
        return now[0]

    async def main() -> list[float]:
        first = [await tell(), await forgetful()]
        now[0] = 5.0
        return [*first, await tell(), *await asyncio.gather(forgetful(), forgetful())]

    assert run(main()) == [0.0, 0.0, 5.0, 5.0, 5.0]
    assert forgetful.cache_info() == (0, 3, 0, 0)
