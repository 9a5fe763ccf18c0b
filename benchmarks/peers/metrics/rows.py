"""The rows of the comparison: the metrics' own workloads, as every contender spells them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from prometheus_client import generate_latest

from agent.components.metrics.workloads import WORKLOADS, latencies
from agent.porting.benchmark.timing import Arm
from benchmarks.peers.comparison import Row
from benchmarks.peers.metrics.contenders import OURS, Prometheus, hdr_histogram, noop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["ROWS"]

_SIZE = 10_000
_PATHS = [f"/path/{number}" for number in range(100)]
_PERCENTS = (0.0, 50.0, 90.0, 99.0, 99.9, 100.0)


def _ours(name: str) -> dict[str, Arm]:
    """Return both sides on a workload, once their answers are found to be right."""
    (workload,) = (workload for workload in WORKLOADS if workload.name == name)
    arms = {}
    for side, make in OURS.items():
        state = workload.prepare(workload.draw(), make)
        if workload.answer(state) != workload.expected:
            message = f"{side} gives a wrong answer on {name}"
            raise AssertionError(message)
        arms[side] = Arm(partial(workload.run, state), workload.size)
    return arms


def _bare(call: Callable[[], Any], times: int) -> None:
    for _ in range(times):
        for _ in range(_SIZE):
            call()


def _each(call: Callable[[Any], Any], values: Iterable[Any], times: int) -> None:
    for _ in range(times):
        for value in values:
            call(value)


def _inc() -> dict[str, Arm]:
    numbers = list(range(_SIZE))
    return {
        **_ours("inc"),
        "prometheus": Arm(partial(_bare, Prometheus().counter.inc), _SIZE),
        "no-op": Arm(partial(_each, noop(), numbers), _SIZE),
    }


def _labels() -> dict[str, Arm]:
    labels = Prometheus().paths.labels

    def work(times: int) -> None:
        for _ in range(times):
            for path in _PATHS * (_SIZE // len(_PATHS)):
                labels(path).inc()

    return {**_ours("labels"), "prometheus": Arm(work, _SIZE)}


def _set() -> dict[str, Arm]:
    values = latencies()
    return {
        **_ours("set"),
        "prometheus": Arm(partial(_each, Prometheus().gauge.set, values), _SIZE),
        "no-op": Arm(partial(_each, noop(), values), _SIZE),
    }


def _observe() -> dict[str, Arm]:
    values = latencies()
    nanoseconds = [round(value * 1e9) for value in values]
    record = hdr_histogram().record_value
    return {
        **_ours("observe"),
        "prometheus": Arm(partial(_each, Prometheus().timer.observe, values), _SIZE),
        "hdrhistogram": Arm(partial(_each, record, nanoseconds), _SIZE),
        "no-op": Arm(partial(_each, noop(), values), _SIZE),
    }


def _percentile() -> dict[str, Arm]:
    other = hdr_histogram()
    for value in latencies():
        other.record_value(round(value * 1e9))
    ask = other.get_value_at_percentile
    (workload,) = (workload for workload in WORKLOADS if workload.name == "percentile")
    for percent, ours in zip(_PERCENTS, workload.expected, strict=True):
        if not 0.98 < ask(percent) / ours < 1.02:
            message = f"hdrhistogram says {ask(percent)} at {percent}, not about {ours}"
            raise AssertionError(message)
    return {
        **_ours("percentile"),
        "hdrhistogram": Arm(partial(_each, ask, _PERCENTS), len(_PERCENTS)),
    }


def _expose() -> dict[str, Arm]:
    metrics = Prometheus()
    metrics.counter.inc()
    for path in _PATHS:
        metrics.paths.labels(path).inc()
    for value in latencies():
        metrics.timer.observe(value)

    def work(times: int) -> None:
        for _ in range(times):
            generate_latest(metrics.registry)

    return {**_ours("expose"), "prometheus": Arm(work, 1)}


ROWS = {
    "inc": Row(_inc),
    "labels": Row(_labels),
    "set": Row(_set),
    "observe": Row(_observe),
    "percentile": Row(_percentile),
    "expose": Row(_expose),
}
"""What is done in each row."""
