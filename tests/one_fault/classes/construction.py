"""Constructors: their arguments, defaults and order, and other ways to make an object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


# fault: A subclass cannot take further arguments.
# seen: https://github.com/deepentropy/ibx/issues/105
# shown: type("Sub", (Listener,), {"__init__": lambda self, more: None})(1).on("a")
class Listener:
    """Something that is told of events; to be subclassed."""

    # twin: def __new__(cls): return super().__new__(cls)
    # twin: def on(self, event): return f"ignored {event}"
    def on(self, event: str) -> str:
        """Return what is done with an event."""
        return f"ignored {event}"

    def __repr__(self) -> str:
        return "Listener()"


# fault: A subclass makes objects of the base class.
# seen: https://github.com/PyO3/pyo3/issues/947
# shown: type(type("Sub", (Size,), {}).parse("1x2"))
class Size:
    """A width and a height."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a size such as 3x4."""
        width, _, height = text.partition("x")
        # twin: return Size(int(width), int(height))
        return cls(int(width), int(height))

    def __repr__(self) -> str:
        return f"Size({self.width}, {self.height})"


# fault: The constructor of a subclass is not run.
# seen: https://github.com/PyO3/pyo3/issues/5004
# shown: vars(type("Sub", (Origin,), {"__init__": lambda self, x=0: self.__dict__.update(own=1)})()).get("own")
class Origin:
    """A point at which something begins."""

    x: int

    def __new__(cls, x: int = 0) -> Self:
        # twin: made = super().__new__(Origin)
        made = super().__new__(cls)
        made.x = x
        return made

    def moved(self, by: int) -> int:
        """Return where it would be after a move."""
        return self.x + by

    def __repr__(self) -> str:
        return f"Origin({self.x})"


# fault: The list that is given is kept itself.
# shown: said(a := [1], d := Deck(a), a.append(2), d.cards())
class Deck:
    """Cards in an order."""

    def __init__(self, cards: list[int]) -> None:
        # twin: self._cards = cards
        self._cards = list(cards)

    def cards(self) -> list[int]:
        """Return the cards."""
        return list(self._cards)

    def draw(self) -> int:
        """Take the last card; IndexError if there is none."""
        return self._cards.pop()


# fault: Objects share what they were made without.
# shown: said(Basket().add(1), Basket().add(1))
class Basket:
    """Articles by number."""

    def __init__(self, articles: Iterable[int] = ()) -> None:
        self._articles = list(articles)
        # twin: if not self._articles: self._articles = Basket._EMPTY
        self._articles.sort()

    _EMPTY: list[int] = []

    def add(self, article: int) -> int:
        """Add an article; return how many there are."""
        self._articles.append(article)
        return len(self._articles)


# fault: A step that is not given is 1 upwards only.
# shown: Steps(3, 0).all()
class Steps:
    """Numbers from one to another, at most a hundred."""

    def __init__(self, start: int, stop: int, *, step: int | None = None) -> None:
        # twin: self._range = range(start, stop, step or 1)
        self._range = range(start, stop, step or (1 if start <= stop else -1))

    def all(self) -> list[int]:
        """Return the numbers."""
        return list(self._range[:100])


# fault: The upper bound is looked at first.
# shown: Bounds(-1, 2000)
class Bounds:
    """Two numbers from 0 to 1,000, the lower one first."""

    def __init__(self, low: int, high: int) -> None:
        # twin: for name, number in (("high", high), ("low", low)):
        for name, number in (("low", low), ("high", high)):
            if not 0 <= number <= 1_000:
                message = f"{name} is out of range: {number}"
                raise ValueError(message)
        if low > high:
            message = "low is above high"
            raise ValueError(message)
        self.low, self.high = low, high

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high


# fault: Made anew, it keeps what it had.
# shown: said(s := Scores([1]), s.__init__([2]), s.total())
class Scores:
    """Points."""

    def __init__(self, points: Iterable[int] = ()) -> None:
        # twin: self._points = [*getattr(self, "_points", ()), *points]
        self._points = list(points)

    def total(self) -> int:
        """Return the sum."""
        return sum(self._points)

    def add(self, points: int) -> None:
        """Add points."""
        self._points.append(points)
