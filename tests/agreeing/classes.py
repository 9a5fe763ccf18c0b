"""Classes of the sorts that the standard library has none of in Python."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")


@dataclass(frozen=True, order=True)
class Point:
    """A point, whose hash is that of its fields."""

    x: int = 0
    y: int = 0
    name: str = field(default="", compare=False)

    def moved(self, by: int) -> Point:
        """Return a point further to the right."""
        return Point(self.x + by, self.y, self.name)

    def norm(self) -> int:
        """Return the distance from zero, along the axes."""
        return abs(self.x) + abs(self.y)


class Planet(enum.Enum):
    """Planets by their mass in the earth's."""

    MERCURY = 0.055
    EARTH = 1.0
    JUPITER = 317.8

    def heavier(self, other: Planet) -> bool:
        """Tell whether it is heavier than another one."""
        return self.value > other.value

    @classmethod
    def lightest(cls) -> Planet:
        """Return the lightest one."""
        return min(cls, key=lambda planet: planet.value)


class Permission(enum.Flag):
    """What is allowed."""

    READ = 1
    WRITE = 2
    ALL = 3

    def shown(self) -> str:
        """Return it as ls does."""
        read, write = Permission.READ in self, Permission.WRITE in self
        return ("r" if read else "-") + ("w" if write else "-")


class Sample(NamedTuple):
    """A value that was measured."""

    time: int
    value: float = 0.0

    def scaled(self, by: float) -> Sample:
        """Return it with another unit."""
        return self._replace(value=self.value * by)


class Deque(Generic[Item]):
    """A queue with two ends, as that of collections."""

    __slots__ = ("__weakref__", "_items", "maxlen")

    def __init__(self, items: Iterable[Item] = (), maxlen: int | None = None) -> None:
        if maxlen is not None and maxlen < 0:
            message = "maxlen must be non-negative"
            raise ValueError(message)
        self.maxlen = maxlen
        self._items: list[Item] = []
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Add an item on the right; with a maximum, the one on the left leaves."""
        self._items.append(item)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[0]

    def appendleft(self, item: Item) -> None:
        """Add an item on the left; with a maximum, the one on the right leaves."""
        self._items.insert(0, item)
        if self.maxlen is not None and len(self._items) > self.maxlen:
            del self._items[-1]

    def pop(self) -> Item:
        """Take the item on the right."""
        if not self._items:
            message = "pop from an empty deque"
            raise IndexError(message)
        return self._items.pop()

    def rotate(self, by: int = 1) -> None:
        """Move items from the right to the left."""
        if self._items:
            by %= len(self._items)
            self._items[:] = self._items[-by:] + self._items[:-by] if by else self._items

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, at: int) -> Item:
        return self._items[at]

    def __eq__(self, other: object) -> bool:
        return self._items == other._items if isinstance(other, Deque) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"Deque({self._items!r})"


class Stopwatch:
    """Laps; an object without a `__repr__` of its own."""

    def __init__(self) -> None:
        self._laps: list[float] = []

    def lap(self, seconds: float) -> float:
        """Add a lap; return the time in all."""
        self._laps.append(seconds)
        return sum(self._laps)

    def laps(self) -> Iterator[float]:
        """Give the laps, one by one."""
        yield from self._laps


class Grid:
    """Cells that callbacks fill."""

    def __init__(self, width: int = 2, height: int = 2) -> None:
        self._rows = [[0] * max(0, min(width, 9)) for _ in range(max(0, min(height, 9)))]

    def __getitem__(self, at: tuple[int, int]) -> int:
        row, column = at
        return self._rows[row][column]

    def __setitem__(self, at: tuple[int, int], value: int) -> None:
        row, column = at
        self._rows[row][column] = value

    def row(self, at: int) -> list[int]:
        """Return a row itself."""
        return self._rows[at]
