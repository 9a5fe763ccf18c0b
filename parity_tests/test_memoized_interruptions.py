"""Memoized functions, interrupted by an exception wherever a signal handler may raise one."""

from __future__ import annotations

import asyncio
import dis
import sys
import threading
from collections import OrderedDict
from contextlib import contextmanager
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.cache import cached as decorator
from agent.components.cache import coroutines, locks, results, wrapping
from agent.components.cache.cached import cached
from parity_tests.awaiting import settle
from parity_tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType, FrameType

FILES = {module.__file__ for module in (coroutines, decorator, locks, results, wrapping)}

PLACES = {"RESUME", "CALL", "CALL_KW", "CALL_FUNCTION_EX", "JUMP_BACKWARD"}
"""The instructions after which the interpreter calls signal handlers."""


class Interruption(Exception):  # what a handler raises
    """What a signal handler raises."""


@cache
def _instructions(code: CodeType) -> dict[int, str]:
    return {each.offset: each.opname for each in dis.get_instructions(code)}


@contextmanager
def interruption(at: int) -> Iterator[Callable[[], bool]]:
    """Raise `Interruption` at a place within the decorators, counted from 1.

    Yields what tells whether there were as many places.
    """
    left = at
    before: dict[FrameType, str] = {}

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal left
        if frame.f_code.co_filename not in FILES:
            return None
        frame.f_trace_opcodes = True
        if event == "return":
            before.pop(frame, None)
        if event == "opcode":
            done = before.get(frame)
            before[frame] = _instructions(frame.f_code).get(frame.f_lasti, "")
            left -= done in PLACES
            if left == 0 and done in PLACES:
                raise Interruption
        return trace

    sys._getframe().f_trace_opcodes = True  # Python 3.12 must have heard of it before
    outer = sys.gettrace()
    sys.settrace(trace)
    try:
        yield lambda: left <= 0
    finally:
        sys.settrace(outer)


@pytest.fixture(params=["cache", "dict", "OrderedDict"])
def make(request: pytest.FixtureRequest, cache_class: Any) -> Callable[[], Any]:
    """Return what makes a cache."""
    makes = {"cache": partial(cache_class, 9), "dict": dict, "OrderedDict": OrderedDict}
    return makes[request.param]  # type: ignore[return-value]


def test_a_function_works_after_any_interruption(make: Callable[[], Any]) -> None:
    for place in count(1):
        echo = cached(make())(lambda number: number)
        with interruption(place) as happened:
            try:
                results = [echo(1), echo(1), echo.forget(1), echo(2)]
            except Interruption:
                results = []
        assert results in ([], [1, 1, True, 2])
        assert [echo(1), echo(2)] == [1, 2]
        found: list[Any] = []  # another thread waits for nothing that was left behind
        thread = threading.Thread(target=lambda: found.append(echo(3)), daemon=True)  # noqa: B023
        thread.start()
        thread.join(PATIENCE)
        assert found == [3], place
        if not happened():
            break
    assert place > 10


async def _two(echo: Any) -> None:
    await asyncio.gather(echo(1), echo(1), return_exceptions=True)


async def _cancelled(echo: Any) -> None:
    tasks = [asyncio.ensure_future(echo(1)) for _ in range(2)]
    await settle()
    for task in tasks:
        task.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("calls", [_two, _cancelled])
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_a_coroutine_function_works_after_any_interruption(
    make: Callable[[], Any], calls: Callable[[Any], Any]
) -> None:
    runs: list[int] = []

    async def work(number: int) -> int:
        runs.append(number)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return number

    async def main(place: int) -> bool:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        echo = cached(make())(work)
        with interruption(place) as happened:
            await calls(echo)
        await settle()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        echo.cache_clear()
        runs.clear()
        one, same, two = await asyncio.wait_for(asyncio.gather(*map(echo, (1, 1, 2))), PATIENCE)
        assert (one, same, two) == (1, 1, 2)
        assert runs == [1, 2]
        return happened()

    place = next(place for place in count(1) if not asyncio.run(main(place)))
    coroutines._waits.clear()
    assert place > 20
