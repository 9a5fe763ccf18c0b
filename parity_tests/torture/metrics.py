"""What hostile runs do with metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.torture.subject import Calls, Growth, Operation, Request, Subject

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["SUBJECT"]


@dataclass
class _State:
    """A registry with one metric of each kind."""

    calls: Calls
    metrics: Any = None
    counter: Any = None
    work: Any = None
    gauge: Any = None
    histogram: Any = None
    other: Any = None
    now: float = 0.0
    plain: dict[str, Any] = field(default_factory=dict)
    """Metrics without labels."""
    series: dict[str, list[Any]] = field(default_factory=dict)
    """Series of the metrics that have labels, by kind."""

    def clock(self) -> float:
        self.calls.pause()
        self.now += 1.0
        return self.now


def _prepare(metrics_class: Any, calls: Calls) -> _State:
    state = _State(calls)
    metrics = state.metrics = metrics_class(clock=state.clock)
    state.counter = metrics.counter("visits", labels=("path",))
    state.work = metrics.float_counter("work", labels=("path",))
    state.gauge = metrics.gauge("level", labels=("path",))
    state.histogram = metrics.histogram("sizes", labels=("path",))
    state.other = metrics.histogram("others")
    state.other.observe(7)
    state.plain = {
        "counter": metrics.counter("requests"),
        "work": metrics.float_counter("seconds"),
        "gauge": metrics.gauge("queue"),
        "timer": metrics.timer("latency_seconds"),
    }
    labelled = {
        "counter": state.counter,
        "work": state.work,
        "gauge": state.gauge,
        "histogram": state.histogram,
    }
    state.series = {
        kind: [metric.labels(_path(number)) for number in range(16)]
        for kind, metric in labelled.items()
    }
    return state


def _path(number: int) -> str:
    return f"/{number % 16}"


def _span(state: _State, number: int) -> None:
    state.plain["timer"].start().stop()


def _block(state: _State, number: int) -> None:
    with state.plain["timer"].start():
        state.calls.pause()


def _delta(state: _State, number: int) -> None:
    before = state.metrics.snapshot()
    state.counter.labels(_path(number)).inc()
    state.metrics.delta(before)


def _holds(state: _State) -> None:
    for histogram in (*(state.histogram.labels(_path(each)) for each in range(16)), state.other):
        counts = sum(count for _, count in histogram.buckets())
        assert counts == histogram.count, (
            f"{counts} in buckets where {histogram.count} were counted"
        )
        assert (histogram.minimum is None) == (histogram.count == 0), "a minimum of nothing"
        if histogram.count:
            assert histogram.minimum * counts <= histogram.sum <= histogram.maximum * counts
    for series in state.metrics.snapshot().series():
        if series.kind == "histogram":
            counts = sum(count for _, count in series.buckets)
            assert counts == series.value, f"{counts} in buckets where {series.value} were counted"
    text = state.metrics.to_openmetrics()
    assert text.endswith("# EOF\n"), "an exposition without its end"
    before = state.plain["counter"].value
    state.plain["counter"].inc(3)
    assert state.plain["counter"].value == before + 3, "an increment is lost"


def _seen(state: _State) -> object:
    return state.metrics.snapshot().series()


class _Name(str):
    """A label value; a subclass, so that it is no plain `str`."""

    __slots__ = ()


def _labelled(metrics_class: Any, size: int) -> None:
    counter = metrics_class().counter("visits", labels=("path",))
    for number in range(size):
        counter.labels(_Name(f'{number}\n"\\')).inc()


def _registered(metrics_class: Any, size: int) -> None:
    metrics = metrics_class()
    for number in range(size):
        metrics.counter(f"a{number}_{'b' * (number % 7)}").inc()
    metrics.to_prometheus()


def _escaped(metrics_class: Any, size: int) -> None:
    metrics = metrics_class()
    metrics.counter("visits", "\\\n" * size, labels=("path",)).labels('\\"\n' * size).inc()
    metrics.to_openmetrics()


def _many_series(metrics_class: Any, number: int) -> Callable[[], object]:
    values = [str(each) for each in range(1 << 6 + number // 6)]

    def call() -> None:
        counter = metrics_class().counter("visits", labels=("path",))
        for value in values:
            counter.labels(value).inc()

    return call


def _many_buckets(metrics_class: Any, number: int) -> Callable[[], object]:
    metrics = metrics_class()

    def call() -> None:
        for each in range(number):
            histogram = metrics.histogram(f"h{each}", steps=10**9, precision=10)
            for power in range(-9, 9):
                histogram.observe(10.0**power)
        metrics.snapshot().series()

    return call


def _exposing(metrics_class: Any, number: int) -> Callable[[], object]:
    metrics = metrics_class()
    for each in range(16):
        metrics.counter(f"c{each}", "\\" * (1 << 8 + number // 5)).inc()
    return lambda: (metrics.to_prometheus(), metrics.to_openmetrics())


def _on_series(kind: str, name: str, *args: object) -> Callable[[_State, int], object]:
    """Call an operation on one of a kind's series."""
    return lambda state, number: getattr(state.series[kind][number % 16], name)(*args)


