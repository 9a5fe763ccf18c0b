"""The metrics in Python: a dict of series for each metric, changed without locks (see `atomic`)."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any, final

from agent.components.metrics.arguments import (
    checked_clock,
    checked_finite,
    checked_float,
    checked_growth,
    checked_int,
    checked_labels,
    checked_name,
    checked_percent,
    checked_steps,
    checked_text,
    checked_time,
)
from agent.components.metrics.cells import Buckets, Level, Sum, Total
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
from agent.components.metrics.instrument import Instrument
from agent.components.metrics.process import read_process
from agent.components.metrics.unique import Unique

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Counter", "FloatCounter", "Gauge", "Histogram", "Metrics", "Snapshot", "Span"]

_ONE: Any = 1
_UNIT: Any = 1.0
"""Defaults, which need no check; compared by identity, because ``True == 1``."""


@final
class Counter(Instrument[Total]):
    """The reference implementation of `agent.components.metrics.contract.Counter`."""

    __slots__ = ()

    def inc(self, amount: Any = _ONE) -> None:
        cell = self._cell
        if cell is None:
            raise self._family.unlabelled()
        if amount is not _ONE:
            amount = checked_int("amount", amount, 0, MAX_TOTAL)
        cell.add(amount)

    @property
    def value(self) -> int:
        return self._held().held()


@final
class FloatCounter(Instrument[Sum]):
    """The reference implementation of `agent.components.metrics.contract.FloatCounter`."""

    __slots__ = ()

    def inc(self, amount: Any = _UNIT) -> None:
        cell = self._cell
        if cell is None:
            raise self._family.unlabelled()
        if amount is not _UNIT:
            amount = checked_growth(amount)
        cell.add(amount)

    @property
    def value(self) -> float:
        return self._held().held()


@final
class Gauge(Instrument[Level]):
    """The reference implementation of `agent.components.metrics.contract.Gauge`."""

    __slots__ = ()

    def set(self, value: Any, /) -> None:
        self._held().set(checked_float(value))

    def inc(self, amount: Any = _UNIT) -> None:
        cell = self._held()
        cell.add(amount if amount is _UNIT else checked_finite(amount))

    def dec(self, amount: Any = _UNIT) -> None:
        cell = self._held()
        cell.add(-(amount if amount is _UNIT else checked_finite(amount)))

    @property
    def value(self) -> float:
        return self._held().held()


@final
class Histogram(Instrument[Buckets]):
    """The reference implementation of `agent.components.metrics.contract.Histogram`."""

    __slots__ = ()

    def observe(self, value: Any, /, count: Any = _ONE) -> None:
        cell = self._cell
        if cell is None:
            raise self._family.unlabelled()
        steps = checked_steps(value, cell.steps)
        if count is not _ONE:
            count = checked_int("count", count, 1, MAX_TOTAL)
        cell.observe(steps, count)

    def percentile(self, percent: Any, /) -> float | None:
        cell = self._held()
        return cell.held().percentile(checked_percent(percent))

    def merge(self, other: Any, /) -> None:
        cell = self._held()
        if not isinstance(other, Histogram):
            message = f"other must be a Histogram, not {type(other).__name__}"
            raise TypeError(message)
        cell.merge(other._held().held())  # noqa: SLF001  # of its own class

    def start(self) -> Span:
        return Span(self._held(), self._family.clock)

    @property
    def count(self) -> int:
        return self._held().held().count

    @property
    def sum(self) -> float:
        held = self._held().held()
        return held.units(held.total)

    @property
    def minimum(self) -> float | None:
        held = self._held().held()
        return held.units(held.least) if held.count else None

    @property
    def maximum(self) -> float | None:
        held = self._held().held()
        return held.units(held.greatest) if held.count else None

    def buckets(self) -> list[tuple[float, int]]:
        return self._held().held().filled()


@final
class Span(Unique):
    """The reference implementation of `agent.components.metrics.contract.Span`."""

    __slots__ = ("_cell", "_clock", "_token")

    def __init__(self, cell: Buckets, clock: Callable[[], Any]) -> None:
        self._cell = cell
        self._clock = clock
        self._token = {"start": checked_time(clock())}

    def stop(self) -> float:
        start = self._token.get("start")
        if start is None:
            raise _stopped()
        seconds = max(0.0, checked_time(self._clock()) - start)
        steps = checked_steps(seconds, self._cell.steps)
        if not self._cell.observe_once(steps, self._token):
            raise _stopped()
        return seconds

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()


def _stopped() -> SpanStopped:
    return SpanStopped("a span stops once")


@final
class Snapshot(Unique):
    """The reference implementation of `agent.components.metrics.contract.Snapshot`."""

    __slots__ = ("readings",)

    def __init__(self, readings: list[Reading]) -> None:
        self.readings = readings

    def series(self) -> list[Series]:
        return [reading.series() for reading in self.readings]


@final
class Metrics(Unique):
    """The reference implementation of `agent.components.metrics.contract.Metrics`."""

    __slots__ = ("__weakref__", "_clock", "_names")

    _SYSTEM_CLOCK: Any = staticmethod(perf_counter)
    """Held here because what freezes the clock in a test replaces the names in modules."""

    def __init__(self, *, clock: Any = None) -> None:
        self._clock = self._SYSTEM_CLOCK if clock is None else checked_clock(clock)
        self._names = Names()

    def counter(self, name: Any, description: Any = "", *, labels: Any = ()) -> Counter:
        family = self._family(Total, checked_name(name, "_total"), description, labels)
        return Counter(family, family.cells.get(()))

    def float_counter(self, name: Any, description: Any = "", *, labels: Any = ()) -> FloatCounter:
        family = self._family(Sum, checked_name(name, "_total"), description, labels)
        return FloatCounter(family, family.cells.get(()))

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
            family.reset()

    def snapshot(self) -> Snapshot:
        families = self._names.families()
        return Snapshot([reading for family in families for reading in family.read()])

    def delta(self, since: Any, /) -> Snapshot:
        if not isinstance(since, Snapshot):
            message = f"since must be a Snapshot, not {type(since).__name__}"
            raise TypeError(message)
        earlier = {reading.key: reading.held for reading in since.readings}
        gained = []
        for now in self.snapshot().readings:
            then = earlier.get(now.key)
            gained.append(now if then is None else now.since(then))
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
