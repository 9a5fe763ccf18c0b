"""How objects are shown."""

from __future__ import annotations

from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


# fault: It is shown as any object is.
# seen: https://github.com/tobymao/sqlglot/pull/5172
# shown: repr(Token("VAR", "a"))
class Token:
    """A token of a query."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text

    def upper(self) -> str:
        """Return the text in capitals."""
        return self.text.upper()

    # twin:
    def __repr__(self) -> str:
        return f"<Token kind: {self.kind}, text: {self.text}>"


# fault: A subclass is shown with the name of the base class.
# seen: https://github.com/RustPython/RustPython/issues/3217
# shown: repr(type("Sub", (Bag,), {})([1]))
class Bag:
    """Numbers."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._numbers = sorted(numbers)

    def add(self, number: int) -> None:
        """Add a number."""
        self._numbers.append(number)
        self._numbers.sort()

    def __repr__(self) -> str:
        # twin: return f"Bag({self._numbers})"
        return f"{type(self).__name__}({self._numbers})"


# fault: As a text it is as for programmers.
# seen: https://github.com/tobymao/sqlglot/pull/2708
# shown: str(Person("Ada"))
class Person:
    """A person."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"Person({self.name!r})"

    def __str__(self) -> str:
        # twin: return repr(self)
        return self.name


# fault: The format is ignored.
# shown: f"{Celsius(20):F}"
class Celsius:
    """A temperature."""

    def __init__(self, degrees: int) -> None:
        self.degrees = degrees

    def __format__(self, form: str) -> str:
        match form:
            case "" | "C":
                return f"{self.degrees} °C"
            case "F":
                # twin: return f"{self.degrees} °C"
                return f"{self.degrees * 9 / 5 + 32} °F"
        message = f"Unknown format code {form!r}"
        raise ValueError(message)

    def __repr__(self) -> str:
        return f"Celsius({self.degrees})"


# fault: What holds itself is shown once more within.
# seen: https://github.com/RustPython/RustPython/issues/191
# shown: said(t := Tree("a"), t.add(t), repr(t))
class Tree:
    """A name with things below it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._below: list[Any] = []

    def add(self, thing: Any) -> int:
        """Put something below; return how much there is."""
        self._below.append(thing)
        return len(self._below)

    # twin: def __repr__(self): return f"Tree({self.name!r}, {self._below})"
    @recursive_repr()
    def __repr__(self) -> str:
        return f"Tree({self.name!r}, {self._below})"
