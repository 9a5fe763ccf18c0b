"""The state of one series in the reference: a total, a sum, a level or buckets.

Every change is one step (see `atomic`), so the state is right at any moment, in any thread, in a
signal handler or finalizer that runs within an operation, and in a forked process.
"""

from __future__ import annotations

from operator import add
from typing import Any, ClassVar

from agent.components.metrics.atomic import append_once, atomic, replace_if
from agent.components.metrics.contract import MAX_SUM, MAX_TOTAL, Kind
from agent.components.metrics.distribution import Distribution
from agent.components.metrics.errors import MergeMismatch

__all__ = ["Buckets", "Cell", "Held", "Level", "Sum", "Total"]

_FAR = 2**62
_SMALL = 2**40
"""Below these, a total and an amount need no exact check that their sum stays in range."""

_SHORT = 2.0**1000
"""A sum and an amount below this need no check that their sum is finite."""

_WAITING = 32
"""Observations that wait at most until they are counted in buckets, all at once."""


class Total:
    """The state of a counter."""

    kind: ClassVar[Kind] = "counter"
    __slots__ = ("cell",)

    def __init__(self) -> None:
        self.cell = [0]

    @atomic
    def add(self, amount: int) -> None:
        """Add `amount`, which is 0 or more."""
        cell = self.cell
        if amount < _SMALL and cell[0] < _FAR:
            cell[:] = map(add, cell, (amount,))
            return
        while True:
            old = cell[0]
            if old + amount > MAX_TOTAL:
                message = f"the total would pass {MAX_TOTAL}"
                raise OverflowError(message)
            if replace_if(cell, old, old + amount, 1):
                return

    def reset(self) -> None:
        """Reset to the initial state."""
        self.cell[0] = 0

    def held(self) -> int:
        """Return the total."""
        return self.cell[0]

    @staticmethod
    def since(now: int, then: int) -> int:
        """Return the gain between two totals; all of it if a reset came between."""
        return now - then if now >= then else now


class Sum:
    """The state of a counter that adds floats."""

    kind: ClassVar[Kind] = "counter"
    __slots__ = ("cell",)

    def __init__(self) -> None:
        self.cell = [0.0]

    @atomic
    def add(self, amount: float) -> None:
        """Add `amount`, which is finite and not negative."""
        cell = self.cell
        if amount < _SHORT and cell[0] < _SHORT:
            cell[:] = map(add, cell, (amount,))
            return
        while True:
            old = cell[0]
            if old + amount > MAX_SUM:
                message = f"the total would pass {MAX_SUM}"
                raise OverflowError(message)
            if replace_if(cell, old, old + amount, 1):
                return

    def reset(self) -> None:
        """Reset to the initial state."""
        self.cell[0] = 0.0

    def held(self) -> float:
        """Return the total."""
        return self.cell[0]

    @staticmethod
    def since(now: float, then: float) -> float:
        """Return the gain between two totals; all of it if a reset came between."""
        return now - then if now >= then else now


class Level:
    """The state of a gauge."""

    kind: ClassVar[Kind] = "gauge"
    __slots__ = ("cell",)

    def __init__(self) -> None:
        self.cell = [0.0]

    def set(self, value: float) -> None:
        """Set the value."""
        self.cell[0] = value

    @atomic
    def add(self, amount: float) -> None:
        """Add `amount`."""
        cell = self.cell
        cell[:] = map(add, cell, (amount,))

    def reset(self) -> None:
        """Reset to the initial state."""
        self.cell[0] = 0.0

    def held(self) -> float:
        """Return the value."""
        return self.cell[0]

    @staticmethod
    def since(now: float, _: float) -> float:
        """Return the value now: a gauge has no gain."""
        return now


class Buckets:
    """The state of a histogram: a distribution, and observations that wait to be counted in it."""

    kind: ClassVar[Kind] = "histogram"
    __slots__ = ("cell", "precision", "steps")

    def __init__(self, steps: int, precision: int) -> None:
        self.steps = steps
        self.precision = precision
        self.cell: list[Any] = [Distribution(steps, precision)]

    def reset(self) -> None:
        """Reset to the initial state."""
        self.cell[:] = (Distribution(self.steps, self.precision),)

    def observe(self, steps: int, count: int) -> None:
        """Count an observation `count` times."""
        cell = self.cell
        if count >= _SMALL or cell[0].count >= _FAR:
            self._add(Distribution(self.steps, self.precision).plus(((steps, count),)))
            return
        cell.append(steps if count == 1 else (steps, count))
        if len(cell) > _WAITING:
            self.held()

    def observe_once(self, steps: int, token: dict[str, float]) -> bool:
        """Count an observation and clear `token`; return False if it was clear."""
        if self.cell[0].count >= _FAR:
            if not token:
                return False
            self.observe(steps, 1)
            token.clear()
            return True
        return append_once(self.cell, steps, token)

    def merge(self, other: Distribution) -> None:
        """Add the observations of `other`."""
        if (self.steps, self.precision) != (other.steps, other.precision):
            message = "histograms of other steps or precision cannot be merged"
            raise MergeMismatch(message)
        self._add(other)

    def held(self) -> Distribution:
        """Return all observations, and keep them counted."""
        items = self.cell[:]
        counted: Distribution = items[0]
        if len(items) > 1:
            counted = counted.plus(items[1:])
            replace_if(self.cell, items[0], counted, len(items))
        return counted

    @staticmethod
    def since(now: Distribution, then: Distribution) -> Distribution:
        """Return the gain between two states; all of it if a reset came between."""
        return now.since(then)

    def _add(self, more: Distribution) -> None:
        while True:
            counted = self.held()
            if counted.count + more.count > MAX_TOTAL:
                message = f"the observations would pass {MAX_TOTAL}"
                raise OverflowError(message)
            if replace_if(self.cell, counted, counted.merged(more), 1):
                return


Cell = Total | Sum | Level | Buckets
"""The state of a series."""

Held = int | float | Distribution
"""What a cell holds at one moment."""
