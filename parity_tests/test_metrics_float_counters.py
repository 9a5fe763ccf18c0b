"""Counters of the metrics that add floats."""

from __future__ import annotations

import math
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from agent.components.metrics.contract import MAX_SUM, Series
from agent.errors import DuplicateMetric


@pytest.fixture
def metrics(implementation: Any) -> Any:
    return implementation.metrics()


def test_floats_are_added_in_order(metrics: Any) -> None:
    counter = metrics.float_counter("seconds_total", "Seconds of work.")
    counter.inc()
    counter.inc(0.1)
    counter.inc(amount=0.2)
    counter.inc(2)
    assert counter.value == 1.0 + 0.1 + 0.2 + 2.0
    assert type(counter.value) is float
    counter.reset()
    assert counter.value == 0.0
    counter.inc(2.0**53)
    counter.inc()
    assert counter.value == 2.0**53


@pytest.mark.parametrize(
    "amount", [-1, -5e-324, math.nan, math.inf, -math.inf, 10**400, -(10**400)]
)
def test_what_is_not_from_0_to_the_greatest_float_is_refused(metrics: Any, amount: float) -> None:
    counter = metrics.float_counter("seconds")
    with pytest.raises(
        ValueError, match=r"amount must be from 0 to 1\.7976931348623157e\+308, not"
    ):
        counter.inc(amount)
    assert counter.value == 0.0


@pytest.mark.parametrize("amount", [True, "1", None])
def test_what_is_no_number_is_refused(metrics: Any, amount: Any) -> None:
    with pytest.raises(TypeError, match="amount must be a float or an int, not"):
        metrics.float_counter("seconds").inc(amount)


def test_the_greatest_float_is_the_limit(metrics: Any) -> None:
    assert sys.float_info.max == MAX_SUM
    counter = metrics.float_counter("seconds")
    counter.inc(MAX_SUM)
    counter.inc(1e290)  # less than half the distance to what would come next
    with pytest.raises(OverflowError, match=r"^the total would pass 1\.7976931348623157e\+308$"):
        counter.inc(1e300)
    assert counter.value == MAX_SUM
    half = metrics.float_counter("others")
    half.inc(MAX_SUM / 2)
    half.inc(MAX_SUM / 2)
    assert half.value == MAX_SUM
    half.reset()
    half.inc(0.0)
    assert half.value == 0.0


def test_it_is_exposed_as_a_counter_of_floats(metrics: Any) -> None:
    metrics.float_counter("seconds", labels=["path"]).labels("/").inc(2)
    metrics.float_counter("others").inc(1e16)
    assert metrics.to_prometheus() == (
        '# TYPE seconds_total counter\nseconds_total{path="/"} 2.0\n'
        "# TYPE others_total counter\nothers_total 1e+16\n"
    )
    assert metrics.snapshot().series()[0] == Series("seconds", "counter", (("path", "/"),), 2.0)


def test_it_is_not_a_counter_of_whole_numbers(metrics: Any) -> None:
    assert metrics.float_counter("a").value == metrics.float_counter("a_total").value
    with pytest.raises(DuplicateMetric, match="a is taken by the counter a"):
        metrics.counter("a")


def test_a_delta_is_what_was_gained(metrics: Any) -> None:
    counter = metrics.float_counter("seconds")
    counter.inc(1.5)
    before = metrics.snapshot()
    assert metrics.delta(before).series()[0].value == 0.0
    counter.inc(0.25)
    assert metrics.delta(before).series()[0].value == 0.25
    counter.reset()
    counter.inc(1.0)
    assert metrics.delta(before).series()[0].value == 1.0


def test_a_delta_between_registries_compares_what_is_alike(implementation: Any) -> None:
    one, other = implementation.metrics(), implementation.metrics()
    one.counter("a", "One.").inc(5)
    one.counter("b").inc(3)
    one.histogram("c", steps=2).observe(1)
    one.gauge("d", labels=["e"]).labels("f").set(1)
    one.counter("g", labels=["h"]).labels("i").inc(3)
    other.counter("a", "Other.").inc(7)
    other.float_counter("b").inc(4.0)
    other.histogram("c").observe(1, count=2)
    other.counter("d", labels=["e"]).labels("f").inc(2)
    other.counter("g", labels=["j"]).labels("i").inc(5)
    gained = other.delta(one.snapshot()).series()
    assert [series.value for series in gained] == [2, 4.0, 2, 2, 5]


def test_no_increment_is_lost(metrics: Any) -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    counter = metrics.float_counter("seconds")

    def work(_: int) -> None:
        for _ in range(5_000):
            counter.inc(0.5)

    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(work, range(4)))
    finally:
        sys.setswitchinterval(interval)
    assert counter.value == 10_000.0
