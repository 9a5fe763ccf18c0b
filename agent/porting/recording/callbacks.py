"""Records arguments while a call uses them: callbacks, clocks, iterators.

Each does what the original does, and keeps what it gave.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.interpose.callbacks import StandIn, call_noted
from agent.porting.interpose.frames import pass_unseen
from agent.porting.script.literals import Unwritable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["HeardClock", "HeardFunction", "HeardItems"]

_ANSWERS = 50
"""Answers of a callback that are written; from then on, a script gives them again."""

_ITEMS = 1_000
"""Items of an iterator that are written."""


class HeardFunction(StandIn):
    """Calls `function`, and keeps what it answered as expressions, made by `write`."""

    __slots__ = ("__weakref__", "_answers", "_name", "_write", "stands_for")

    def __init__(
        self, name: str, function: Callable[..., Any], write: Callable[[Any], str]
    ) -> None:
        self.stands_for = function
        self._name = name
        self._write = write
        self._answers: list[str] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Do what the function does."""
        return call_noted(self.stands_for, args, kwargs, self._note)

    def text(self) -> str:
        """Return the expression for it: a spy that gives the same answers."""
        return f"Spy({', '.join([repr(self._name), *self._answers])})"

    def _note(self, answer: Any, raised: bool) -> None:  # noqa: FBT001  # as `call_noted` calls it
        if len(self._answers) >= _ANSWERS or (raised and not isinstance(answer, Exception)):
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
    """Keeps the last time that a clock showed; the script's own clock is moved to it."""

    __slots__ = ("last",)

    def __init__(
        self, name: str, function: Callable[..., Any], write: Callable[[Any], str]
    ) -> None:
        super().__init__(name, function, write)
        self.last: float | None = None

    def text(self) -> str:
        """Return the name of the script's clock."""
        return self._name

    def _note(self, answer: Any, raised: bool) -> None:  # noqa: FBT001  # as above
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


pass_unseen(globals())
