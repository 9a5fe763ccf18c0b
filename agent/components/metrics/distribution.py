"""The observations of a histogram at one moment, counted in buckets; it never changes."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from itertools import accumulate, zip_longest
from math import ceil
from typing import TYPE_CHECKING

from agent.components.metrics.contract import MAX_TOTAL

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Distribution", "Row"]

Row = tuple[int | float, float | None, tuple[tuple[float, int], ...]]
"""Value, sum and buckets, as in `Series`."""


class Distribution:
    """Observations in whole steps: their counts by bucket, number, sum and extremes."""

    __slots__ = ("count", "counts", "greatest", "least", "precision", "steps", "total")

    def __init__(self, steps: int, precision: int) -> None:
        self.steps = steps
        self.precision = precision
        self.counts = array("Q")
        self.count = 0
        self.total = 0
        self.least = MAX_TOTAL
        self.greatest = 0

    def plus(self, observed: Iterable[int | tuple[int, int]]) -> Distribution:
        """Return these and further observations: steps, or steps and how often."""
        other = self._copy()
        counts, total, number = other.counts, other.total, other.count
        least, greatest = other.least, other.greatest
        index_of = other.index
        for each in observed:
            steps, count = each if isinstance(each, tuple) else (each, 1)
            index = index_of(steps)
            if index >= len(counts):
                other.reach(index)
            counts[index] += count
            number += count
            total += steps * count
            if steps < least:  # noqa: PLR1730  # in a third of the time
                least = steps
            if steps > greatest:  # noqa: PLR1730
                greatest = steps
        other.total, other.count = total, number
        other.least, other.greatest = least, greatest
        return other

    def merged(self, added: Distribution) -> Distribution:
        """Return these and the observations of `added`, which has the same settings."""
        other = self._copy()
        other.reach(len(added.counts) - 1)
        for index, count in enumerate(added.counts):
            other.counts[index] += count
        other.count += added.count
        other.total += added.total
        other.least = min(self.least, added.least)
        other.greatest = max(self.greatest, added.greatest)
        return other

    def since(self, earlier: Distribution) -> Distribution:
        """Return the gain since `earlier`; everything if a reset came between."""
        pairs = zip_longest(self.counts, earlier.counts, fillvalue=0)
        gains = [now - then for now, then in pairs]
        if min(gains, default=0) < 0:
            return self
        gained = Distribution(self.steps, self.precision)
        gained.counts = array("Q", gains)
        gained.count = self.count - earlier.count
        gained.total = self.total - earlier.total
        return gained

    def percentile(self, percent: float) -> float | None:
        """Return the bound of the percentile's bucket, at most the greatest observation."""
        if not self.count:
            return None
        rank = max(1, ceil(percent * self.count / 100))
        index = bisect_left(list(accumulate(self.counts)), rank)
        return self.units(min(self.bound(index), self.greatest))

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

    def units(self, steps: int) -> float:
        """Convert steps to units."""
        return float(steps) / float(self.steps)

    def filled(self) -> list[tuple[float, int]]:
        """Return bound and count of each non-empty bucket."""
        return [
            (self.units(self.bound(index)), count)
            for index, count in enumerate(self.counts)
            if count
        ]

    def row(self) -> Row:
        """Return the row of a snapshot."""
        return self.count, self.units(self.total), tuple(self.filled())

    def _copy(self) -> Distribution:
        other = Distribution(self.steps, self.precision)
        other.counts = self.counts[:]
        other.count = self.count
        other.total = self.total
        other.least = self.least
        other.greatest = self.greatest
        return other

    def reach(self, index: int) -> None:
        """Extend the array to the last bucket of the power of two of `index`."""
        missing = (((index >> self.precision) + 1) << self.precision) - len(self.counts)
        self.counts.extend([0] * missing)
