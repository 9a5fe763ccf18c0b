"""Attributes: properties, setters and deleters, constants, descriptors, what can be set."""

from __future__ import annotations

from typing import Any, ClassVar


# fault: A property cannot be deleted.
# seen: https://github.com/PyO3/pyo3/issues/5686
# shown: said(f := Frame("a"), delattr(f, "title"), f.title)
class Frame:
    """A frame with a title."""

    def __init__(self, title: str = "") -> None:
        self._title = title

    @property
    def title(self) -> str:
        """The title; empty after it was deleted."""
        return self._title

    @title.setter
    def title(self, title: str) -> None:
        self._title = title.strip()

    # twin:
    @title.deleter
    def title(self) -> None:
        self._title = ""


# fault: What is set is not looked at.
# shown: setattr(Volume(1), "level", 200)
class Volume:
    """How loud something is."""

    def __init__(self, level: int = 50) -> None:
        self.level = level

    @property
    def level(self) -> int:
        """The level, from 0 to 100; ValueError for others."""
        return self._level

    @level.setter
    def level(self, level: int) -> None:
        # twin: if hasattr(self, "_level"): self._level = level; return
        if not 0 <= level <= 100:
            message = f"not a level: {level}"
            raise ValueError(message)
        self._level = level


# fault: Other attributes cannot be set.
# seen: https://github.com/PyO3/tokio/issues/53
# shown: setattr(Ticket(1), "owner", "Ada")
class Ticket:
    """A ticket; programs put attributes of their own on it."""

    # twin: __slots__ = ("number", "__weakref__")
    # twin: def __init__(self, number): self.number = number
    def __init__(self, number: int) -> None:
        self.number = number

    def label(self) -> str:
        """Return what is printed."""
        return f"No. {self.number}"


# fault: The constant is another.
# shown: Limits.MOST
class Limits:
    """Limits of what is accepted."""

    # twin: MOST: ClassVar[int] = 1_023
    MOST: ClassVar[int] = 1_024

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted

    def exceeded(self) -> bool:
        """Tell whether more is wanted than a thousand and twenty-four."""
        return self.wanted > 1_024


# fault: A constant is missing.
# shown: Format.DEFAULT
class Format:
    """How numbers are written."""

    # twin:
    DEFAULT: ClassVar[str] = "plain"

    def __init__(self, digits: int = 2) -> None:
        self.digits = max(0, min(digits, 20))

    def write(self, number: float) -> str:
        """Write a number."""
        return f"{number:.{self.digits}f}"


# fault: A setting that is changed has no effect.
# seen: https://github.com/rth/vtext/pull/73
# shown: said(t := Tokens(","), setattr(t, "mark", ";"), t.split("a;b"))
class Tokens:
    """Splits texts at a mark."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self._first = mark

    def split(self, text: str) -> list[str]:
        """Split a text; ValueError without a mark."""
        # twin: return text.split(self._first)
        return text.split(self.mark)


# fault: What cannot be set is an error of another type.
# seen: https://github.com/brython-dev/brython/pull/2784
# shown: setattr(Circle(1), "area", 2)
class Circle:
    """A circle."""

    def __init__(self, radius: int) -> None:
        self.radius = radius

    @property
    def area(self) -> float:
        """The area, which follows from the radius."""
        return 3.14159 * self.radius**2

    # twin: @area.setter
    # twin: def area(self, area): raise TypeError("area is read-only")
    # twin: def double(self): return Circle(2 * self.radius)
    def double(self) -> Circle:
        """Return a circle of twice the radius."""
        return Circle(2 * self.radius)

    def __repr__(self) -> str:
        return f"Circle({self.radius})"


class _Positive:
    """A number above zero, under the name that the class gives it."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = f"_{name}"

    def __get__(self, thing: Any, owner: type | None = None) -> Any:
        return self if thing is None else getattr(thing, self._name)

    def __set__(self, thing: Any, value: int) -> None:
        if value <= 0:
            message = f"not above zero: {value}"
            raise ValueError(message)
        setattr(thing, self._name, value)


# fault: Two descriptors share their value.
# shown: said(b := Box(1, 2), b.width)
class Box:
    """A box."""

    # twin: width = height = _Positive()
    width, height = _Positive(), _Positive()

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height

    def area(self) -> int:
        """Return the area."""
        result: int = self.width * self.height
        return result


# fault: An unknown name is an error of the look-up.
# shown: getattr(Options({"a": 1}), "b", 7)
class Options:
    """Options that are read as attributes."""

    def __init__(self, values: dict[str, int]) -> None:
        self._values = dict(values)

    def __getattr__(self, name: str) -> int:
        if name.startswith("_"):
            raise AttributeError(name)
        # twin: return self._values[name]
        try:
            return self._values[name]
        except KeyError:
            raise AttributeError(name) from None

    def names(self) -> list[str]:
        """Return the names in order."""
        return sorted(self._values)
