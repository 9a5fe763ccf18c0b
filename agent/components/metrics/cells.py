"""The state of one series in the reference: a total, a level or buckets, each with a lock."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import accumulate, zip_longest
from math import ceil
from threading import Lock
from typing import ClassVar, Self

from agent.components.metrics.contract import MAX_TOTAL, Kind
from agent.components.metrics.errors import MergeMismatch

__all__ = ["Buckets", "Cell", "Level", "Total"]

_Row = tuple[int | float, float | None, tuple[tuple[float, int], ...]]
"""Value, sum and buckets, as in `Series`."""


class Total:
    """The state of a counter."""

    kind: ClassVar[Kind] = "counter"
    __slots__ = ("lock", "value")

    def __init__(self, value: int = 0) -> None:
        self.value = value
        self.lock = Lock()

    def add(self, amount: int) -> None:
        """Add `amount`, which is 0 or more."""
        with self.lock:
            value = self.value + amount
            if value > MAX_TOTAL:
                message = f"the total would pass {MAX_TOTAL}"
                raise OverflowError(message)
            self.value = value

    def reset(self) -> None:
        """Reset to the initial state."""
        with self.lock:
            self.value = 0

    def copy(self) -> Self:
        """Return a copy with the same total."""
        return type(self)(self.value)

    def since(self, earlier: Self) -> Self:
        """Return the gain since the copy `earlier`; everything if a reset came between."""
        gained = self.value - earlier.value
        return self if gained < 0 else type(self)(gained)

    def row(self) -> _Row:
        """Return the row of a snapshot."""
        return self.value, None, ()


class Level:
    """The state of a gauge."""

    kind: ClassVar[Kind] = "gauge"
    __slots__ = ("lock", "value")

    def __init__(self, value: float = 0.0) -> None:
        self.value = value
        self.lock = Lock()

    def set(self, value: float) -> None:
        """Set the value."""
        with self.lock:
            self.value = value

    def add(self, amount: float) -> None:
        """Add `amount`."""
        with self.lock:
            self.value += amount

    def reset(self) -> None:
        """Reset to the initial state."""
        self.set(0.0)

    def copy(self) -> Self:
        """Return a copy with the same value."""
        return type(self)(self.value)

    def since(self, _: Self) -> Self:
        """Return itself: a gauge has no gain."""
        return self

    def row(self) -> _Row:
        """Return the row of a snapshot."""
        return self.value, None, ()


class Buckets:
    """The state of a histogram: observations in whole steps."""

    kind: ClassVar[Kind] = "histogram"
    __slots__ = ("count", "counts", "greatest", "least", "lock", "precision", "steps", "total")

    def __init__(self, steps: int, precision: int) -> None:
        self.steps = steps
        self.precision = precision
        self.lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Reset to the initial state."""
        with self.lock:
            self.counts = array("Q")
            self.count = 0
            self.total = 0
            self.least = MAX_TOTAL
            self.greatest = 0

    def copy(self) -> Self:
        """Return a copy with the same observations."""
        other = type(self)(self.steps, self.precision)
        with self.lock:
            other.counts = self.counts[:]
            other.count = self.count
            other.total = self.total
            other.least = self.least
            other.greatest = self.greatest
        return other

    def index(self, steps: int) -> int:
        """Return the index of the bucket that counts observations of `steps` steps."""
        shift = steps.bit_length() - self.precision - 1
        if shift <= 0:
            return steps
        return (shift << self.precision) + (steps >> shift)

    def bound(self, index: int) -> int:
        """Return the highest number of steps in the bucket at `index`."""
        shift = max(0, (index >> self.precision) - 1)
        return ((index - (shift << self.precision) + 1) << shift) - 1

    def observe(self, steps: int, count: int) -> None:
        """Count an observation `count` times."""
        index = self.index(steps)
        with self.lock:
            if self.count + count > MAX_TOTAL:
                raise _too_many()
            if index >= len(self.counts):
                self._reach(index)
            self.counts[index] += count
            self.count += count
            self.total += steps * count
            if steps < self.least:  # noqa: PLR1730  # in a third of the time
                self.least = steps
            if steps > self.greatest:  # noqa: PLR1730
                self.greatest = steps

    def merge(self, other: Self) -> None:
        """Add the observations of `other`, which is a copy."""
        if (self.steps, self.precision) != (other.steps, other.precision):
            message = "histograms of other steps or precision cannot be merged"
            raise MergeMismatch(message)
        with self.lock:
            if self.count + other.count > MAX_TOTAL:
                raise _too_many()
            self._reach(len(other.counts) - 1)
            for index, count in enumerate(other.counts):
                self.counts[index] += count
            self.count += other.count
            self.total += other.total
            self.least = min(self.least, other.least)
            self.greatest = max(self.greatest, other.greatest)

    def since(self, earlier: Self) -> Self:
        """Return the gain since the copy `earlier`; everything if a reset came between."""
        pairs = zip_longest(self.counts, earlier.counts, fillvalue=0)
        gains = [now - then for now, then in pairs]
        if min(gains, default=0) < 0:
            return self
        gained = type(self)(self.steps, self.precision)
        gained.counts = array("Q", gains)
        gained.count = self.count - earlier.count
        gained.total = self.total - earlier.total
        return gained

    def percentile(self, percent: float) -> float | None:
        """Return the bound of the percentile's bucket, at most the greatest observation."""
        with self.lock:
            if not self.count:
                return None
            rank = max(1, ceil(percent * self.count / 100))
            index = bisect_left(list(accumulate(self.counts)), rank)
            return self.units(min(self.bound(index), self.greatest))

    def units(self, steps: int) -> float:
        """Convert steps to units."""
        return float(steps) / float(self.steps)

    def filled(self) -> list[tuple[float, int]]:
        """Return bound and count of each non-empty bucket."""
        with self.lock:
            held = [(index, count) for index, count in enumerate(self.counts) if count]
        return [(self.units(self.bound(index)), count) for index, count in held]

    def row(self) -> _Row:
        """Return the row of a snapshot."""
        return self.count, self.units(self.total), tuple(self.filled())

    def _reach(self, index: int) -> None:
        """Extend the array to the last bucket of the power of two of `index`."""
        missing = (((index >> self.precision) + 1) << self.precision) - len(self.counts)
        self.counts.extend([0] * missing)


def _too_many() -> OverflowError:
    return OverflowError(f"the observations would pass {MAX_TOTAL}")


Cell = Total | Level | Buckets
"""The state of a series."""
