"""Workloads of asynchronous operations: time per await, one after another and gathered."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import isawaitable
from time import perf_counter_ns
from typing import Any

from agent.porting.benchmark.workload import Workload

__all__ = ["awaited"]

Way = Callable[[Callable[[Any], Awaitable[Any]], Sequence[Any]], Coroutine[Any, Any, list[Any]]]
"""Awaits a call with each of the inputs, and returns the results in their order."""


def awaited(  # noqa: PLR0913  # what two rows say
    name: str,
    about: str,
    *,
    draw: Callable[[], Sequence[Any]],
    prepare: Callable[[Sequence[Any], Callable[..., Any]], Any],
    call: Callable[[Any, Any], Awaitable[Any]],
    expected: Sequence[Any],
) -> list[Workload]:
    """Return two workloads of the same awaits: ``NAME_sequential`` and ``NAME_gathered``.

    A state has an event loop of its own, within which it is prepared, run and asked for its answer.
    What entering the loop costs is not timed. What the loop itself costs is timed with awaits of a
    coroutine that does nothing, in the same way, and given beside both sides.

    Args:
        name: what the names of both begin with.
        about: what is done, in a few words.
        draw: makes the inputs: one for each await.
        prepare: makes what is called from the inputs and an implementation's constructor; it may be
            a coroutine function.
        call: calls the operation on that, with one of the inputs, and returns what is awaited.
        expected: the result of each await, derived without running any of the implementations.
    """
    return [
        Workload(
            name=f"{name}_{way}",
            about=f"{about}, {in_words}",
            size=len(expected),
            calls=len(expected),
            entries=0,
            expected=list(expected),
            draw=draw,
            prepare=partial(_prepare, prepare),
            run=partial(_run, call, run),
            answer=partial(_answer, call, run),
            loop=partial(_prepared_loop, len(expected), run),
        )
        for way, in_words, run in (
            ("sequential", "one await after another", _one_by_one),
            ("gathered", "all awaits at the same time", _at_once),
        )
    ]


@dataclass(frozen=True)
class _State:
    """What is called, with what, and the loop it belongs to."""

    subject: Any
    inputs: Sequence[Any]
    runner: asyncio.Runner = field(repr=False)


def _prepare(
    prepare: Callable[[Sequence[Any], Callable[..., Any]], Any],
    inputs: Sequence[Any],
    implementation: Callable[..., Any],
) -> _State:
    runner = asyncio.Runner()

    async def prepared() -> Any:
        subject = prepare(inputs, implementation)
        return await subject if isawaitable(subject) else subject

    state = _State(runner.run(prepared()), inputs, runner)
    weakref.finalize(state, runner.close)
    return state


def _run(
    call: Callable[[Any, Any], Awaitable[Any]],
    run: Way,
    state: _State,
    times: int,
) -> int:
    return state.runner.run(_timed(run, partial(call, state.subject), state.inputs, times))


def _answer(
    call: Callable[[Any, Any], Awaitable[Any]],
    run: Way,
    state: _State,
) -> list[Any]:
    return state.runner.run(run(partial(call, state.subject), state.inputs))


def _prepared_loop(size: int, run: Way) -> Callable[[int], int]:
    """Return what awaits a coroutine that does nothing, so many times `size`, and is timed."""
    state = _prepare(lambda _, make: make(), [None] * size, object)
    return partial(_run, _nothing, run, state)


async def _timed(
    run: Way,
    call: Callable[[Any], Awaitable[Any]],
    inputs: Sequence[Any],
    times: int,
) -> int:
    """Return the nanoseconds that `times` runs take within the loop."""
    start = perf_counter_ns()
    for _ in range(times):
        await run(call, inputs)
    return perf_counter_ns() - start


async def _one_by_one(call: Callable[[Any], Awaitable[Any]], inputs: Sequence[Any]) -> list[Any]:
    return [await call(each) for each in inputs]


async def _at_once(call: Callable[[Any], Awaitable[Any]], inputs: Sequence[Any]) -> list[Any]:
    return list(await asyncio.gather(*[call(each) for each in inputs]))


async def _nothing(_: object, __: object) -> None:
    """Do nothing, as a coroutine."""
