"""Objects whose special methods raise, lie, or call back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["Having", "Key", "Numeric", "Odd", "Unsure", "broken"]


class Numeric:
    """Not a number, but convertible to one; must not be accepted where a number is required."""

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
    """Neither true nor false: `bool` raises `ValueError`."""

    def __bool__(self) -> bool:
        message = "neither true nor false"
        raise ValueError(message)

    def __repr__(self) -> str:
        return "Unsure()"


class Key:
    """A key with correct equality, by name, and a chosen hash, so that unequal keys can collide."""

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
"""The largest number of calls of a function, so that code which also sees what the function adds
terminates."""


class _Impatient:
    """Limits its calls. The count is not part of its value: implementations may compare freely."""

    patience = _PATIENCE

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "patience"}


class Odd(_Impatient):
    """A hostile key: `hash` and `eq` are the results of its ``__hash__`` and ``__eq__``.

    A result that is an exception is raised; a function is called and its result returned.
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
    """The base of what `Having` makes; a subclass has the special methods."""

    answers: dict[str, Any]

    def __repr__(self) -> str:
        texts = (f"{name}={_shown(answer)}" for name, answer in self.answers.items())
        return f"Having({', '.join(texts)})"


def Having(**answers: Any) -> Misfit:  # noqa: N802  # reads as what it makes
    """Return an object that has the named special methods, and no others of its own.

    ``Having(len=-1, iter=ValueError('iter'))`` has the length -1 and raises when iterated.
    A result that is an exception is raised; a function is called and its result returned.
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
