"""Objects whose special methods raise, lie, or call back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Having", "Key", "Numeric", "Odd", "Unsure", "broken"]


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


_PATIENCE = 1000
"""How often one of these calls a function: what it compares is looked through for ever otherwise,
by code that sees what the function adds."""


class _Impatient:
    """Has a patience, which is no part of what it is: implementations compare as they like."""

    patience = _PATIENCE

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "patience"}


class Odd(_Impatient):
    """A hostile key: `hash` and `eq` are what its ``__hash__`` and ``__eq__`` answer.

    An exception as an answer is raised; a function is called and its result returned.
    """

    def __init__(self, hash: Any, eq: Any) -> None:  # noqa: A002  # what it is
        self.hash = hash
        self.eq = eq

    def __hash__(self) -> int:
        return _answer(self, self.hash)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> bool:
        return _answer(self, self.eq)  # type: ignore[no-any-return]

    def __repr__(self) -> str:
        return f"Odd({_shown(self.hash)}, {_shown(self.eq)})"


class Misfit(_Impatient):
    """What `Having` makes; a subclass has the special methods."""

    answers: dict[str, Any]

    def __repr__(self) -> str:
        texts = (f"{name}={_shown(answer)}" for name, answer in self.answers.items())
        return f"Having({', '.join(texts)})"


def Having(**answers: Any) -> Misfit:  # noqa: N802  # reads as what it makes
    """Return an object that has the special methods named, and no others of its own.

    ``Having(len=-1, iter=ValueError('iter'))`` answers -1 when asked for its length and raises
    when iterated. An exception as an answer is raised; a function is called and its result
    returned.
    """
    misfit = _class_having(tuple(answers))()
    misfit.answers = answers
    return misfit


@lru_cache(maxsize=256)
def _class_having(names: tuple[str, ...]) -> type[Misfit]:
    def method(name: str) -> Callable[..., Any]:
        def answer(self: Misfit, *_: Any) -> Any:
            return _answer(self, self.answers[name])

        return answer

    return type("Misfit", (Misfit,), {f"__{name}__": method(name) for name in names})


def broken(*items: Any) -> Iterator[Any]:
    """Yield `items`, then raise `RuntimeError`."""
    yield from items
    message = "broken midway"
    raise RuntimeError(message)


def _answer(asked: _Impatient, answer: Any) -> Any:
    if isinstance(answer, BaseException):
        raise type(answer)(*answer.args)
    if not callable(answer):
        return answer
    if asked.patience == 0:
        message = "asked too often"
        raise RuntimeError(message)
    asked.patience -= 1
    return answer()


def _shown(answer: Any) -> str:
    return "…" if callable(answer) or hasattr(answer, "__next__") else repr(answer)
