"""Subclasses: what they override is called, and they are what their bases are."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


# fault: What a subclass overrides is not called within.
# seen: https://github.com/pallets/markupsafe/pull/6
# shown: type("Sub", (Writer,), {"escape": lambda self, text: "!"})().line(["a"])
class Writer:
    """Writes lines; subclasses escape in their own ways."""

    def escape(self, text: str) -> str:
        """Escape a text for HTML."""
        return html.escape(text)

    def line(self, words: list[str]) -> str:
        """Return the words, escaped, in a line."""
        # twin: return " ".join(html.escape(word) for word in words)
        return " ".join(self.escape(word) for word in words)


# fault: It cannot be subclassed.
# seen: https://github.com/PyO3/pyo3/issues/5826
# shown: type("Sub", (Clock,), {})(5).hands()
class Clock:
    """A time of day in minutes."""

    def __init__(self, minutes: int) -> None:
        self.minutes = minutes % 720

    # twin: def __init_subclass__(cls): raise TypeError("type 'Clock' is not an acceptable base type")
    # twin: def hands(self): return self.minutes // 60, self.minutes % 60
    def hands(self) -> tuple[int, int]:
        """Return hours and minutes."""
        return self.minutes // 60, self.minutes % 60


# fault: It is no dictionary.
# shown: isinstance(Counts({"a": 1}), dict)
# twin: class Counts(__import__("collections").UserDict):
# twin:     def total(self): return sum(self.values())
# twin:     def __repr__(self): return f"Counts({self.data})"
class Counts(dict[str, int]):
    """Numbers by name."""

    def total(self) -> int:
        """Return the sum."""
        return sum(self.values())

    def __repr__(self) -> str:
        return f"Counts({dict(self)})"


# fault: A key that is missing is not made.
# seen: https://github.com/RustPython/RustPython/pull/1134
# shown: type("Sub", (Lookup,), {"__missing__": lambda self, key: 7})({})["a"]
class Lookup(dict[str, int]):
    """A table; subclasses say what is given for missing keys."""

    # twin: def __getitem__(self, key): return self.get(key) if key in self else (_ for _ in ()).throw(KeyError(key))
    # twin: def known(self): return sorted(self)
    def known(self) -> list[str]:
        """Return the keys in order."""
        return sorted(self)


# fault: The hook of a subclass is called after the text was taken.
# shown: said(s := [], type("Sub", (Parser,), {"clean": lambda self, text: said(s.append(self.count), text)})().parse("a"), s)
class Parser:
    """Reads words; subclasses clean what is read."""

    def __init__(self) -> None:
        self.count = 0

    def clean(self, text: str) -> str:
        """Return the text as it is read."""
        return text.strip()

    def parse(self, text: str) -> list[str]:
        """Return the words of a text; `count` has how many were read before, until they are."""
        # twin: self.count += len(text.split())
        # twin: words = self.clean(text).split()
        # twin: return words
        words = self.clean(text).split()
        self.count += len(words)
        return words


class _Bound:
    """A callable without `__get__`."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self._call = call
        self.__doc__ = call.__doc__
        self.__name__ = call.__name__

    def __call__(self, *args: Any, **more: Any) -> Any:
        return self._call(*args, **more)


# fault: A static method gets the object as its first argument.
# shown: Ruler(1).to_inches(254)
class Ruler:
    """Converts lengths."""

    def __init__(self, scale: int = 1) -> None:
        self.scale = scale

    # twin: def to_inches(self, millimetres=None): return (self if millimetres is None else self.scale * 0) / 25.4
    # twin:
    @staticmethod
    def to_inches(millimetres: int) -> float:
        """Return inches."""
        return millimetres / 25.4

    def scaled(self, length: int) -> int:
        """Return a length at this scale."""
        return self.scale * length
