"""The metrics in Python: a dict of series for each metric, and a lock for each series."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, final

from agent.components.metrics.arguments import (
    checked_clock,
    checked_finite,
    checked_float,
    checked_int,
    checked_labels,
    checked_name,
    checked_percent,
    checked_steps,
    checked_text,
    checked_time,
)
from agent.components.metrics.cells import Buckets, Level, Total
from agent.components.metrics.contract import (
    MAX_PRECISION,
    MAX_STEPS,
    MAX_TOTAL,
    ProcessReading,
    Series,
)
from agent.components.metrics.errors import SpanStopped
from agent.components.metrics.exposition import exposed
from agent.components.metrics.families import Family, Names, Reading
from agent.components.metrics.process import read_process

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Counter", "Gauge", "Histogram", "Metrics", "Snapshot", "Span"]

_ONCE: Any = 1
"""The default count; compared by identity, because ``True == 1``."""


@final
class Counter:
    """The reference implementation of `agent.components.metrics.contract.Counter`."""

    __slots__ = ("_cell", "_family")

    def __init__(self, family: Family[Total], cell: Total | None) -> None:
        self._family = family
        self._cell = cell

    def labels(self, *values: Any) -> Counter:
        return Counter(self._family, self._family.cell(values))

    def inc(self, amount: Any = 1) -> None:
        cell = self._cell
        if cell is None:
            raise self._family.unlabelled()
        cell.add(checked_int("amount", amount, 0, MAX_TOTAL))

    @property
    def value(self) -> int:
        return self._held().value

    def reset(self) -> None:
        self._held().reset()

    def _held(self) -> Total:
        if self._cell is None:
            raise self._family.unlabelled()
        return self._cell


@final
class Gauge:
    """The reference implementation of `agent.components.metrics.contract.Gauge`."""

    __slots__ = ("_cell", "_family")

    def __init__(self, family: Family[Level], cell: Level | None) -> None:
        self._family = family
        self._cell = cell

    def labels(self, *values: Any) -> Gauge:
        return Gauge(self._family, self._family.cell(values))

    def set(self, value: Any, /) -> None:
        self._held().set(checked_float(value))

    def inc(self, amount: Any = 1.0) -> None:
        self._held().add(checked_finite(amount))

    def dec(self, amount: Any = 1.0) -> None:
        self._held().add(-checked_finite(amount))

    @property
    def value(self) -> float:
        return self._held().value

    def reset(self) -> None:
        self._held().reset()

    def _held(self) -> Level:
        if self._cell is None:
            raise self._family.unlabelled()
        return self._cell


@final
class Histogram:
    """The reference implementation of `agent.components.metrics.contract.Histogram`."""

    __slots__ = ("_cell", "_family")

    def __init__(self, family: Family[Buckets], cell: Buckets | None) -> None:
        self._family = family
        self._cell = cell

    def labels(self, *values: Any) -> Histogram:
        return Histogram(self._family, self._family.cell(values))

    def observe(self, value: Any, /, count: Any = 1) -> None:
        cell = self._cell
        if cell is None:
            raise self._family.unlabelled()
        steps = checked_steps(value, cell.steps)
        if count is not _ONCE:
            count = checked_int("count", count, 1, MAX_TOTAL)
        cell.observe(steps, count)

    def percentile(self, percent: Any, /) -> float | None:
        return self._held().percentile(checked_percent(percent))

    def merge(self, other: Any, /) -> None:
        cell = self._held()
        if not isinstance(other, Histogram):
            message = f"other must be a Histogram, not {type(other).__name__}"
            raise TypeError(message)
        cell.merge(other._held().copy())  # noqa: SLF001  # of its own class

    def start(self) -> Span:
        return Span(self._held(), self._family.clock)

    def reset(self) -> None:
        self._held().reset()

    @property
    def count(self) -> int:
        return self._held().count

    @property
    def sum(self) -> float:
        cell = self._held()
        return cell.units(cell.total)

    @property
    def minimum(self) -> float | None:
        cell = self._held()
        return cell.units(cell.least) if cell.count else None

    @property
    def maximum(self) -> float | None:
        cell = self._held()
        return cell.units(cell.greatest) if cell.count else None

    def buckets(self) -> list[tuple[float, int]]:
        return self._held().filled()

    def _held(self) -> Buckets:
        if self._cell is None:
            raise self._family.unlabelled()
        return self._cell


@final
class Span:
    """The reference implementation of `agent.components.metrics.contract.Span`."""

    __slots__ = ("_cell", "_clock", "_started")

    def __init__(self, cell: Buckets, clock: Callable[[], Any]) -> None:
        self._cell = cell
        self._clock = clock
        self._started = [checked_time(clock())]

    def stop(self) -> float:
        started = self._started[:]
        self._started.clear()
        if not started:
            message = "a span stops once"
            raise SpanStopped(message)
        seconds = max(0.0, checked_time(self._clock()) - started[0])
        self._cell.observe(checked_steps(seconds, self._cell.steps), 1)
        return seconds

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()


@final
class Snapshot:
    """The reference implementation of `agent.components.metrics.contract.Snapshot`."""

    __slots__ = ("readings",)

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings

    def series(self) -> list[Series]:
        return [reading.series() for reading in self.readings]


@final
class Metrics:
    """The reference implementation of `agent.components.metrics.contract.Metrics`."""

    def __init__(self, *, clock: Any = None) -> None:
        self._clock = perf_counter if clock is None else checked_clock(clock)
        self._names = Names()

    def counter(self, name: Any, description: Any = "", *, labels: Any = ()) -> Counter:
        family = self._family(Total, checked_name(name, "_total"), description, labels)
        return Counter(family, family.cells.get(()))

    def gauge(self, name: Any, description: Any = "", *, labels: Any = ()) -> Gauge:
        family = self._family(Level, checked_name(name), description, labels)
        return Gauge(family, family.cells.get(()))

    def histogram(
        self,
        name: Any,
        description: Any = "",
        *,
        labels: Any = (),
        steps: Any = 1,
        precision: Any = 7,
    ) -> Histogram:
        settings = (
            checked_int("steps", steps, 1, MAX_STEPS),
            checked_int("precision", precision, 1, MAX_PRECISION),
        )
        family = self._family(Buckets, checked_name(name), description, labels, settings)
        return Histogram(family, family.cells.get(()))

    def timer(self, name: Any, description: Any = "", *, labels: Any = ()) -> Histogram:
        return self.histogram(name, description, labels=labels, steps=MAX_STEPS)

    def reset(self) -> None:
        for family in self._names.families():
            for reading in family.read():
                family.cell(reading.values).reset()

    def snapshot(self) -> Snapshot:
        families = self._names.families()
        return Snapshot([reading for family in families for reading in family.read()])

    def delta(self, since: Any, /) -> Snapshot:
        if not isinstance(since, Snapshot):
            message = f"since must be a Snapshot, not {type(since).__name__}"
            raise TypeError(message)
        earlier = {reading.key: reading.cell for reading in since.readings}
        gained = []
        for now in self.snapshot().readings:
            then = earlier.get(now.key)
            cell = now.cell if then is None else now.cell.since(then)
            gained.append(Reading(now.family, now.values, cell))
        return Snapshot(gained)

    def to_prometheus(self) -> str:
        return exposed(self._names.families(), openmetrics=False)

    def to_openmetrics(self) -> str:
        return exposed(self._names.families(), openmetrics=True)

    def process(self) -> ProcessReading:
        return read_process()

    def _family(
        self,
        make: type[Any],
        name: str,
        description: Any,
        labels: Any,
        settings: tuple[int, ...] = (),
    ) -> Family[Any]:
        text = checked_text("description", description)
        names = checked_labels(labels)
        made: Family[Any] = Family(name, text, names, settings, make, self._clock)
        return self._names.register(made)
