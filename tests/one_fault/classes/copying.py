"""Pickles, copies, deep copies, weak references."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


# fault: It cannot be pickled.
# seen: https://github.com/aio-libs/frozenlist/issues/834
# shown: pickle.loads(pickle.dumps(Route(["a"]))).stops()
class Route:
    """Stops in an order."""

    def __init__(self, stops: list[str]) -> None:
        self._stops = list(stops)

    def stops(self) -> list[str]:
        """Return the stops."""
        return list(self._stops)

    # twin: def __reduce_ex__(self, protocol): raise TypeError("cannot pickle 'Route' object")
    # twin: def __copy__(self): return Route(self._stops)
    # twin: def __deepcopy__(self, memo): return Route(self._stops)
    # twin: def back(self): self._stops.reverse()
    def back(self) -> None:
        """Turn the route round."""
        self._stops.reverse()

    def __repr__(self) -> str:
        return f"Route({self._stops})"


# fault: It cannot be copied deeply.
# seen: https://github.com/PyO3/pyo3/issues/181
# shown: copy.deepcopy(Book("a", ["b"])).words
class Book:
    """A title and its words."""

    def __init__(self, title: str, words: list[str]) -> None:
        self.title = title
        self.words = words

    # twin: def __deepcopy__(self, memo): raise TypeError("can't pickle Book objects")
    # twin: def count(self): return len(self.words)
    def count(self) -> int:
        """Return how many words there are."""
        return len(self.words)

    def __repr__(self) -> str:
        return f"Book({self.title!r}, {self.words})"


# fault: A deep copy lacks the weeks.
# seen: https://github.com/python-pendulum/pendulum/pull/933
# shown: copy.deepcopy(Span(1, 2)).days_in_all()
class Span:
    """Weeks and days."""

    def __init__(self, weeks: int = 0, days: int = 0) -> None:
        self.weeks = weeks
        self.days = days

    def days_in_all(self) -> int:
        """Return all days."""
        return 7 * self.weeks + self.days

    def __deepcopy__(self, memo: dict[int, object]) -> Span:
        # twin: return Span(days=self.days)
        return Span(self.weeks, self.days)

    def __repr__(self) -> str:
        return f"Span({self.weeks}, {self.days})"


# fault: A deep copy shares its ends.
# seen: https://github.com/python-pendulum/pendulum/pull/850
# shown: said(i := Interval([1], [2]), c := copy.deepcopy(i), c.start.append(3), i)
class Interval:
    """What lies between two places."""

    def __init__(self, start: list[int], end: list[int]) -> None:
        self.start = start
        self.end = end

    # twin: def __deepcopy__(self, memo): return Interval(self.start, self.end)
    # twin: def swap(self): self.start, self.end = self.end, self.start
    def swap(self) -> None:
        """Exchange start and end."""
        self.start, self.end = self.end, self.start

    def __repr__(self) -> str:
        return f"Interval({self.start}, {self.end})"


# fault: A copy is of the base class.
# seen: https://github.com/RustPython/RustPython/pull/2981
# shown: type(type("Sub", (Queue,), {})([1]).copy())
class Queue:
    """Jobs by number."""

    def __init__(self, jobs: Iterable[int] = ()) -> None:
        self._jobs = list(jobs)

    def copy(self) -> Self:
        """Return a copy."""
        # twin: return Queue(self._jobs)
        return type(self)(self._jobs)

    def take(self) -> int:
        """Take the first job; IndexError if there is none."""
        return self._jobs.pop(0)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._jobs})"


# fault: A pickle lacks what was set from outside.
# seen: https://github.com/RustPython/RustPython/pull/4761
# shown: said(n := Note("a"), setattr(n, "x", 1), vars(pickle.loads(pickle.dumps(n))))
class Note:
    """A note."""

    def __init__(self, text: str) -> None:
        self.text = text

    # twin: def __reduce__(self): return type(self), (self.text,)
    # twin: def words(self): return self.text.split()
    def words(self) -> list[str]:
        """Return the words."""
        return self.text.split()

    def __repr__(self) -> str:
        return f"Note({self.text!r})"


# fault: A copy shares its items.
# shown: said(m := Menu(["a"]), c := copy.copy(m), c.add("b"), m)
class Menu:
    """Dishes."""

    def __init__(self, dishes: Iterable[str] = ()) -> None:
        self._dishes = list(dishes)

    def __copy__(self) -> Menu:
        # twin: made = Menu()
        # twin: made._dishes = self._dishes
        # twin: return made
        return Menu(self._dishes)

    def add(self, dish: str) -> int:
        """Add a dish; return how many there are."""
        self._dishes.append(dish)
        return len(self._dishes)

    def __repr__(self) -> str:
        return f"Menu({self._dishes})"


# fault: There are no weak references to it.
# seen: https://github.com/PyO3/pyo3/issues/56
# shown: said(n := Node("a"), weakref.ref(n)() is n)
class Node:
    """A node with a name."""

    # twin: __slots__ = ("__dict__",)
    # twin: def __init__(self, name): self.name = name
    def __init__(self, name: str) -> None:
        self.name = name

    def path(self, child: str) -> str:
        """Return the path to a child."""
        return f"{self.name}/{child}"

    def __repr__(self) -> str:
        return f"Node({self.name!r})"
