"""The names, beyond Python's own, that a script may use.

Each side of a pair evaluates a script among its own `words`; its spies write into that side's
journal.
"""

from __future__ import annotations

import asyncio
import re
from array import array
from collections import OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from math import inf, nan
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from uuid import UUID

from agent.porting.compare.outcome import Outcome
from agent.porting.interpose.callbacks import call_noted
from agent.porting.script.asynchronous import CONCURRENT
from agent.porting.script.hostile import Having, Key, Numeric, Odd, Unsure, broken
from agent.porting.script.nesting import nested
from agent.porting.script.probing import PROBING, Probing
from agent.porting.script.subclasses import (
    Backwards,
    Bytes,
    Caseless,
    Dict,
    Fallback,
    Float,
    Int,
    List,
    Str,
    Tuple,
)
from agent.porting.script.taking import exhaust

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Clock", "Journal", "Spy", "words"]

_DEEPEST = 3
"""The deepest nesting of spies that still act, so that a re-entering script ends."""


@dataclass(frozen=True)
class Called:
    """One call that a spy received, and its outcome."""

    spy: str
    arguments: tuple[Any, ...]
    outcome: Outcome


@dataclass
class Journal:
    """The calls of one side's spies, in order, since it was last emptied."""

    calls: list[Called] = field(default_factory=list)
    depth: int = 0


class Spy:
    """A callable that records its calls and cycles through `answers`.

    An answer that is an exception is raised; a function is called with the spy's arguments and its
    result returned, or, deep within other calls, an answer that is no function. Without answers, it
    returns None.
    """

    def __init__(self, journal: Journal, name: str, /, *answers: Any) -> None:
        self._journal = journal
        self._name = name
        self.answers = answers or (None,)
        self._turn = 0

    def __call__(self, *arguments: Any) -> Any:
        """Record the call and give the next answer."""
        answer = self.answers[self._turn % len(self.answers)]
        self._turn += 1

        def note(did: Any, raised: bool) -> None:  # noqa: FBT001  # as `call_noted` calls it
            outcome = Outcome(raised=did) if raised else Outcome(did)
            self._journal.calls.append(Called(self._name, arguments, outcome))

        return call_noted(self._act, (answer, arguments), {}, note)

    def _act(self, answer: Any, arguments: tuple[Any, ...]) -> Any:
        if isinstance(answer, BaseException):
            raise type(answer)(*answer.args)
        if not callable(answer):
            return answer
        if self._journal.depth == _DEEPEST:
            return next((each for each in self.answers if not callable(each)), None)
        self._journal.depth += 1
        try:
            return answer(*arguments)
        finally:
            self._journal.depth -= 1

    def __getstate__(self) -> tuple[str, int]:
        return self._name, self._turn

    def __repr__(self) -> str:
        return f"Spy({self._name!r})"


class AsyncSpy(Spy):
    """A coroutine function that records a call when it is awaited, and answers a turn later."""

    async def __call__(self, *arguments: Any) -> Any:
        """Record the call, and give the next answer."""
        answer = super().__call__(*arguments)
        await asyncio.sleep(0)
        return answer

    def __repr__(self) -> str:
        return f"AsyncSpy({self._name!r})"


class Clock:
    """A clock in seconds that moves by `advance`, and by `tick` after each read."""

    def __init__(self, start: float = 0.0, tick: float = 0.0) -> None:
        self.now = start
        self.tick = tick

    def __call__(self) -> float:
        """Return the time in seconds."""
        now = self.now
        self.now += self.tick
        return now

    def advance(self, seconds: float) -> None:
        """Advance by `seconds`."""
        self.now += seconds


def words(journal: Journal) -> dict[str, Any]:
    """Return the names of one side, whose spies write into `journal`."""

    def spy(name: str, /, *answers: Any) -> Callable[..., Any]:
        return Spy(journal, name, *answers)

    def async_spy(name: str, /, *answers: Any) -> Callable[..., Any]:
        return AsyncSpy(journal, name, *answers)

    def note(name: str, arguments: tuple[Any, ...], outcome: Outcome) -> None:
        journal.calls.append(Called(name, arguments, outcome))

    return _PLAIN | {"Spy": spy, "AsyncSpy": async_spy, PROBING: Probing(note)}


_PLAIN: dict[str, Any] = {
    word.__name__: word
    for word in (
        Backwards, Bytes, BytesIO, Caseless, Clock, Decimal, Dict, Fallback, Float, Fraction,
        Having, Int, Key, List, Numeric, Odd, OrderedDict, Path, PurePosixPath, Str, StringIO,
        Tuple, UUID, Unsure, array, broken, date, datetime, defaultdict, deque, exhaust, nested, re,
        time, timedelta, timezone,
    )
} | CONCURRENT | {"inf": inf, "nan": nan}  # fmt: skip
