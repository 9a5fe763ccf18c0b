"""The contract of what is registered: counters, gauges and histograms (see `contract`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Annotated, Literal, Protocol, Self

from annotated_types import Ge, Gt, Le, Lt, Predicate

from agent.components.metrics.errors import LabelMismatch, MergeMismatch, SpanStopped
from agent.components.metrics.names import is_label, is_name, is_text
from agent.porting.contract.terms import Effect, Virtual, operation

__all__ = [
    "MAX_PRECISION",
    "MAX_STEPS",
    "MAX_SUM",
    "MAX_TOTAL",
    "Clock",
    "Counter",
    "FloatCounter",
    "Gauge",
    "Histogram",
    "Instrument",
    "Kind",
    "Labels",
    "Name",
    "Precision",
    "Span",
    "Steps",
    "Text",
]

MAX_TOTAL = 2**63 - 1
"""Largest total of a counter, number of observations, and number of steps in an observation."""

MAX_SUM = 1.7976931348623157e308
"""Largest total of a float counter: the greatest finite float."""

MAX_STEPS = 10**9
"""Most steps in a unit: the nanoseconds of a second."""

MAX_PRECISION = 10
"""Most bits of precision; a histogram then takes up to 450 kB."""

Kind = Literal["counter", "gauge", "histogram"]

Name = Literal["a", "a_total", "a_bucket", "b_created"] | Annotated[str, Predicate(is_name)]
Text = Annotated[str, Predicate(is_text)]
"""Any text without lone surrogates, which an exposition cannot encode."""
LabelName = Literal["a", "path", "code", "le", "__a"] | Annotated[str, Predicate(is_label)]
Labels = Sequence[LabelName]
Amount = Annotated[int, Ge(0), Le(MAX_TOTAL)]
Growth = Annotated[float, Ge(0), Le(MAX_SUM)]
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


class Instrument(Protocol):
    """What is registered under a name: a series for each combination of label values, or one."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def labels(self, /, *values: Text, **by_name: Text) -> Self:
        """Return the series with these label values, one for each label; create it if new.

        The values are given by position, in the order of the labels, or by the labels' names.
        """

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def remove(self, *values: Text) -> None:
        """Remove the series with these label values, if it exists.

        Raises `LabelMismatch` unless there is a value for each label, and at least one label.
        """

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, TypeError, ValueError))
    def remove_by_labels(self, labels: dict[LabelName, Text]) -> None:
        """Remove the series that have all these label values; none if `labels` is empty.

        Raises `LabelMismatch` if the metric does not have one of these labels, or has none.
        """

    @operation(effect=Effect.WRITES, raises=())
    def clear(self) -> None:
        """Remove all series of a metric with labels; a metric without labels keeps its series."""


class Counter(Instrument, Protocol):
    """A number that only grows, such as a count of events."""

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


class FloatCounter(Instrument, Protocol):
    """A sum of floats that only grows, such as seconds of work."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch, OverflowError, TypeError, ValueError))
    def inc(self, amount: Growth = 1.0) -> None:
        """Add `amount`."""

    @property
    @operation(effect=Effect.READS, raises=(LabelMismatch,))
    def value(self) -> float:
        """The total since creation or the last reset."""

    @operation(effect=Effect.WRITES, raises=(LabelMismatch,))
    def reset(self) -> None:
        """Set the total to 0.0."""


class Gauge(Instrument, Protocol):
    """A number that goes up and down, such as a level."""

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


class Histogram(Instrument, Protocol):
    """A distribution of observations."""

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

        The histogram is usually a `timer`. Raises `TypeError` or `ValueError` if the clock does not
        return a finite number.
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

        Raises `SpanStopped` if it was stopped before. A stop that raises leaves the span running.
        """

    @operation(effect=Effect.READS, raises=())
    def __enter__(self) -> Span:  # noqa: PYI034  # the contract names its class
        """Return the span itself."""

    @operation(effect=Effect.WRITES, raises=(SpanStopped, OverflowError, TypeError, ValueError))
    def __exit__(self, *details: object) -> None:
        """Stop the span; exceptions of the block propagate."""
