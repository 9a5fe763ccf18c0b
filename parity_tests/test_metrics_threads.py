"""The metrics among threads: nothing is lost."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

THREADS = 8
TIMES = 5_000


@pytest.fixture
def impatient() -> Iterator[None]:
    """Let threads take turns far more often than they do."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


@pytest.mark.usefixtures("impatient")
def test_no_increment_is_lost(implementation: Any) -> None:
    metrics = implementation.metrics()
    counter = metrics.counter("requests")
    gauge = metrics.gauge("queue")
    timer = metrics.histogram("sizes")
    paths = metrics.counter("visits", labels=["path"])
    other = metrics.histogram("others")
    other.observe(7)

    def work(number: int) -> None:
        for turn in range(TIMES):
            counter.inc()
            gauge.inc(2.0)
            gauge.dec()
            timer.observe(turn)
            paths.labels(f"/{turn % 3}").inc(number)
            metrics.counter(f"own{turn % 5}").inc()
            if turn % 500 == 0:
                timer.merge(other)
                metrics.snapshot()
                metrics.to_prometheus()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))
    assert counter.value == THREADS * TIMES
    assert gauge.value == THREADS * TIMES
    assert timer.count == THREADS * (TIMES + 10)
    assert timer.sum == THREADS * (sum(range(TIMES)) + 70)
    visits = [paths.labels(f"/{number}").value for number in range(3)]
    assert sum(visits) == TIMES * sum(range(THREADS))
    assert sum(metrics.counter(f"own{number}").value for number in range(5)) == THREADS * TIMES