def _observe(state: _State, number: int) -> None:
    state.series["histogram"][number % 16].observe(number, number + 1)


def _merge(state: _State, number: int) -> None:
    state.series["histogram"][number % 16].merge(state.other)


def _removing(name: str) -> Callable[[_State, int], object]:
    """Remove a series that is made beforehand."""

    def remove(state: _State, number: int) -> None:
        metric = getattr(state, name)
        metric.labels(path=f"/gone/{number}")
        metric.remove(f"/gone/{number}")

    return remove


def _removing_by_labels(name: str) -> Callable[[_State, int], object]:
    def remove(state: _State, number: int) -> None:
        getattr(state, name).remove_by_labels({"path": f"/new/{number}"})

    return remove


def _clearing(name: str) -> Callable[[_State, int], object]:
    """Remove all series, now and then."""

    def clear(state: _State, number: int) -> None:
        if number < 8:
            getattr(state, name).clear()

    return clear


def _reset(state: _State, number: int) -> None:
    """Reset all, now and then."""
    if number < 8:
        state.metrics.reset()


SUBJECT = Subject(
    prepare=_prepare,
    operations=(
        Operation("counter", lambda state, number: state.metrics.counter(f"c{number}")),
        Operation("float_counter", lambda state, number: state.metrics.float_counter(f"f{number}")),
        Operation("gauge", lambda state, number: state.metrics.gauge(f"g{number}")),
        Operation("histogram", lambda state, number: state.metrics.histogram(f"h{number}")),
        Operation("timer", lambda state, number: state.metrics.timer(f"t{number}")),
        Operation("reset", _reset, atomic=False),
        Operation("snapshot", lambda state, number: state.metrics.snapshot().series()),
        Operation("delta", _delta, atomic=False),
        Operation("to_prometheus", lambda state, number: state.metrics.to_prometheus()),
        Operation("to_openmetrics", lambda state, number: state.metrics.to_openmetrics()),
        Operation("Counter.labels", lambda state, number: state.counter.labels(f"/new/{number}")),
        Operation("Counter.inc", _on_series("counter", "inc", 3)),
        Operation("Counter.reset", _on_series("counter", "reset")),
        Operation("Gauge.labels", lambda state, number: state.gauge.labels(f"/new/{number}")),
        Operation("Gauge.set", _on_series("gauge", "set", 5.0)),
        Operation("Gauge.inc", _on_series("gauge", "inc", 2.0)),
        Operation("Gauge.dec", _on_series("gauge", "dec")),
        Operation("Gauge.reset", _on_series("gauge", "reset")),
        Operation(
            "Histogram.labels", lambda state, number: state.histogram.labels(f"/new/{number}")
        ),
        Operation("Histogram.observe", _observe),
        Operation("Histogram.merge", _merge),
        Operation("Histogram.reset", _on_series("histogram", "reset")),
        Operation("Counter.remove", _removing("counter"), atomic=False),
        Operation("Counter.remove_by_labels", _removing_by_labels("counter"), atomic=False),
        Operation("Counter.clear", _clearing("counter"), atomic=False),
        Operation("FloatCounter.labels", lambda state, number: state.work.labels(f"/new/{number}")),
        Operation("FloatCounter.inc", _on_series("work", "inc", 0.5)),
        Operation("FloatCounter.reset", _on_series("work", "reset")),
        Operation("FloatCounter.remove", _removing("work"), atomic=False),
        Operation("FloatCounter.remove_by_labels", _removing_by_labels("work"), atomic=False),
        Operation("FloatCounter.clear", _clearing("work"), atomic=False),
        Operation("Gauge.remove", _removing("gauge"), atomic=False),
        Operation("Gauge.remove_by_labels", _removing_by_labels("gauge"), atomic=False),
        Operation("Gauge.clear", _clearing("gauge"), atomic=False),
        Operation("Histogram.remove", _removing("histogram"), atomic=False),
        Operation("Histogram.remove_by_labels", _removing_by_labels("histogram"), atomic=False),
        Operation("Histogram.clear", _clearing("histogram"), atomic=False),
        Operation("Histogram.start", _span, atomic=False),
        Operation("Span.stop", _span, atomic=False),
        Operation("Span.__exit__", _block, atomic=False),
    ),
    seen=_seen,
    holds=_holds,
    growths=(
        Growth("labels of strings of a subclass", _labelled, 2_000, exponent=1),
        Growth("registering and exposing", _registered, 1_000, exponent=1),
        Growth("exposing what is to be escaped", _escaped, 20_000, exponent=1),
    ),
    requests=(
        Request("many series", _many_series),
        Request("precise histograms", _many_buckets),
        Request("exposing", _exposing),
    ),
)
