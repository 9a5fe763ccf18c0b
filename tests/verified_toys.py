"""A class for Rust that is verified: both sides of it, and contracts that are refused."""

# mypy: ignore-errors
from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable  # noqa: TC003  # contracts are read
from types import ModuleType
from typing import Any, Protocol, Self

from agent.porting.contract.terms import Effect, operation

__all__ = ["Box", "CounterBox", "RustBox", "again"]


class Boxed(Protocol):  # noqa: PLW1641  # its objects can change
    """An object that keeps values."""

    @property
    def label(self) -> str: ...

    @operation(effect=Effect.WRITES)
    def put(self, value: Any) -> None: ...

    @operation(effect=Effect.READS)
    def last(self) -> Any: ...

    @operation(effect=Effect.READS)
    def holding(self, other: Any = None) -> Any: ...

    @operation(effect=Effect.READS)
    def of(self, value: Any) -> Boxed: ...

    @operation(effect=Effect.READS)
    def __eq__(self, other: object) -> bool: ...

    @operation(effect=Effect.READS)
    def __len__(self) -> int: ...

    @operation(effect=Effect.WRITES)
    def each(self, function: Any) -> None: ...


class BoxFactory(Protocol):
    """How one is made."""

    def __call__(self, values: Any = ()) -> Boxed: ...


class Box:
    """The reference."""

    width = 1

    def __new__(cls, *_: Any) -> Self:
        """Make one as classes do that are known by their name."""
        return super(Box, cls).__new__(cls)  # noqa: UP008

    def __init__(self, values: Any = ()) -> None:
        self._values = list(values)
        self._label = ""

    @property
    def label(self) -> str:
        """What it is called."""
        return self._label

    @label.setter
    def label(self, label: str) -> None:
        self._label = label

    def put(self, value: Any) -> None:
        """Keep a value."""
        self._values.append(value)

    def last(self) -> Any:
        """Return the last value."""
        return self._values[-1]

    def holding(self, other: Any = None) -> Any:
        """Return itself, and another, in something."""
        return {"both": [self, (other, self)]}

    def each(self, function: Any) -> None:
        """Call a function."""
        function(len(self))

    @classmethod
    def of(cls, value: Any) -> Any:
        """Make one."""
        return cls([value])

    def clear(self) -> None:
        """Drop all values; the contract does not know it."""
        self._values.clear()

    def double(self) -> int:
        """Return twice the number; the contract does not know it, and Rust has it."""
        return 2 * len(self._values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Box):
            return NotImplemented
        return self._values == other._values

    __hash__ = None

    def __len__(self) -> int:
        return len(self._values)


class RustBox:
    """The other side, which takes its own objects only."""

    def __init__(self, values: Any = ()) -> None:
        self._held = list(values)

    label = ""

    def put(self, value: Any) -> None:
        """Keep a value; 13 is 14."""
        self._held.append(14 if value == 13 else value)

    def last(self) -> Any:
        """Return the last value."""
        return self._held[-1]

    def holding(self, other: Any = None) -> Any:
        """Return itself, and another, in something."""
        if other is not None and type(other) is not RustBox:
            raise TypeError(other)
        return {"both": [self, (other, self)]}

    def each(self, function: Any) -> None:
        """Call a function."""
        function(len(self))

    @classmethod
    def of(cls, value: Any) -> Any:
        """Make one."""
        return cls([value])

    def double(self) -> int:
        """Return twice the number."""
        return 2 * len(self._held)

    def __eq__(self, other: object) -> bool:
        return self._held == other._held if type(other) is RustBox else NotImplemented

    __hash__ = None

    def __len__(self) -> int:
        return len(self._held)

    def __getstate__(self) -> Any:
        return {"_values": self._held, "_label": ""}


class CounterBox(dict):
    """A reference that the interpreter reads by itself."""


class Joined(Protocol):
    """Takes others in a list."""

    @operation(effect=Effect.WRITES)
    def join(self, others: Iterable[Joined]) -> None: ...


class Merged(Protocol):
    """Takes one of its own kind."""

    @operation(effect=Effect.WRITES)
    def merge(self, other: Self) -> None: ...


class Part(Protocol):
    """A part."""

    @operation(effect=Effect.READS)
    def size(self) -> int: ...


class Split(Protocol):
    """Gives parts in a list."""

    @operation(effect=Effect.READS)
    def parts(self) -> list[Part]: ...


class Halved(Protocol):
    """Gives two of its own kind."""

    @operation(effect=Effect.READS)
    def halves(self) -> tuple[Self, Self]: ...


class Saved(Protocol):
    """Writes a file."""

    @operation(effect=Effect.EXTERNAL)
    def save(self, path: str) -> None: ...


class Told(Protocol):
    """Takes a function and gives what is no part."""

    @operation(effect=Effect.WRITES)
    def tell(self, function: Callable[[int], object]) -> dict[str, list[int]]: ...


def again(cls: type, home: ModuleType) -> ModuleType:
    """Return a module that has the class once more, beside the other names of its module."""
    module = ModuleType(f"{home.__name__}_again")
    vars(module).update({**vars(home), "__name__": module.__name__})
    exec(compile(inspect.getsource(cls), home.__file__ or "", "exec"), vars(module))  # noqa: S102
    return module
