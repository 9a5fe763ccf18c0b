"""The metrics, by their contract: on each side, and through the official parsers."""

from __future__ import annotations

import gc
import math
import random
import struct
import sys
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_client import parser as prometheus
from prometheus_client.openmetrics import parser as openmetrics

from agent import registry
from agent.components.metrics.contract import MAX_STEPS, MAX_TOTAL, Series
from agent.errors import DuplicateMetric, LabelMismatch, MergeMismatch, SpanStopped

if TYPE_CHECKING:
    from collections.abc import Callable

TRAPS = ['"', "\\", "\n", "\\n", "{", "}", ",", "=", " ", "#", "é", "\u2028", "\x00", "\r", ""]
"""What a text format may stumble over in a label's value."""


@pytest.fixture
def metrics_class(implementation: Any) -> Any:
    """Return the registry of one side."""
    return implementation.metrics


@pytest.fixture
def metrics(metrics_class: Any) -> Any:
    return metrics_class()


def values(text: str, dialect: Any = prometheus) -> dict[Any, float]:
    """Return what an official parser reads, by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in dialect.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_sides_are_two() -> None:
    sides = {registry.implementation("metrics", side).__module__ for side in ("python", "rust")}
    assert sides == {"agent.components.metrics.reference", "agent._native"}


def test_the_classes_of_parts_are_where_they_say(metrics: Any) -> None:
    timer = metrics.timer("timer")
    counters = (metrics.counter("a"), metrics.float_counter("c"))
    parts = (*counters, metrics.gauge("b"), timer, timer.start(), metrics.snapshot())
    for part in parts:
        cls = type(part)
        assert getattr(sys.modules[cls.__module__], cls.__name__) is cls


def test_a_counter_counts(metrics: Any) -> None:
    counter = metrics.counter("requests_total", "How many.")
    counter.inc()
    counter.inc(amount=2**62)
    assert counter.value == 2**62 + 1
    assert metrics.counter("requests").value == 2**62 + 1
    with pytest.raises(OverflowError):
        counter.inc(MAX_TOTAL)
    assert counter.value == 2**62 + 1
    counter.reset()
    assert counter.value == 0


@pytest.mark.parametrize("amount", [True, 1.0, "1", None])
def test_what_is_no_int_is_not_counted(metrics: Any, amount: Any) -> None:
    with pytest.raises(TypeError, match="amount must be an int"):
        metrics.counter("requests").inc(amount)


def test_a_gauge_goes_up_and_down(metrics: Any) -> None:
    gauge = metrics.gauge("queue")
    gauge.set(3)
    gauge.inc()
    gauge.dec(1.5)
    assert gauge.value == 2.5
    with pytest.raises(ValueError, match="amount must be finite, not nan"):
        gauge.inc(math.nan)


def test_labels_make_series(metrics: Any) -> None:
    counter = metrics.counter("requests", labels=("path", "code"))
    counter.labels("/", "200").inc()
    counter.labels("/", "200").inc(2)
    counter.labels("", "200").inc()
    assert counter.labels("/", "200").value == 3
    with pytest.raises(LabelMismatch, match=r"requests has labels \(path, code\): ask labels"):
        counter.inc()
    with pytest.raises(LabelMismatch, match="requests takes 2 label values, not 1"):
        counter.labels("/")


def test_label_values_are_not_run_together(metrics: Any) -> None:
    counter = metrics.counter("requests", labels=("one", "other"))
    counter.labels("ab", "c").inc()
    assert counter.labels("a", "bc").value == 0


@pytest.mark.parametrize("name", ["", "1a", "a b", "a-b", "é", "a\n", "_total"])
def test_a_name_that_prometheus_would_not_take_is_refused(metrics: Any, name: str) -> None:
    with pytest.raises(ValueError, match="name must be"):
        metrics.counter(name)


@pytest.mark.parametrize("labels", [["le"], ["__a"], ["a", "a"], ["a:b"], [""]])
def test_a_label_that_prometheus_would_not_take_is_refused(metrics: Any, labels: Any) -> None:
    with pytest.raises(ValueError, match="a label must be"):
        metrics.histogram("a", labels=labels)


def test_names_of_samples_do_not_clash(metrics: Any) -> None:
    metrics.histogram("a")
    for make, name in (
        (metrics.counter, "a"),
        (metrics.gauge, "a_sum"),
        (metrics.gauge, "a_created"),
    ):
        with pytest.raises(DuplicateMetric, match="is taken by the histogram a"):
            make(name)
    with pytest.raises(DuplicateMetric):
        metrics.histogram("a", steps=10)
    with pytest.raises(DuplicateMetric):
        metrics.histogram("a", labels=["b"])


def test_a_percentile_is_that_of_a_sorted_list_within_the_precision(metrics: Any) -> None:
    drawn = random.Random(1)
    timer = metrics.timer("latency")
    nanoseconds = [round(drawn.lognormvariate(15, 2)) for _ in range(5_000)]
    for each in nanoseconds:
        timer.observe(each / MAX_STEPS)
    ordered = sorted(nanoseconds)
    for percent in (0, 1, 25, 50, 90, 99, 99.9, 100):
        true = ordered[max(1, math.ceil(percent * len(ordered) / 100)) - 1]
        found = timer.percentile(percent) * MAX_STEPS
        assert true - 0.5 <= found < true * (1 + 2**-7) + 0.5
    assert timer.count == 5_000
    assert timer.sum == float(sum(nanoseconds)) / 1e9
    assert (timer.minimum, timer.maximum) == (ordered[0] / 1e9, ordered[-1] / 1e9)


def test_small_whole_numbers_have_buckets_of_their_own(metrics: Any) -> None:
    histogram = metrics.histogram("sizes")
    for value in range(256):
        histogram.observe(value)
    assert histogram.buckets() == [(float(value), 1) for value in range(256)]
    histogram.observe(256, count=3)
    assert histogram.buckets()[-1] == (257.0, 3)


def test_nothing_observed_has_no_percentile(metrics: Any) -> None:
    histogram = metrics.histogram("sizes")
    assert histogram.percentile(50) is None
    assert (histogram.minimum, histogram.maximum, histogram.sum) == (None, None, 0.0)


@pytest.mark.parametrize("value", [-1, -0.1, math.nan, math.inf, 2**63, 1e300])
def test_what_has_no_bucket_is_refused(metrics: Any, value: float) -> None:
    with pytest.raises(ValueError, match="value must be from 0 to"):
        metrics.histogram("sizes").observe(value)


def test_merging_is_as_if_all_had_been_observed_here(metrics: Any) -> None:
    one, other, both = (metrics.histogram(name) for name in ("one", "other", "both"))
    for value in (1, 5, 1000):
        one.observe(value)
        both.observe(value)
    for value in (0, 10**12):
        other.observe(value)
        both.observe(value)
    one.merge(other)
    assert one.buckets() == both.buckets()
    assert (one.sum, one.minimum, one.maximum) == (both.sum, both.minimum, both.maximum)
    one.merge(one)
    assert one.count == 10
    with pytest.raises(MergeMismatch):
        one.merge(metrics.timer("timer"))
    with pytest.raises(TypeError, match="other must be a Histogram, not int"):
        one.merge(1)


def test_a_million_observations_take_the_reference_at_most_64_kib() -> None:
    histogram = registry.implementation("metrics", "python")().timer("latency")
    drawn = random.Random(2)
    tracemalloc.start()
    try:
        for _ in range(1000):
            histogram.observe(drawn.random() * 9e9, count=1000)
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert histogram.count == 1_000_000
    assert held <= 64 * 1024


def test_a_span_observes_what_its_clock_says(metrics_class: Any, clock: Any) -> None:
    timer = metrics_class(clock=clock).timer("latency")
    span = timer.start()
    clock.now += 1.25
    assert span.stop() == 1.25
    with pytest.raises(SpanStopped):
        span.stop()
    span = timer.start()
    clock.now -= 5.0
    with pytest.raises(KeyError), span:
        raise KeyError
    assert (timer.count, timer.minimum, timer.maximum) == (2, 0.0, 1.25)


def test_a_stop_that_raises_leaves_the_span_running(metrics_class: Any, clock: Any) -> None:
    timer = metrics_class(clock=clock).timer("latency")
    span = timer.start()
    clock.now = math.inf
    with pytest.raises(ValueError, match="clock must return a finite number"):
        span.stop()
    clock.now = 1002.0
    assert span.stop() == 2.0
    assert (timer.count, timer.sum) == (1, 2.0)
    span = timer.start()
    timer.observe(0, MAX_TOTAL - 1)
    with pytest.raises(OverflowError):
        span.stop()
    timer.reset()
    assert span.stop() == 0.0


def test_a_histogram_of_whole_numbers_rounds_nothing(metrics: Any) -> None:
    sizes = metrics.histogram("sizes")
    sizes.observe(2.0)
    with pytest.raises(
        ValueError, match=r"value must be whole in a histogram of steps=1, not 2\.5"
    ):
        sizes.observe(2.5)
    halves = metrics.histogram("halves", steps=2)
    halves.observe(2.4)
    assert (sizes.sum, halves.sum) == (2.0, 2.5)


def test_a_frozen_clock_has_no_effect(metrics_class: Any, monkeypatch: Any) -> None:
    for name in ("monotonic", "perf_counter", "time"):
        monkeypatch.setattr(time, name, lambda: 1.0)
        monkeypatch.setattr(
            f"agent.components.metrics.reference.{name}", lambda: 1.0, raising=False
        )
    timer = metrics_class().timer("latency")
    span = timer.start()
    sum(range(100_000))
    assert span.stop() > 0.0


def test_the_own_clock_runs(metrics: Any) -> None:
    timer = metrics.timer("latency")
    begun = time.perf_counter()
    with timer.start() as span:
        time.sleep(0.001)
    assert 0.0 < timer.maximum < time.perf_counter() - begun
    assert type(span).__name__ == "Span"


def test_a_delta_is_what_was_gained(metrics: Any) -> None:
    counter, gauge = metrics.counter("requests"), metrics.gauge("queue")
    timer = metrics.histogram("sizes", labels=["kind"])
    counter.inc(5)
    timer.labels("a").observe(3)
    before = metrics.snapshot()
    counter.inc(2)
    gauge.set(1.5)
    timer.labels("a").observe(4)
    timer.labels("b").observe(5)
    assert metrics.delta(before).series() == [
        Series("requests", "counter", (), 2),
        Series("queue", "gauge", (), 1.5),
        Series("sizes", "histogram", (("kind", "a"),), 1, 4.0, ((4.0, 1),)),
        Series("sizes", "histogram", (("kind", "b"),), 1, 5.0, ((5.0, 1),)),
    ]
    metrics.reset()
    counter.inc()
    assert metrics.delta(before).series()[0].value == 1


def test_a_delta_compares_metrics_that_are_alike(
    metrics_class: Any,
) -> None:
    one, other = metrics_class(), metrics_class()
    one.histogram("a", steps=2).observe(1)
    one.counter("b", labels=["c"]).labels("d").inc(3)
    one.counter("e").inc(3)
    other.histogram("a").observe(1, count=2)
    other.counter("b", labels=["f"]).labels("d").inc(5)
    other.counter("e").inc(5)
    assert [series.value for series in other.delta(one.snapshot()).series()] == [2, 5, 2]


@pytest.mark.parametrize("dialect", [prometheus, openmetrics])
def test_the_official_parsers_read_back_what_was_exposed(metrics: Any, dialect: Any) -> None:
    open_metrics = dialect is openmetrics
    counter = metrics.counter("requests", 'How many.\n"All" of \\ them', labels=["path"])
    for number, trap in enumerate(TRAPS):
        counter.labels(trap).inc(number)
    metrics.gauge("empty", labels=["never"])
    for number, value in enumerate([math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e16, 1e-5]):
        metrics.gauge(f"gauge{number}").set(value)
    timer = metrics.timer("latency", labels=["code"])
    for value in (0.0, 1e-9, 0.25, 3.0):
        timer.labels("200").observe(value)
    text = metrics.to_openmetrics() if open_metrics else metrics.to_prometheus()
    read = values(text, dialect)
    for number, trap in enumerate(TRAPS):
        assert read["requests_total", ("path", trap)] == number
    assert math.isnan(read["gauge0",])
    assert [read[f"gauge{number}",] for number in range(1, 7)] == [
        math.inf, -math.inf, 0.0, 5e-324, 1e16, 1e-5,
    ]  # fmt: skip
    assert read["latency_count", ("code", "200")] == 4
    assert read["latency_sum", ("code", "200")] == 3.250000001
    buckets = {
        float(dict(key[1:])["le"]): value
        for key, value in read.items()
        if key[0] == "latency_bucket"
    }
    assert buckets[0.0] == 1
    assert buckets[1e-9] == 2
    assert buckets[math.inf] == 4
    assert list(buckets.values()) == sorted(buckets.values())
    documentation = {
        family.name: family.documentation for family in dialect.text_string_to_metric_families(text)
    }
    assert documentation["requests"] == 'How many.\n"All" of \\ them'


def test_floats_are_written_as_repr_does() -> None:
    drawn = random.Random(3)
    bits = (drawn.getrandbits(64) for _ in range(20_000))
    numbers = [struct.unpack("<d", struct.pack("<Q", each))[0] for each in bits]
    numbers += [2.0**exponent for exponent in range(-1074, 1024)]
    numbers += [drawn.random() * 10 ** drawn.randint(-18, 18) for _ in range(20_000)]
    numbers += [drawn.randrange(2**53) / 2 ** drawn.randrange(8) for _ in range(20_000)]
    gauge = (metrics := registry.implementation("metrics", "rust")()).gauge("a")
    wrong = []
    for number in filter(math.isfinite, numbers):
        gauge.set(number)
        if metrics.to_prometheus() != f"# TYPE a gauge\na {number!r}\n":
            wrong.append(number)
    assert wrong == []


def test_this_process_is_known(metrics: Any) -> None:
    before = metrics.process()
    with open(__file__, encoding="utf-8"):  # noqa: PTH123  # it is open that counts
        assert metrics.process().open_fds == before.open_fds + 1
    assert before.resident_bytes > 2**20
    assert before.virtual_bytes >= before.resident_bytes
    assert before.threads >= 1
    assert before.cpu_seconds > 0.0


def test_a_clock_that_knows_its_registry_is_collected(metrics_class: Any) -> None:
    class Clock:
        def __init__(self, part: Callable[[Any], Any]) -> None:
            self.mark = mark
            self.held = part(metrics_class(clock=self))

        def __call__(self) -> float:
            return 0.0

    parts: list[Callable[[Any], Any]] = [
        lambda metrics: metrics,
        lambda metrics: metrics.timer("latency"),
        lambda metrics: metrics.timer("latency").start(),
    ]
    mark = object()  # weak references to garbage are cleared even if it is not freed after all
    before = sys.getrefcount(mark)
    for part in parts:
        Clock(part)
    gc.collect()
    assert sys.getrefcount(mark) == before
