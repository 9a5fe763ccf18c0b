"""What an asynchronous operation gives is carried on by later lines: whose it is, how it compares.

``t1 = start(pool.get('a'))`` starts an operation and ``r = await t1`` has its result; a stream is
made by one line and gone through by others. Each such line is one of the operation that began it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from agent.errors import ContractError
from agent.porting.check.kept import Named, kind_taken, takes_from
from agent.porting.compare.difference import Difference
from agent.porting.compare.outcome import Outcome, difference_of_outcomes
from agent.porting.script.asynchronous import (
    CONCURRENT,
    Drained,
    Gathered,
    Left,
    NeverCompleted,
    TimedOut,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.porting.compare.comparison import Comparison
    from agent.porting.contract.reader import Contract, OperationSpec
    from agent.porting.script.statement import Line

__all__ = [
    "OF_THE_LOOP",
    "Named",
    "difference_of_results",
    "goes_on",
    "has_raised",
    "is_carried",
    "outcomes_of",
    "refuse_words",
    "result_of",
]

OF_THE_LOOP = (asyncio.CancelledError, NeverCompleted, TimedOut, StopAsyncIteration)
"""What any asynchronous operation may raise: the loop, or the script, has it do so."""

_INSTANT = 1e-6
"""Seconds of a loop's clock that are no time at all: sums of delays are rounded."""

_CARRYING = {None, "__anext__", "__aenter__", "__aexit__"}
"""Operations of lines whose subject is what an operation gave."""


def refuse_words(contract: Contract) -> None:
    """Raise `ContractError` if a contract or a part is called like a word of its scripts."""
    words = {*CONCURRENT, "anext"} if contract.asynchronous else set()
    for name in contract.everything:
        if name.lower() in words:
            message = (
                f"{name}: {name.lower()!r} is a word of scripts that await operations, and an "
                "object that is called so would hide it: give the contract or part another name"
            )
            raise ContractError(message)


def goes_on(line: Line, carried: dict[str, Named]) -> Named | None:
    """Return the operation that `line` carries on, or None if it carries none on.

    `carried` has the operations by the name of what each gave.
    """
    if not carried:
        return None
    if line.operation in _CARRYING or takes_from(line, carried):
        return carried.get(line.subject or "")
    return None


def result_of(line: Line, spec: OperationSpec | None) -> Any:
    """Return the type of the value of a line that performs `spec`."""
    if spec is None:
        return Any
    if not spec.asynchronous:
        return kind_taken(line, spec)
    if line.word in {"anext", "enter", "through"}:
        return spec.returns if spec.giving == "value" else spec.given
    whole = line.awaits and line.word in {None, "within"} and spec.giving == "value"
    return spec.returns if whole else Any


def is_carried(line: Line, spec: OperationSpec | None) -> bool:
    """Return whether later lines continue the result of `line`: a task, coroutine or stream."""
    if spec is None or not spec.asynchronous or line.calls:
        return False
    if not line.awaits:
        return True
    return spec.giving != "value" and line.word is None


def has_raised(outcome: Outcome) -> bool:
    """Return whether a line raised, or a stream that it went through ended with an exception."""
    ended = outcome.value.ended if isinstance(outcome.value, Drained) else None
    return outcome.raised is not None or ended is not None


def outcomes_of(outcome: Outcome, number: int) -> list[Outcome]:
    """Return what each of the operations of a line did, of which there are `number`."""
    if isinstance(outcome.value, Gathered) and len(outcome.value.outcomes) == number:
        return outcome.value.outcomes
    return [outcome] * number


def difference_of_results(
    line: Line,
    left: Outcome,
    right: Outcome,
    comparison: Comparison,
    specs: Sequence[OperationSpec | None],
) -> Difference | None:
    """Return the first difference between what a line did on both sides, or None.

    `specs` has the operations that the line performs: one, unless they run at the same time.
    """
    first = specs[0] if specs else None
    found = difference_of_calling(left, right, first)
    if found is not None:
        return found
    values = left.value, right.value
    if isinstance(values[0], Left) and isinstance(values[1], Left):
        return next(_left_behind(*values, comparison), None)
    if isinstance(values[0], Gathered) and isinstance(values[1], Gathered):
        return next(_gathered(*values, comparison, specs), None)
    if isinstance(values[0], Drained) and isinstance(values[1], Drained):
        comparison.forget()
        given = Any if first is None else first.given
        return comparison.first(
            "items",
            values[0].items,
            values[1].items,
            list[given],  # type: ignore[valid-type]
        ) or comparison.first("ended", values[0].ended, values[1].ended)
    return difference_of_outcomes(left, right, comparison, result_of(line, first))


def difference_of_calling(
    left: Outcome, right: Outcome, spec: OperationSpec | None
) -> Difference | None:
    """Return a difference if only the reference gave a coroutine, where the contract says so."""
    strict = spec is not None and spec.calling == "coroutine"
    if not (strict and left.gave and right.gave) or left.gave == right.gave:
        return None
    return Difference("what the call gave", left.gave, right.gave)


def _gathered(
    python: Gathered,
    rust: Gathered,
    comparison: Comparison,
    specs: Sequence[OperationSpec | None],
) -> Iterator[Difference]:
    """Compare each outcome, and which completed before which.

    Of operations that the reference completes at one instant, neither is the first: how many turns
    of a loop each takes is not part of a contract.
    """
    pairs = zip(python.outcomes, rust.outcomes, strict=True)
    for index, ((one, other), spec) in enumerate(zip(pairs, specs, strict=True)):
        whole = spec is not None and spec.giving == "value"
        annotation = spec.returns if spec is not None and whole else Any
        found = difference_of_outcomes(one, other, comparison, annotation)
        if found is not None:
            yield Difference(f"[{index}]: {found.where}", found.python, found.rust)
    places = range(len(specs))
    for first in places:
        for second in places:
            if (
                python.instants[first] + _INSTANT < python.instants[second]
                and rust.instants[first] > rust.instants[second]
            ):
                orders = [f"[{first}] completes before [{second}]", f"[{second}] before [{first}]"]
                yield Difference("order", *orders)


def _left_behind(python: Left, rust: Left, comparison: Comparison) -> Iterator[Difference]:
    """Compare what is left at the end: the candidate may leave less than the reference, not more.

    The number of tasks or generators is not part of a contract, but leaving any behind is.
    """
    for what, ours, theirs in (
        ("tasks left running", python.tasks, rust.tasks),
        ("coroutines never awaited", python.unawaited, rust.unawaited),
        ("streams left open", ["…"] * python.streams, ["…"] * rust.streams),
    ):
        if theirs and not ours:
            yield Difference(what, "none", f"{len(theirs)}: {', '.join(theirs)}")
    comparison.forget()
    said = [sorted(side.exceptions, key=_rank) for side in (python, rust)]
    found = comparison.first("what the loop's exception handler was given", *said)
    if found is not None:
        yield found


def _rank(error: BaseException | str) -> tuple[str, str]:
    return type(error).__qualname__, str(error)
