"""The contract of the metrics: what every implementation does, stated once.

**Names.** A metric is registered under a name of ASCII letters, digits, ``_`` and ``:`` that does
not begin with a digit. A counter's may end in ``_total``, which is not part of it. Registering it
again, with the same labels and settings, gives the same metric; its description stays the first. A
name stands for those of its samples too (`a` as a counter takes ``a_total`` and ``a_created``, as a
histogram ``a_bucket``, ``a_count``, ``a_sum`` and ``a_created``), and no two metrics share one:
`DuplicateMetric`.

**Labels.** A metric without labels is one series. One with labels has a series for each
combination of their values, which `labels` makes when it is first asked for; without it, whatever
needs a series raises `LabelMismatch`. Series are in the order in which they were made, metrics in
that in which they were registered.

**Counters** count whole numbers, exactly, up to `MAX_TOTAL`, histograms as many observations; what
would go beyond raises `OverflowError` and changes nothing. **Gauges** hold a float.

**Histograms** keep whole steps: a unit is divided into `steps` of them, and ``value * steps``, for
a float computed as a float, is rounded to the nearest, ties to even. Observations are counted in
log-linear buckets: up to ``2**(precision + 1)`` steps each has one of its own, and each further
power of two is divided into ``2**precision``. A bucket's bound is the highest value in it, and is
above any other by less than one part in ``2**precision``. Number and sum of the observations, the
least and the greatest are exact. A histogram takes 8 bytes for each bucket up to the greatest
observation's power of two: less than 64 KiB at the default precision, however many there are.

**Percentiles** are by nearest rank: of `count` values in order, that at rank ``percent * count /
100``, computed in floats and rounded up, at least 1; what is returned is the bound of its bucket,
or the greatest observation where that is less. So it is never below the true value.

**Floats** of whole steps are ``float(steps observed) / float(steps)``.

**Exposition.** Numbers are written as `repr` does, but for ``NaN``, ``+Inf`` and ``-Inf``. The
buckets of a histogram are told at each power of two, at ``2**n - 1`` steps, up to the greatest
observation; their bounds do not move, so that they can be added up over processes and time.

**Time.** A span reads the clock when it starts and when it stops; what lies between, or 0 where the
clock went backwards, is observed in seconds.

**Threads.** Every operation may be called from any thread and takes effect at one moment; none is
lost. `snapshot`, `reset` of the registry and expositions take one series after the other.

Implementations are not for subclassing; their objects are not copied or pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Annotated, Literal, Protocol

from annotated_types import Ge, Gt, Le, Lt, Predicate

from agent.components.metrics.names import is_label, is_name, is_text
from agent.errors import DuplicateMetric, LabelMismatch, MergeMismatch, SpanStopped
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
"""Most that a counter counts, a histogram observes, and one observation has in steps."""

MAX_STEPS = 10**9
"""Most steps a unit is divided into: a second into nanoseconds."""

MAX_PRECISION = 10
"""Most bits of precision, at which a histogram may take 450 kB."""

PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""The ``Content-Type`` of `Metrics.to_prometheus`."""

OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"
"""The ``Content-Type`` of `Metrics.to_openmetrics`."""

Kind = Literal["counter", "gauge", "histogram"]

Name = Literal["a", "a_total", "a_bucket", "b_created"] | Annotated[str, Predicate(is_name)]
Text = Annotated[str, Predicate(is_text)]
"""Any text without lone surrogates, which no exposition could hold."""
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
"""At most `MAX_TOTAL` steps, which depends on how many a unit has."""
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
    """What one series held at one moment, or gained between two."""

    name: str
    kind: Kind
    labels: tuple[tuple[str, str], ...]
    """Names and values, in the order of the names."""
    value: int | float
    """A counter's total, a gauge's value, the number of a histogram's observations."""
    sum: float | None = None
    """The sum of a histogram's observations."""
    buckets: tuple[tuple[float, int], ...] = ()
    """A histogram's buckets that hold any: the bound, and how many observations."""


@dataclass(frozen=True)
class ProcessReading:
    """What the system knows of this process."""

    cpu_seconds: Annotated[float, Tolerance(_READ_APART, relative=0.05, absolute=1.0)]
    """Processor time of all threads, in user and system mode, in hundredths of a second."""
    resident_bytes: _Bytes
    virtual_bytes: _Bytes
    open_fds: int
    """Open file descriptors."""
    threads: int
    start_time: int
    """When it started, in whole seconds since 1970."""


class Counter(Protocol):
    """A number that only grows: how often something happened."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, *values: Text) -> Counter:
        """Return the metric's series with these label values, one for each of its labels."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, OverflowError, TypeError, ValueError))
    def inc(self, amount: Amount = 1) -> None:
        """Add `amount`."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def value(self) -> int:
        """The total since it was made or last reset."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Begin again at 0."""


class Gauge(Protocol):
    """A number that goes up and down: how much there is."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, *values: Text) -> Gauge:
        """Return the metric's series with these label values, one for each of its labels."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def set(self, value: float, /) -> None:
        """Hold `value`, which may be infinite or NaN."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def inc(self, amount: Finite = 1.0) -> None:
        """Add `amount`."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def dec(self, amount: Finite = 1.0) -> None:
        """Subtract `amount`."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def value(self) -> float:
        """What it holds; 0.0 at first."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Hold 0.0."""


