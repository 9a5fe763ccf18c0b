"""Many series: other threads and signal handlers do not wait for the end of an operation."""

from __future__ import annotations

import gc
import operator
import signal
import sys
import threading
import time
from itertools import chain, count
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIZES = {"agent.components.metrics.reference": 20_000, "agent._native": 200_000}
"""How many series take a while, by the module of an implementation."""


class Interruption(BaseException):
    """What a signal handler raises."""


class Many:
    """A registry with many series, and what it held before."""

    def __init__(self, factory: Any) -> None:
        self.size = SIZES[factory.__module__]
        self.metrics = factory()
        self.counter = self.metrics.counter("visits", labels=["path", "code"])
        for number in range(self.size):
            self.counter.labels(str(number), "200").inc(2)
        self.before = self.metrics.snapshot()


OPERATIONS: dict[str, Callable[[Many], object]] = {
    "snapshot": lambda many: many.metrics.snapshot(),
    "series": lambda many: many.before.series(),
    "delta": lambda many: many.metrics.delta(many.before),
    "prometheus": lambda many: many.metrics.to_prometheus(),
    "openmetrics": lambda many: many.metrics.to_openmetrics(),
    "remove_by_labels": lambda many: many.counter.remove_by_labels({"code": "200"}),
}


@pytest.fixture
def alarm() -> Iterator[Callable[[Callable[..., None]], None]]:
    """Return what lets a handler run again and again, a millisecond after the last time."""

    def start(handler: Callable[..., None]) -> None:
        gc.disable()  # what is raised in a callback of the collector's is lost
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)

    former = signal.getsignal(signal.SIGALRM)
    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    gc.enable()
    signal.signal(signal.SIGALRM, former)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_a_handler_raises_ends_it(implementation: Any, alarm: Any, name: str) -> None:
    many = Many(implementation.metrics)
    results: list[object] = []

    def handle(*_: object) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        raise Interruption

    def call() -> None:
        alarm(handle)
        results.extend(map(OPERATIONS[name], [many]))  # nothing comes between call and result

    with pytest.raises(Interruption):
        call()
    assert results == []
    many.counter.labels("0", "404").inc()
    left = many.metrics.snapshot().series()
    assert left[-1].value == 1
    assert {series.value for series in left[:-1]} <= {2}
    if name != "remove_by_labels":
        assert len(left) == many.size + 1
        assert many.metrics.to_prometheus().count("\n") == many.size + 2


def is_seen_at_work(operation: Callable[[Any], object], subject: Any) -> bool:
    """Return whether another thread runs between begin and end of an operation."""
    log: list[object] = []
    seen = set()

    def watch() -> None:
        while len(log) < 2:
            seen.add(len(log))
            time.sleep(0)

    watcher = threading.Thread(target=watch)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    try:
        watcher.start()
        log.extend(chain([None], map(operation, [subject])))
        watcher.join()
    finally:
        sys.setswitchinterval(interval)
    return 1 in seen


@pytest.mark.parametrize("name", OPERATIONS)
def test_other_threads_run_meanwhile(implementation: Any, name: str) -> None:
    assert is_seen_at_work(OPERATIONS[name], Many(implementation.metrics))


def test_other_threads_run_while_many_series_are_freed() -> None:
    many = Many(registry.implementation("metrics", "rust"))
    del many.before
    assert is_seen_at_work(operator.methodcaller("clear"), many.counter)


def test_the_collector_does_not_look_at_series() -> None:
    """Its work grows with the number of objects that it looks at, and other threads wait for it."""
    metrics = registry.implementation("metrics", "rust")()
    metrics.counter("visits", labels=["path"]).labels("/").inc()
    metrics.float_counter("work").inc()
    metrics.gauge("level").set(0.5)
    metrics.histogram("sizes").observe(300)
    told = metrics.snapshot().series()
    assert [each.kind for each in told] == ["counter", "counter", "gauge", "histogram"]
    looked_at = [
        part for each in told for part in (each, each.labels, each.buckets) if gc.is_tracked(part)
    ]
    assert not looked_at


@pytest.mark.parametrize("name", ["snapshot", "prometheus", "delta"])
def test_a_series_is_there_once_although_it_is_made_again_meanwhile(
    implementation: Any, alarm: Any, name: str
) -> None:
    many = Many(implementation.metrics)
    numbers = count()  # a handler may run in the middle of another

    def handle(*_: object) -> None:
        for path in ("0", str(many.size - 1)):
            many.counter.remove(path, "200")
            many.counter.labels(path, "200")
        many.counter.labels(f"new {next(numbers)}", "200")

    alarm(handle)
    result: Any = OPERATIONS[name](many)
    signal.setitimer(signal.ITIMER_REAL, 0)
    found = result.splitlines() if name == "prometheus" else result.series()
    texts = [str(each).split("value=")[0].split("} ")[0] for each in found]
    assert len(texts) == len(set(texts))
    made = next(numbers)
    assert made > 1
    assert len(many.metrics.snapshot().series()) == many.size + made
