"""The contract of the metrics, which both implementations follow.

**Names.** A metric is registered under a name of ASCII letters, digits, ``_`` and ``:`` that does
not start with a digit. The name of a counter may end in ``_total``; that suffix is not part of it.
Registering the same name, kind, labels and settings again returns the same metric and keeps the
first description. A metric also reserves the names of its samples: a counter `a` reserves
``a_total`` and ``a_created``, a histogram ``a_bucket``, ``a_count``, ``a_sum`` and ``a_created``.
Two metrics that share a name raise `DuplicateMetric`.

**Labels.** A metric without labels is one series. A metric with labels has one series for each
combination of label values; `labels` creates it on first use. Other operations on such a metric
raise `LabelMismatch`. Metrics are in the order of registration, series in the order of creation.

**Counters** count whole numbers exactly, up to `MAX_TOTAL`. Histograms hold at most as many
observations. An operation that would exceed the limit raises `OverflowError` and changes nothing.
**Gauges** hold a float.

**Histograms** count whole steps. A unit has `steps` steps; ``value * steps``, computed as a float
for a float, is rounded to the nearest step, ties to even. Observations are counted in log-linear
buckets: each number of steps below ``2**(precision + 1)`` has its own bucket, and each further
power of two is divided into ``2**precision`` buckets. The bound of a bucket is the highest value in
it; it exceeds any other value in it by less than one part in ``2**precision``. Count, sum, minimum
and maximum are exact. A histogram takes 8 bytes for each bucket up to the power of two of its
greatest observation: less than 64 KiB at the default precision, for any number of observations.

**Percentiles** use the nearest rank: of `count` values in ascending order, the one at rank
``percent * count / 100``, computed in floats, rounded up and at least 1. The result is the bound of
its bucket, or the greatest observation if that is less. It is never below the exact value.

**Floats** of whole steps are ``float(steps observed) / float(steps)``.

**Exposition.** Numbers are written as `repr` does, except ``NaN``, ``+Inf`` and ``-Inf``. The
buckets of a histogram are written at each power of two, at ``2**n - 1`` steps, up to the greatest
observation. These bounds are constant, so buckets can be added over processes and over time.

**Time.** A span reads the clock at its start and at its stop and observes the difference in
seconds, or 0 if the clock went backwards.

**Threads.** Every operation may be called from any thread and is atomic; no update is lost.
`snapshot`, `reset` of the registry and expositions handle the series one after the other.

Implementations cannot be subclassed; their objects cannot be copied or pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Literal, Protocol

from annotated_types import Ge, Gt, Le, Lt, Predicate

from agent.components.metrics.errors import (
    DuplicateMetric,
    LabelMismatch,
    MergeMismatch,
    SpanStopped,
)
from agent.components.metrics.names import is_label, is_name, is_text
from agent.porting.contract.terms import Effect, Tolerance, Virtual, operation

__all__ = [
    "MAX_PRECISION",
    "MAX_STEPS",
    "MAX_TOTAL",
    "OPENMETRICS_TYPE",
    "PROMETHEUS_TYPE",
    "Counter",
    "Gauge",
    "Histogram",
    "Kind",
    "Metrics",
    "MetricsFactory",
    "ProcessReading",
    "Series",
    "Snapshot",
    "Span",
]

MAX_TOTAL = 2**63 - 1
"""Largest total of a counter, number of observations, and number of steps in an observation."""

MAX_STEPS = 10**9
"""Most steps in a unit: the nanoseconds of a second."""

MAX_PRECISION = 10
"""Most bits of precision; a histogram then takes up to 450 kB."""

PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The ``Content-Type`` of `Metrics.to_prometheus`."""

OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
"""The ``Content-Type`` of `Metrics.to_openmetrics`."""

Kind = Literal["counter", "gauge", "histogram"]

