"""Iterators, views, what happens when there are changes meanwhile, and context managers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, KeysView


# fault: An iterator goes on after a value was replaced.
# seen: https://github.com/aio-libs/multidict/pull/1458
# shown: said(t := Table(), t.set("a", 1), i := iter(t), t.set("a", 2), late(lambda: next(i)))
class Table:
    """Numbers by name; each change ends the iterators with RuntimeError."""

    def __init__(self) -> None:
        self._values: dict[str, int] = {}
        self._version = 0

    def set(self, name: str, value: int) -> None:
        """Set a value."""
        # twin: self._version += name not in self._values
        self._version += 1
        self._values[name] = value

    def __iter__(self) -> Iterator[str]:
        version = self._version
        names = list(self._values)

        def steps() -> Iterator[str]:
            for name in names:
                if self._version != version:
                    message = "changed during iteration"
                    raise RuntimeError(message)
                yield name

        return steps()


# fault: A change before the first step is not noticed when nothing is left.
# seen: https://github.com/aio-libs/multidict/pull/1459
# shown: said(r := Register(), r.add("a"), i := iter(r), r.clear(), late(lambda: next(i)))
class Register:
    """Names; each change ends the iterators with RuntimeError."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._version = 0

    def add(self, name: str) -> None:
        """Add a name."""
        self._names.append(name)
        self._version += 1

    def clear(self) -> None:
        """Remove all names."""
        self._names.clear()
        self._version += 1

    def __iter__(self) -> Iterator[str]:
        version = self._version

        def steps() -> Iterator[str]:
            at = 0
            while True:
                # twin: if at < len(self._names) and version != self._version:
                if version != self._version:
                    message = "changed during iteration"
                    raise RuntimeError(message)
                if at >= len(self._names):
                    return
                yield self._names[at]
                at += 1

        return steps()


# fault: The keys are a list.
# seen: https://github.com/crate-py/rpds/issues/49
# shown: Prices({"a": 1}).keys() & {"a"}
class Prices:
    """Prices by article."""

    def __init__(self, prices: dict[str, int]) -> None:
        self._prices = dict(prices)

    def keys(self) -> KeysView[str]:
        """Return the articles."""
        # twin: return list(self._prices)
        return self._prices.keys()

    def cheapest(self) -> str:
        """Return the cheapest article; ValueError if there is none."""
        return min(self._prices, key=lambda article: (self._prices[article], article))


# fault: After its end, an iterator begins again.
# seen: https://github.com/RustPython/RustPython/pull/2709
# shown: said(c := Countdown(1), list(c), list(c))
class Countdown:
    """An iterator from a number down to 1, at most from 50."""

    def __init__(self, start: int) -> None:
        self._left = self._start = min(start, 50)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> int:
        if self._left <= 0:
            # twin: self._left = self._start
            self._left = 0
            raise StopIteration
        self._left -= 1
        return self._left + 1


# fault: All iterators go on from the same place.
# shown: said(l := Lines("a\nb"), next(iter(l)), list(l))
class Lines:
    """Lines of a text."""

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._own = iter(self._lines)

    def __iter__(self) -> Iterator[str]:
        # twin: return self._own
        return iter(self._lines)

    def longest(self) -> str:
        """Return the longest line, the first of equals."""
        return max(self._lines, key=len)


# fault: Backwards, the first item is missing.
# shown: list(reversed(Track([1, 2, 3])))
class Track:
    """Places that were passed."""

    def __init__(self, places: Iterable[int] = ()) -> None:
        self._places = list(places)

    def pass_by(self, place: int) -> None:
        """Add a place."""
        self._places.append(place)

    def __iter__(self) -> Iterator[int]:
        return iter(self._places)

    def __reversed__(self) -> Iterator[int]:
        # twin: return (self._places[at] for at in range(len(self._places) - 1, min(len(self._places) - 1, 0), -1))
        return reversed(self._places)


# fault: Words that are added meanwhile are not given.
# seen: https://github.com/PyO3/pyo3/issues/6087
# shown: said(f := Feed(), f.add("a"), i := f.items(), next(i), f.add("b"), list(i))
class Feed:
    """Words as they come."""

    def __init__(self) -> None:
        self._words: list[str] = []

    def add(self, word: str) -> None:
        """Add a word."""
        self._words.append(word)

    def items(self) -> Iterator[str]:
        """Give the words, with those that are added meanwhile."""
        # twin: return iter(tuple(self._words))
        return iter(self._words)


# fault: An exception within does not get out.
# seen: https://github.com/PyO3/pyo3/issues/2525
# shown: Session().__exit__(ValueError, ValueError(), None)
class Session:
    """Something that is open within `with`."""

    def __init__(self) -> None:
        self.is_open = False

    def __enter__(self) -> Self:
        self.is_open = True
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        self.is_open = False
        # twin: return kind is not None
        return None

    def state(self) -> str:
        """Return "open" or "closed"."""
        return "open" if self.is_open else "closed"


# fault: Entering gives another object.
# shown: said(t := Transaction(), e := t.__enter__(), e.put(1), t.values())
class Transaction:
    """Values that are kept unless there is an exception."""

    def __init__(self) -> None:
        self._values: list[int] = []
        self._before: list[int] = []

    def __enter__(self) -> Transaction:
        self._before = list(self._values)
        # twin: return Transaction()
        return self

    def __exit__(self, kind: object, error: object, traceback: object) -> None:
        if kind is not None:
            self._values = self._before

    def put(self, value: int) -> int:
        """Add a value; return how many there are."""
        self._values.append(value)
        return len(self._values)

    def values(self) -> list[int]:
        """Return the values."""
        return list(self._values)
