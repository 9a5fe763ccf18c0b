"""A class as strangers write them, for shadows whose other side is the same class once more."""

# mypy: ignore-errors
from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, NamedTuple, Protocol

from agent.porting.contract.terms import Effect, operation

__all__ = ["UNSET", "BadRepr", "Many", "again", "looked_at"]

looked_at: list[str] = []
"""The members that were read, by name."""


class Unset:
    """The class of a sentinel."""


UNSET = Unset()
NOTHING = object()


class BadRepr:
    """Shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        raise ValueError

    def __deepcopy__(self, memo: Any) -> BadRepr:
        return BadRepr()


class Many(Mapping):
    """A mapping of as many numbers as it is told, to themselves and something more."""

    def __init__(self, size: int, more: int = 0) -> None:
        self.size = size
        self.more = more

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.size))

    def __getitem__(self, key: int) -> int:
        looked_at.append("Many")
        return key + self.more


class Page(Protocol):
    """What is compared of it."""

    @property
    def text(self) -> str: ...

    @property
    def parts(self) -> list[object]: ...

    @operation(effect=Effect.WRITES)
    def wrap(self) -> str: ...

    @operation(effect=Effect.WRITES)
    def write(self, text: str) -> None: ...

    @operation(effect=Effect.READS)
    def forms(self) -> list[str]: ...

    @operation(effect=Effect.READS)
    def __iter__(self) -> Iterator[int]: ...

    @operation(effect=Effect.READS)
    def row(self, *values: int) -> Any: ...

    @operation(effect=Effect.READS)
    def rows(self, number: int) -> list[list[int]]: ...

    @operation(effect=Effect.READS)
    def many(self, size: int) -> Mapping[int, int]: ...

    @operation(effect=Effect.WRITES)
    def drain(self) -> Iterator[str]: ...

    @operation(effect=Effect.READS)
    def is_unset(self, value: object) -> bool: ...

    @operation(effect=Effect.READS)
    def is_nothing(self, value: object) -> bool: ...

    @operation(effect=Effect.READS)
    def deep(self, levels: int) -> int: ...

    @operation(effect=Effect.WRITES)
    def put(self, value: object) -> None: ...

    @operation(effect=Effect.READS)
    def named(self) -> str: ...

    @operation(effect=Effect.READS)
    def kind(self) -> str: ...

    @operation(effect=Effect.READS)
    def wrapper(self) -> Any: ...

    @operation(effect=Effect.READS)
    def kind_of(self, size: int) -> type: ...

    @operation(effect=Effect.WRITES)
    def tell(self, told: Any) -> None: ...

    @operation(effect=Effect.READS)
    def made_by(self) -> list[type]: ...


class PageFactory(Protocol):
    """How one is made."""

    def __call__(self, text: str = "", inner: object = None) -> Page: ...


def again(row: Any = None, differing: int = 0) -> Any:  # noqa: C901  # its methods are many
    """Return the class, made once more.

    Args:
        row: what a row of it is, as a class of its own; the default makes one for each call.
        differing: what it adds to the values of a mapping.
    """

    class Page:
        width = 4
        __slots__ = ("__dict__", "margin")

        def __init__(self, text: str = "", inner: object = None) -> None:
            self.indent = ""
            self.margin = ""
            self._text = text
            self._inner = inner

        @property
        def text(self) -> str:
            looked_at.append("text")
            return self._text

        @property
        def parts(self) -> list[object]:
            return [self._inner]

        def wrap(self) -> str:
            return self.margin + self.indent + self._text[: self.width]

        def write(self, text: str) -> None:
            self._text += text

        def erase(self) -> None:
            self._text = ""

        def forms(self) -> list[str]:
            looked_at.append("forms")
            return ["text"]

        def __iter__(self) -> Iterator[int]:
            looked_at.append("__iter__")
            return count()

        def row(self, *values: int) -> Any:
            cls = row or NamedTuple("Row", [(f"value{index}", int) for index in range(len(values))])
            return cls(*values)

        def rows(self, number: int) -> list[list[int]]:
            return [[index] for index in range(number)]

        def many(self, size: int) -> Mapping[int, int]:
            return Many(size, differing)

        def drain(self) -> Iterator[str]:
            while self._text:
                first, self._text = self._text[0], self._text[1:]
                yield first

        def is_unset(self, value: object) -> bool:
            return value is UNSET

        def is_nothing(self, value: object) -> bool:
            return value is NOTHING

        def deep(self, levels: int) -> int:
            return self.deep(levels - 1) + 1 if levels else 0

        def put(self, value: object) -> None:
            self._inner = value

        def kind_of(self, size: int) -> type:
            class Kind:
                unit = size + differing

            return Kind

        def tell(self, told: Any) -> None:
            for each in told if isinstance(told, list) else [told]:
                each(self._text)

        def wrapper(self) -> Any:
            return self.wrap

        def made_by(self) -> list[type]:
            return [type(self)]

        def named(self) -> str:
            return self.label()

        @classmethod
        def label(cls) -> str:
            return cls.__name__

        @classmethod
        def kind(cls) -> str:
            return cls.__name__

    Page.__module__ = again.__module__
    Page.__qualname__ = "Page"
    return Page
