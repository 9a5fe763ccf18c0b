"""The words, beyond Python's own, that a script for a pair may use.

Each side of a pair evaluates a script among its own `words`; what its spies and clocks note goes
to that side's journal.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf, nan
from typing import TYPE_CHECKING, Any

from agent.porting.outcome import Outcome, capture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = [
    "Clock",
    "Journal",
    "Key",
    "Numeric",
    "Odd",
    "Spy",
    "Text",
    "Unsure",
    "Whole",
    "broken",
    "words",
]

_DEEPEST = 3
"""Spies inside spies inside … that still act; a script that re-enters for ever must end."""


@dataclass(frozen=True)
class Called:
    """One call that a spy received, and what came of it."""

    spy: str
    arguments: tuple[Any, ...]
    outcome: Outcome


@dataclass
class Journal:
    """What the spies of one side were called with since it was last emptied, in order."""

    calls: list[Called] = field(default_factory=list)
    depth: int = 0


class Spy:
    """A callable that notes its calls and answers in turn with `answers`, for ever.

    An exception as an answer is raised; a function is called with the spy's arguments and its
    result returned; without answers, None is.
    """

    def __init__(self, journal: Journal, name: str, /, *answers: Any) -> None:
        self._journal = journal
        self._name = name
        self._answers = answers or (None,)
        self._turn = 0

    def __call__(self, *arguments: Any) -> Any:
        """Note the call and give the next answer."""
        answer = self._answers[self._turn % len(self._answers)]
        self._turn += 1
        outcome = capture(self._act, answer, arguments)
        self._journal.calls.append(Called(self._name, arguments, outcome))
        return outcome.unwrap()

    def _act(self, answer: Any, arguments: tuple[Any, ...]) -> Any:
        if isinstance(answer, BaseException):
            raise type(answer)(*answer.args)
        if not callable(answer):
            return answer
        if self._journal.depth == _DEEPEST:
            return None
        self._journal.depth += 1
        try:
            return answer(*arguments)
        finally:
            self._journal.depth -= 1

    def __getstate__(self) -> tuple[str, int]:
        return self._name, self._turn

    def __repr__(self) -> str:
        return f"Spy({self._name!r})"


class Clock:
    """A clock in seconds that moves by `advance`, and by `tick` each time after it is read."""

    def __init__(self, start: float = 0.0, tick: float = 0.0) -> None:
        self.now = start
        self.tick = tick

    def __call__(self) -> float:
        """Return the time in seconds."""
        now = self.now
        self.now += self.tick
        return now

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`."""
        self.now += seconds


class Text(str):
    """A `str` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Text({str.__repr__(self)})"


class Whole(int):
    """An `int` of another class."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Whole({int.__repr__(self)})"


class Numeric:
    """Not a number, but converts to one: what a number is asked for must not take it."""

    def __init__(self, value: int) -> None:
        self.value = value

    def __index__(self) -> int:
        return self.value

    def __int__(self) -> int:
        return self.value

    def __float__(self) -> float:
        return float(self.value)

    def __repr__(self) -> str:
        return f"Numeric({self.value})"


class Unsure:
    """Neither true nor false: asking raises `ValueError`."""

    def __bool__(self) -> bool:
        message = "neither true nor false"
        raise ValueError(message)

    def __repr__(self) -> str:
        return "Unsure()"


class Key:
    """A key with honest equality, by name, and a chosen hash, so that unequal keys can collide."""

    def __init__(self, name: str, hash: int) -> None:  # noqa: A002  # what it is
        self.name = name
        self.hash = hash

    def __hash__(self) -> int:
        return self.hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and other.name == self.name

    def __repr__(self) -> str:
        return f"Key({self.name!r}, {self.hash})"


class Odd:
    """A hostile key: `hash` and `eq` are what its ``__hash__`` and ``__eq__`` answer.

    An exception as an answer is raised; a function is called and its result returned.
    """

    def __init__(self, hash: Any, eq: Any) -> None:  # noqa: A002  # what it is
        self.hash = hash
        self.eq = eq

    def __hash__(self) -> int:
        return self._answer(self.hash)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        return self._answer(self.eq)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        answers = ("…" if callable(answer) else repr(answer) for answer in (self.hash, self.eq))
        return f"Odd({', '.join(answers)})"

    @staticmethod
    def _answer(answer: Any) -> Any:
        if isinstance(answer, BaseException):
            raise type(answer)(*answer.args)
        return answer() if callable(answer) else answer


def broken(*items: Any) -> Iterator[Any]:
    """Yield `items`, then raise `RuntimeError`."""
    yield from items
    message = "broken midway"
    raise RuntimeError(message)


def words(journal: Journal) -> dict[str, Any]:
    """Return the words of one side, whose spies write into `journal`."""

    def spy(name: str, /, *answers: Any) -> Callable[..., Any]:
        return Spy(journal, name, *answers)

    plain: list[Any] = [Clock, Key, Numeric, Odd, Text, Unsure, Whole, broken]
    return {word.__name__: word for word in plain} | {"Spy": spy, "inf": inf, "nan": nan}
