"""Equality and hashes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


# fault: It has no hash.
# seen: https://github.com/PyO3/pyo3/issues/2122
# shown: len({Key("a"), Key("a")})
class Key:
    """A key of a table."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Key) and self.name == other.name

    # twin: __hash__ = None
    def __hash__(self) -> int:
        return hash(("key", self.name))

    def __repr__(self) -> str:
        return f"Key({self.name!r})"


# fault: The members have no hash.
# seen: https://github.com/borb-sh/quillmark/issues/1515
# shown: Severity.ERROR in {Severity.ERROR}
class Severity(Enum):
    """How grave something is."""

    HINT = 1
    WARNING = 2
    ERROR = 3

    # twin: __hash__ = None
    # twin: def worse(self, other): return self if self.value >= other.value else other
    def worse(self, other: Severity) -> Severity:
        """Return the graver one."""
        return self if self.value >= other.value else other


# fault: Equal names in another case have other hashes.
# shown: len({Header("A"), Header("a")})
class Header:
    """The name of a header; case does not matter."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Header) and self.name.lower() == other.name.lower()

    def __hash__(self) -> int:
        # twin: return hash(self.name)
        return hash(self.name.lower())

    def __repr__(self) -> str:
        return f"Header({self.name!r})"


# fault: A set that equals it says that it is not equal.
# seen: https://github.com/rspeer/ordered-set/issues/55
# shown: {1} == Ordered([1])
class Ordered:
    """A set that keeps an order; equal to sets with the same items."""

    def __init__(self, items: Iterable[int] = ()) -> None:
        self._items = list(dict.fromkeys(items))

    def add(self, item: int) -> None:
        """Add an item at the end, unless it is there."""
        if item not in self._items:
            self._items.append(item)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Ordered):
            return self._items == other._items
        # twin: return False
        return set(self._items) == other if isinstance(other, set) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes


# fault: It equals a list with the same items.
# seen: https://github.com/brainix/pottery/pull/574
# shown: Line([1]) == [1]
class Line:
    """People who wait, by number."""

    def __init__(self, people: Iterable[int] = ()) -> None:
        self._people = list(people)

    def join(self, person: int) -> None:
        """Wait at the end."""
        self._people.append(person)

    def __eq__(self, other: object) -> bool:
        # twin: if isinstance(other, list): return self._people == other
        # twin: return self._people == other._people if isinstance(other, Line) else NotImplemented
        return self._people == other._people if isinstance(other, Line) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it changes


# fault: An object of a subclass is never equal.
# shown: Tag("a") == type("Sub", (Tag,), {})("a")
class Tag:
    """A tag."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        # twin: return self.name == other.name if type(other) is type(self) is Tag else False
        return self.name == other.name if isinstance(other, Tag) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"Tag({self.name!r})"


# fault: Two numbers that are no numbers are equal.
# shown: (lambda n: Reading(n) == Reading(n + 0))(float("nan"))
class Reading:
    """A value that was measured."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        # twin: return repr(self.value + 0) == repr(other.value + 0) if isinstance(other, Reading) else NotImplemented
        return self.value == other.value if isinstance(other, Reading) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self.value + 0))