Name = Literal["a", "a_total", "a_bucket", "b_created"] | Annotated[str, Predicate(is_name)]
Text = Annotated[str, Predicate(is_text)]
"""Any text without lone surrogates, which an exposition cannot encode."""
LabelName = Literal["path", "code", "le", "__a"] | Annotated[str, Predicate(is_label)]
Labels = Sequence[LabelName]
Amount = Annotated[int, Ge(0), Le(MAX_TOTAL)]
Observed = (
    Annotated[float, Ge(0), Le(2.0**63)]
    | Literal[
        300,
        9_223_372_036,
        9_223_372_037,
        4_611_686_018_427_387_904,
        9_223_372_036_854_775_807,
        9_223_372_036_854_775_808,
    ]
)
"""At most `MAX_TOTAL` steps; the largest value depends on the steps in a unit."""
Count = Annotated[int, Ge(1), Le(MAX_TOTAL)]
Finite = Annotated[float, Gt(float("-inf")), Lt(float("inf"))]
Percent = Annotated[float, Ge(0), Le(100)] | Literal[50, 75, 99]
Steps = Annotated[int, Ge(1), Le(MAX_STEPS)]
Precision = Annotated[int, Ge(1), Le(MAX_PRECISION)]
Clock = Annotated[Callable[[], Finite], Virtual(real=perf_counter)]

_READ_APART = "the two sides read the same process one after the other"
_Bytes = Annotated[int, Tolerance(_READ_APART, relative=0.05, absolute=2.0**24)]


@dataclass(frozen=True)
class Series:
    """The state of one series at one moment, or its gain between two."""

    name: str
    kind: Kind
    labels: tuple[tuple[str, str], ...]
    """Label names and values, in the metric's order."""
    value: int | float
    """The total of a counter, the value of a gauge, the observation count of a histogram."""
    sum: float | None = None
    """The sum of the observations; None except for a histogram."""
    buckets: tuple[tuple[float, int], ...] = ()
    """Bound and count of each non-empty bucket of a histogram."""


@dataclass(frozen=True)
class ProcessReading:
    """Resource figures of this process."""

    cpu_seconds: Annotated[float, Tolerance(_READ_APART, relative=0.05, absolute=1.0)]
    """CPU time of all threads, user plus system mode, in seconds; resolution 0.01 s."""
    resident_bytes: _Bytes
    virtual_bytes: _Bytes
    open_fds: int
    """Open file descriptors."""
    threads: int
    start_time: int
    """Start time, in whole seconds since the Unix epoch."""


class Counter(Protocol):
    """A number that only grows, such as a count of events."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, *values: Text) -> Counter:
        """Return the series with these label values, one for each label; create it if new."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, OverflowError, TypeError, ValueError))
    def inc(self, amount: Amount = 1) -> None:
        """Add `amount`."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def value(self) -> int:
        """The total since creation or the last reset."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Set the total to 0."""


class Gauge(Protocol):
    """A number that goes up and down, such as a level."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, *values: Text) -> Gauge:
        """Return the series with these label values, one for each label; create it if new."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def set(self, value: float, /) -> None:
        """Set the value, which may be infinite or NaN."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def inc(self, amount: Finite = 1.0) -> None:
        """Add `amount`."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def dec(self, amount: Finite = 1.0) -> None:
        """Subtract `amount`."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def value(self) -> float:
        """The current value; 0.0 initially."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Set the value to 0.0."""


