"""Contracts whose parameters carry strategies, with implementations that are right and wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Protocol
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from agent.porting.check.loading import Loaded
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def dates() -> SearchStrategy[str]:
    """Draw what looks like a date."""
    return st.from_regex(DATE, fullmatch=True)


class Window:
    """A class without fields that it says anything of."""

    def __init__(self, low: int, high: int, *, name: str = "") -> None:
        self.low = low
        self._high = high
        self.name = name

    @property
    def width(self) -> int:
        """How wide it is."""
        return self._high - self.low


@dataclass(frozen=True)
class Entry:
    """A field with a strategy of its own."""

    key: Annotated[str, st.from_regex(r"[a-z]{2,4}:[0-9]{2}", fullmatch=True)]
    size: int = 0


def windows() -> SearchStrategy[Window]:
    """Draw windows."""
    return st.builds(Window, st.integers(0, 99), st.integers(100, 999), name=st.sampled_from("abc"))


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
MOMENTS = st.datetimes(timezones=ZONES.map(ZoneInfo))
THOUSANDS = st.integers(2, 36).map(lambda number: number * 1000)


class Reader(Protocol):
    """Reads texts of a certain shape."""

    @operation(effect=Effect.PURE, raises=(ValueError, TypeError))
    def date(self, text: Annotated[str, dates]) -> tuple[int, int, int]: ...

    @operation(effect=Effect.PURE, raises=(TypeError, ValueError))
    def all(self, texts: list[Annotated[str, dates]]) -> int: ...

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def width(self, window: Annotated[Window, windows]) -> int: ...

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def key(self, entry: Entry) -> str: ...

    @operation(effect=Effect.PURE, raises=(TypeError,))
    def hour(
        self, moment: Annotated[datetime, st.datetimes(timezones=ZONES.map(ZoneInfo))]
    ) -> int: ...

    @operation(effect=Effect.READS)
    def base(self) -> int: ...


class MakesReader(Protocol):
    """The factory."""

    def __call__(
        self, base: Annotated[int, st.integers(2, 36).map(lambda n: n * 1000)]
    ) -> Reader: ...


READER = read_contract(Reader, MakesReader)


class Right:
    """Does it right."""

    def __init__(self, base: Any) -> None:
        if not isinstance(base, int) or isinstance(base, bool):
            message = "a base is a whole number"
            raise TypeError(message)
        self._base: int = base

    def base(self) -> int:
        return self._base

    def date(self, text: str) -> tuple[int, int, int]:
        found = DATE.fullmatch(text)
        if found is None:
            message = "no date"
            raise ValueError(message)
        year, month, day = map(int, found.groups())
        return year, month, day

    def all(self, texts: Any) -> int:
        if not isinstance(texts, list):
            message = "no list"
            raise TypeError(message)
        return sum(self.date(text)[2] for text in texts)

    def width(self, window: Any) -> int:
        if not isinstance(window, Window):
            message = "no window"
            raise TypeError(message)
        return int(window.width)

    def key(self, entry: Any) -> str:
        if not isinstance(entry, Entry):
            message = "no entry"
            raise TypeError(message)
        return str(entry.key)[-2:]

    def hour(self, moment: Any) -> int:
        if not isinstance(moment, datetime):
            message = "no moment"
            raise TypeError(message)
        return int(moment.hour)


class LeapDays(Right):
    """Knows no day after the 30th: two digits of a text that only a strategy draws."""

    def date(self, text: str) -> tuple[int, int, int]:
        year, month, day = super().date(text)
        return year, month, min(day, 30)


class NarrowWindows(Right):
    """Keeps a width in a byte."""

    def width(self, window: Any) -> int:
        return super().width(window) % 512


class ShortKeys(Right):
    """Takes one digit too few where the text before the colon is long."""

    def key(self, entry: Any) -> str:
        found = super().key(entry)
        return found[-1:] if str(entry.key)[4:5] == ":" else found


class Utc(Right):
    """Knows one zone alone."""

    def hour(self, moment: Any) -> int:
        found = super().hour(moment)
        return found if getattr(moment.tzinfo, "key", "") != "Asia/Kolkata" else (found + 1) % 24


class OwnBase(Right):
    """Is not made of what only the factory's strategy draws."""

    def base(self) -> int:
        return self._base % 17_000


WRONG: list[tuple[type, str]] = [
    (LeapDays, "date"), (NarrowWindows, "width"), (ShortKeys, "key"), (Utc, "hour"),
    (OwnBase, "base"),
]  # fmt: skip
"""Each with the operation that differs."""


def load_wrong() -> Loaded:
    """Load a pair that differs, in any process."""
    return Loaded(READER, Right, LeapDays)
