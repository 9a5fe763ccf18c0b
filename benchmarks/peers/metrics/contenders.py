"""What one would pick instead of the metrics."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from hdrh.histogram import HdrHistogram  # type: ignore[import-untyped]  # it has no types
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from agent import registry
from agent.errors import EnvironmentLacking
from agent.porting.sources.variants import find_extra, load_extra

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["OURS", "Prometheus", "hdr_histogram", "noop"]

OURS: dict[str, Callable[..., Any]] = {
    "rust": registry.implementation("metrics", "rust"),
    "python": registry.implementation("metrics", "python"),
}


class Prometheus:
    """The metrics of the workloads, as prometheus_client makes them."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.counter = Counter("requests", "Requests that were answered.", registry=self.registry)
        self.paths = Counter("visits", "Requests by path.", ["path"], registry=self.registry)
        self.gauge = Gauge("queue", "Requests that wait.", registry=self.registry)
        self.timer = Histogram("latency_seconds", "From request to answer.", registry=self.registry)


def hdr_histogram() -> Any:
    """Return a histogram of nanoseconds, up to an hour, to two decimal digits as ours are."""
    return HdrHistogram(1, 3_600_000_000_000, 2)


def noop() -> Callable[[Any], None]:
    """Return a call that reaches Rust and does nothing there.

    Raises `EnvironmentLacking` where there is no bench build of these sources.
    """
    path = find_extra(sys.modules[OURS["rust"].__module__], "bench")
    if path is None:
        message = "there is no bench build of these sources: nox -s peers makes one"
        raise EnvironmentLacking(message)
    call: Callable[[Any], None] = load_extra(path).Bridge().noop
    return call