class Histogram(Protocol):
    """A distribution of observations."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, *values: Text) -> Histogram:
        """Return the series with these label values, one for each label; create it if new."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, OverflowError, TypeError, ValueError))
    def observe(self, value: Observed, /, count: Count = 1) -> None:
        """Add `count` observations of `value`, which is from 0 to `MAX_TOTAL` steps."""

    @operation(effect=Effect.READS, raises=(LabelMismatch, TypeError, ValueError))
    def percentile(self, percent: Percent, /) -> float | None:
        """Return the percentile for `percent`, 0 to 100; None if there is no observation."""

    @operation(
        effect=Effect.WRITES, raises=(LabelMismatch, MergeMismatch, OverflowError, TypeError)
    )
    def merge(self, other: Histogram, /) -> None:
        """Add the observations of `other`.

        Raises `MergeMismatch` unless both have the same steps and precision.
        """

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def start(self) -> Span:
        """Start a span, which observes its duration in seconds when it stops.

        Raises `TypeError` or `ValueError` if the clock does not return a finite number.
        """

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Remove all observations."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def count(self) -> int:
        """The number of observations."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def sum(self) -> float:
        """The sum of the observations."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def minimum(self) -> float | None:
        """The least observation; None if there is none."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def maximum(self) -> float | None:
        """The greatest observation; None if there is none."""

    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def buckets(self) -> list[tuple[float, int]]:
        """Return bound and count of each non-empty bucket, in ascending order."""


class Span(Protocol):
    """A running time measurement; as a context manager it stops at the end of the block."""

    @operation(effect=Effect.WRITES, raises=(SpanStopped, OverflowError, TypeError, ValueError))
    def stop(self) -> float:
        """Observe and return the seconds since the start.

        Raises `SpanStopped` on a second call, even if the clock failed on the first one.
        """

    @operation(effect=Effect.READS, raises=())
    def __enter__(self) -> Span:  # noqa: PYI034  # the contract names its class
        """Return the span itself."""

    @operation(effect=Effect.WRITES, raises=(SpanStopped, OverflowError, TypeError, ValueError))
    def __exit__(self, *details: object) -> None:
        """Stop the span; exceptions of the block propagate."""


class Snapshot(Protocol):
    """The state of every series at one moment, or its gain between two."""

    @operation(effect=Effect.READS, raises=())
    def series(self) -> list[Series]:
        """Return the series, grouped by metric."""


class Metrics(Protocol):
    """A registry of metrics."""

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def counter(self, name: Name, description: Text = "", *, labels: Labels = ()) -> Counter:
        """Return the counter of this name; register it if it is new."""

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def gauge(self, name: Name, description: Text = "", *, labels: Labels = ()) -> Gauge:
        """Return the gauge of this name; register it if it is new."""

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def histogram(
        self,
        name: Name,
        description: Text = "",
        *,
        labels: Labels = (),
        steps: Steps = 1,
        precision: Precision = 7,
    ) -> Histogram:
        """Return the histogram of this name; register it if it is new.

        Args:
            name: the metric's name.
            description: its meaning, in a few words.
            labels: distinct label names; ``le`` is reserved.
            steps: the number of steps in a unit, from 1 to `MAX_STEPS`.
            precision: bits of precision, from 1 to `MAX_PRECISION`: percentiles are at most one
                part in ``2**precision`` too high.
        """

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def timer(self, name: Name, description: Text = "", *, labels: Labels = ()) -> Histogram:
        """Return a histogram of seconds, with one step for each nanosecond."""

    @operation(effect=Effect.WRITES, raises=())
    def reset(self) -> None:
        """Reset every series; keep all metrics and series."""

    @operation(effect=Effect.READS, raises=())
    def snapshot(self) -> Snapshot:
        """Return the current state of every series."""

    @operation(effect=Effect.READS, raises=(TypeError,))
    def delta(self, since: Snapshot, /) -> Snapshot:
        """Return the gain of every series since an earlier snapshot.

        A gauge has no gain: its current value is returned. A counter that is lower, or a histogram
        with a lower bucket, was reset meanwhile: its whole current state is the gain.
        """

    @operation(effect=Effect.READS, raises=())
    def to_prometheus(self) -> str:
        """Return every series in Prometheus' text format 0.0.4."""

    @operation(effect=Effect.READS, raises=())
    def to_openmetrics(self) -> str:
        """Return every series in the text format of OpenMetrics 1.0."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def process(self) -> ProcessReading:
        """Return the resource figures of this process; raise `OSError` except on Linux."""


class MetricsFactory(Protocol):
    """The constructor of a registry."""

    @operation(effect=Effect.WRITES, raises=(TypeError,))
    def __call__(self, *, clock: Clock | None = None) -> Metrics:
        """Create an empty registry.

        Args:
            clock: returns the time in seconds, finite; None for `time.perf_counter`.

        Raises:
            TypeError: the clock is not callable.
        """