class Histogram(Protocol):
    """How observations are distributed."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, *values: Text) -> Histogram:
        """Return the metric's series with these label values, one for each of its labels."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, OverflowError, TypeError, ValueError))
    def observe(self, value: Observed, /, count: Count = 1) -> None:
        """Count `value`, from 0 to `MAX_TOTAL` steps, as observed `count` times."""

    @operation(effect=Effect.READS, raises=(LabelMismatch, TypeError, ValueError))
    def percentile(self, percent: Percent, /) -> float | None:
        """Return the percentile, from 0 to 100; None where nothing was observed."""

    @operation(
        effect=Effect.WRITES, raises=(LabelMismatch, MergeMismatch, OverflowError, TypeError)
    )
    def merge(self, other: Histogram, /) -> None:
        """Add all that `other` observed, as if it had been observed here.

        Raises `MergeMismatch` unless both have the same steps and precision.
        """

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def start(self) -> Span:
        """Begin to measure a time, which the span then observes, in seconds.

        Raises `TypeError` or `ValueError` if the clock gives no finite number.
        """

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Forget all observations."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def count(self) -> int:
        """How many observations there were."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def sum(self) -> float:
        """The sum of the observations."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def minimum(self) -> float | None:
        """The least observation; None where there is none."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def maximum(self) -> float | None:
        """The greatest observation; None where there is none."""

    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def buckets(self) -> list[tuple[float, int]]:
        """Return bound and number of observations of each bucket that holds any, in order."""


class Span(Protocol):
    """A time that is being measured; as a context manager it stops at the end of the block."""

    @operation(effect=Effect.WRITES, raises=(SpanStopped, OverflowError, TypeError, ValueError))
    def stop(self) -> float:
        """Observe the seconds since the start, and return them; a span stops once.

        Raises `SpanStopped` the second time, even if the clock or its time was refused.
        """

    @operation(effect=Effect.READS, raises=())
    def __enter__(self) -> Span:  # noqa: PYI034  # read as a part of the contract
        """Return the span."""

    @operation(effect=Effect.WRITES, raises=(SpanStopped, OverflowError, TypeError, ValueError))
    def __exit__(self, *details: object) -> None:
        """Stop; what the block raised goes on."""


class Snapshot(Protocol):
    """What every series held, taken at one moment, or gained between two."""

    @operation(effect=Effect.READS, raises=())
    def series(self) -> list[Series]:
        """Return the series, metric by metric."""


class Metrics(Protocol):
    """A registry of metrics."""

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def counter(self, name: Name, description: Text = "", *, labels: Labels = ()) -> Counter:
        """Return the counter of this name; register it, if it is not yet."""

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def gauge(self, name: Name, description: Text = "", *, labels: Labels = ()) -> Gauge:
        """Return the gauge of this name; register it, if it is not yet."""

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
        """Return the histogram of this name; register it, if it is not yet.

        Args:
            name: the metric's name.
            description: what it tells, in a few words.
            labels: the names of its labels, each once; ``le`` is not one.
            steps: into how many steps a unit is divided, from 1 to `MAX_STEPS`.
            precision: bits of it, from 1 to `MAX_PRECISION`: percentiles are at most one part in
                ``2**precision`` too high.
        """

    @operation(effect=Effect.WRITES, raises=(DuplicateMetric, TypeError, ValueError))
    def timer(self, name: Name, description: Text = "", *, labels: Labels = ()) -> Histogram:
        """Return a histogram of seconds in steps of a nanosecond."""

    @operation(effect=Effect.WRITES, raises=())
    def reset(self) -> None:
        """Reset every series; all metrics and series stay."""

    @operation(effect=Effect.READS, raises=())
    def snapshot(self) -> Snapshot:
        """Return what every series holds."""

    @operation(effect=Effect.READS, raises=(TypeError,))
    def delta(self, since: Snapshot, /) -> Snapshot:
        """Return what every series gained since an earlier snapshot.

        A gauge does not gain: its value is told. A counter that is lower, or a histogram of which a
        bucket is, was reset meanwhile, and all that it holds is new.
        """

    @operation(effect=Effect.READS, raises=())
    def to_prometheus(self) -> str:
        """Return every series in Prometheus' text format 0.0.4."""

    @operation(effect=Effect.READS, raises=())
    def to_openmetrics(self) -> str:
        """Return every series in the text format of OpenMetrics 1.0."""

    @operation(effect=Effect.EXTERNAL, raises=(OSError,))
    def process(self) -> ProcessReading:
        """Return what the system knows of this process; `OSError` elsewhere than on Linux."""


class MetricsFactory(Protocol):
    """How a registry is made."""

    @operation(effect=Effect.WRITES, raises=(TypeError,))
    def __call__(self, *, clock: Clock | None = None) -> Metrics:
        """Make an empty registry.

        Args:
            clock: gives the time in seconds, finite; None for `time.perf_counter`.

        Raises:
            TypeError: the clock cannot be called.
        """
