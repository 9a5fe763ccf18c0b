"""Arguments that are recorded while the call uses them: callbacks, clocks, iterators.

Each does to whoever uses it what the original does, and notes what came of it on the way.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from agent.porting.script.literals import Unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["HeardClock", "HeardFunction", "HeardItems"]

_ANSWERS = 50
"""Answers of a callback that are written; from then on, a script gives them again."""

_ITEMS = 1_000
"""Items of an iterator that are written."""


class HeardFunction:
    """Calls `function`, and keeps what it answered as expressions, made by `write`."""

    def __init__(
        self, name: str, function: Callable[..., Any], write: Callable[[Any], str]
    ) -> None:
        self.function = function
        self._name = name
        self._write = write
        self._answers: list[str] = []

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Do what the function does."""
        try:
            answer = self.function(*arguments, **named)
        except Exception as error:
            self._note(error, raised=True)
            raise
        self._note(answer, raised=False)
        return answer

    def __reduce__(self) -> tuple[Any, ...]:
        # Pickled and copied, it is the function itself: what reads that may know of no recording.
        return itemgetter(0), ((self.function,),)

    def text(self) -> str:
        """Return the word for it: a spy that gives the same answers."""
        return f"Spy({', '.join([repr(self._name), *self._answers])})"

    def _note(self, answer: Any, *, raised: bool) -> None:
        if len(self._answers) >= _ANSWERS:
            return
        # A spy would raise an exception, and call a function, where this answered with one.
        acted = isinstance(answer, BaseException) or callable(answer)
        if acted and not raised:
            self._answers.append("None")
            return
        try:
            self._answers.append(self._write(answer))
        except Unwritable:
            self._answers.append(f"Exception({type(answer).__name__!r})" if raised else "None")


class HeardClock(HeardFunction):
    """Keeps the last time that a clock told; the script's own clock is moved to it."""

    last: float | None = None

    def text(self) -> str:
        """Return the name of the script's clock."""
        return self._name

    def _note(self, answer: Any, *, raised: bool) -> None:
        if not raised and type(answer) in {int, float} and abs(answer) < 1e15:
            self.last = float(answer)


class HeardItems:
    """Gives the items of an iterator, and keeps those that were asked for."""

    def __init__(self, items: Iterator[Any], write: Callable[[Any], str]) -> None:
        self._items = items
        self._write = write
        self._texts: list[str] = []
        self._trouble: str | None = None

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        item = next(self._items)
        if len(self._texts) >= _ITEMS:
            self._trouble = f"an iterator of more than {_ITEMS} items"
        elif self._trouble is None:
            try:
                self._texts.append(self._write(item))
            except Unwritable as error:
                self._trouble = f"an iterator with an item {error}"
        return item

    def text(self) -> str:
        """Return an expression for an iterator of what was used.

        Raises `Unwritable`.
        """
        if self._trouble is not None:
            raise Unwritable(self._trouble)
        return f"iter([{', '.join(self._texts)}])"
