"""The contract of the metrics, which both implementations follow.

**Names.** A metric is registered under a name of ASCII letters, digits, ``_`` and ``:`` that does
not start with a digit. The name of a counter may end in ``_total``; that suffix is not part of it.
Registering the same name, kind, labels and settings again returns the same metric and keeps the
first description. A metric also reserves the names of its samples: a counter `a` reserves
``a_total`` and ``a_created``, a histogram ``a_bucket``, ``a_count``, ``a_sum`` and ``a_created``.
Two metrics that share a name raise `DuplicateMetric`.

**Labels.** A metric without labels is one series. A metric with labels has one series for each
combination of label values; `labels` creates it on first use. `labels`, `remove`,
`remove_by_labels` and `clear` act on the metric, also if called on one of its series; other
operations on a metric with labels raise `LabelMismatch`. Metrics are in the order of registration,
series in the order of creation. What holds a series that was removed can still use it, but the
series is no longer in snapshots and expositions, and is not reset with the registry; `labels` with
the same values creates another.

**Counters** count whole numbers exactly, up to `MAX_TOTAL`. Histograms hold at most as many
observations. **Float counters** add floats in the order of the calls. Each sum is rounded to the
nearest float: an amount of less than half the distance to the next one leaves the total as it is.
Their limit is `MAX_SUM`. An operation that would exceed a limit raises `OverflowError` and changes
nothing. **Gauges** hold a float.

**Histograms** count whole steps. A unit has `steps` steps; ``value * steps``, computed as a float
for a float, is rounded to the nearest step, ties to even. Only a histogram of more than one step
rounds: with one step, a value that is not whole raises `ValueError`. Observations are counted in
log-linear buckets: each number of steps below ``2**(precision + 1)`` has its own bucket, and each
further power of two is divided into ``2**precision`` buckets. The bound of a bucket is the highest
value in it; it exceeds any other value in it by less than one part in ``2**precision``. Count, sum,
minimum and maximum are exact. A histogram takes 8 bytes for each bucket up to the power of two of
its greatest observation: less than 64 KiB at the default precision, for any number of observations.

**Percentiles** use the nearest rank: of `count` values in ascending order, the one at rank
``percent * count / 100``, computed in floats, rounded up and at least 1. The result is the bound of
its bucket, or the greatest observation if that is less. It is never below the exact value.

**Floats** of whole steps are ``float(steps observed) / float(steps)``.

**Exposition.** Numbers are written as `repr` does, except ``NaN``, ``+Inf`` and ``-Inf``. The
buckets of a histogram are written at each power of two, at ``2**n - 1`` steps, up to the greatest
observation. These bounds are constant, so buckets can be added over processes and over time.

**Time.** A span reads the clock at its start and at its stop and observes the difference in
seconds, or 0 if the clock went backwards. The default clock is the system's monotonic clock:
freezing or replacing the functions of `time` in a test has no effect on it, so tests pass `clock`.

**Threads, signals and finalizers.** Every operation may be called from any thread, from a signal
handler or finalizer that runs within another operation, and in a forked process, whatever other
threads did at the fork. It is atomic, and it waits for no other: no update is lost, and count, sum
and buckets of a histogram always agree. An operation that raises, or that an exception of a signal
handler interrupts, has happened as a whole or has not happened. `snapshot`, `delta`, expositions,
`reset` of the registry and `remove_by_labels` handle the series one after the other; other threads
run and signals are handled meanwhile.

Implementations cannot be subclassed; their objects cannot be copied or pickled.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Protocol

from agent.components.metrics.errors import DuplicateMetric
from agent.components.metrics.instruments import (
    MAX_PRECISION,
    MAX_STEPS,
    MAX_SUM,
    MAX_TOTAL,
    Clock,
    Counter,
    FloatCounter,
    Gauge,
    Histogram,
    Kind,
    Labels,
    Name,
    Precision,
    Span,
    Steps,
    Text,
)
from agent.porting.contract.terms import Effect, Tolerance, operation

__all__ = [
    "MAX_PRECISION",
    "MAX_STEPS",
    "MAX_SUM",
    "MAX_TOTAL",
    "OPENMETRICS_TYPE",
    "PROMETHEUS_TYPE",
    "Counter",
    "FloatCounter",
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

PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The ``Content-Type`` of `Metrics.to_prometheus`."""

OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
"""The ``Content-Type`` of `Metrics.to_openmetrics`."""

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
    def float_counter(
        self, name: Name, description: Text = "", *, labels: Labels = ()
    ) -> FloatCounter:
        """Return the float counter of this name; register it if it is new."""

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
            steps: the number of steps in a unit, from 1 to `MAX_STEPS`; 1 for whole numbers only.
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
            clock: returns the time in seconds, finite; None for the system's monotonic clock, as
                `time.perf_counter` reads it.

        Raises:
            TypeError: the clock is not callable.
        """
