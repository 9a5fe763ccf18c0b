"""The metrics' workloads: one table that every harness reads.

Latencies are drawn once, with a fixed seed, in whole nanoseconds. The histogram's expected answers
are those of a sorted list of the latencies, rounded to the contract's bucket bounds;
``tests/test_workload_metrics.py`` derives them again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, Literal

from agent.porting.benchmark.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["TASKS", "WORKLOADS", "Kind", "State", "Task", "latencies"]

Kind = Literal["inc", "labels", "set", "observe", "percentile", "expose"]
"""The operation that a run repeats."""

_SEED = 20_260
_PATHS = [f"/path/{number}" for number in range(100)]
_PERCENTS = (0.0, 50.0, 90.0, 99.0, 99.9, 100.0)


@dataclass(frozen=True)
class Task:
    """One workload: its operation and the expected answer."""

    name: str
    about: str
    kind: Kind
    size: int
    expected: tuple[int, ...]
    drift: float = 0.08


@dataclass(frozen=True)
class State:
    """Prepared metrics, with everything that a run uses bound beforehand."""

    task: Task
    metrics: Any
    counter: Any
    paths: Any
    gauge: Any
    timer: Any
    values: list[float]


@cache
def latencies() -> list[float]:
    """Return 10,000 latencies in seconds, log-normally distributed."""
    random = Random(_SEED)  # noqa: S311  # drawn with a seed, not secret
    return [round(random.lognormvariate(-6.0, 1.2) * 1e9) / 1e9 for _ in range(10_000)]


def _prepare(task: Task, values: list[float], make: Callable[..., Any]) -> State:
    metrics = make()
    state = State(
        task=task,
        metrics=metrics,
        counter=metrics.counter("requests", "Requests that were answered."),
        paths=metrics.counter("visits", "Requests by path.", labels=("path",)),
        gauge=metrics.gauge("queue", "Requests that wait."),
        timer=metrics.timer("latency_seconds", "From request to answer."),
        values=values,
    )
    if task.kind in {"percentile", "expose"}:
        for value in values:
            state.timer.observe(value)
    if task.kind == "expose":
        for path in _PATHS:
            state.paths.labels(path).inc()
    _RUNS[task.kind](state)
    return state


def _inc(state: State) -> None:
    inc = state.counter.inc
    for _ in range(state.task.size):
        inc()


def _labels(state: State) -> None:
    labels = state.paths.labels
    for path in _PATHS * (state.task.size // len(_PATHS)):
        labels(path).inc()


def _set(state: State) -> None:
    put = state.gauge.set
    for value in state.values:
        put(value)


def _observe(state: State) -> None:
    observe = state.timer.observe
    for value in state.values:
        observe(value)


def _percentile(state: State) -> None:
    percentile = state.timer.percentile
    for percent in _PERCENTS:
        percentile(percent)


def _expose(state: State) -> None:
    state.metrics.to_prometheus()


_RUNS: dict[Kind, Callable[[State], None]] = {
    "inc": _inc,
    "labels": _labels,
    "set": _set,
    "observe": _observe,
    "percentile": _percentile,
    "expose": _expose,
}


def _run(state: State, times: int) -> None:
    run = _RUNS[state.task.kind]
    for _ in range(times):
        run(state)


def _nanoseconds(seconds: float) -> int:
    return round(seconds * 1e9)


def _answer(state: State) -> tuple[int, ...]:
    """Reset, run once, and return the resulting figures."""
    timer = state.timer
    match state.task.kind:
        case "inc":
            state.counter.reset()
            _inc(state)
            return (state.counter.value,)
        case "labels":
            state.metrics.reset()
            _labels(state)
            return tuple(state.paths.labels(path).value for path in _PATHS[:2])
        case "set":
            _set(state)
            return (_nanoseconds(state.gauge.value),)
        case "observe":
            timer.reset()
            _observe(state)
            return timer.count, _nanoseconds(timer.sum), len(timer.buckets())
        case "percentile":
            return tuple(_nanoseconds(timer.percentile(percent)) for percent in _PERCENTS)
        case "expose":
            return (state.metrics.to_prometheus().count("\n"),)


def _text(task: Task) -> str:
    """Write a task as text for the Rust core: a header of settings, then the nanoseconds."""
    head = [
        "agent-trace 1 metrics",
        f"name {task.name}",
        f"kind {task.kind}",
        f"size {task.size}",
        f"expected {' '.join(map(str, task.expected))}",
        f"values {len(latencies())}",
    ]
    return "\n".join([*head, *(str(_nanoseconds(value)) for value in latencies())]) + "\n"


def _workload(task: Task) -> Workload:
    alone = task.kind in {"inc", "set", "observe", "percentile"}
    return Workload(
        name=task.name,
        about=task.about,
        size=task.size,
        calls=2 * task.size if task.kind == "labels" else task.size,
        entries=0,
        expected=task.expected,
        draw=latencies,
        prepare=lambda values, make: _prepare(task, values, make),
        run=_run,
        answer=_answer,
        trace=(lambda: _text(task)) if alone else None,
        trace_answer=task.expected,
        drift=task.drift,
    )


TASKS = (
    Task("inc", "a counter's inc()", "inc", 10_000, (10_000,)),
    Task("labels", "labels() of one label, then inc()", "labels", 10_000, (100, 100)),
    Task("set", "a gauge's set()", "set", 10_000, (1_418_439,)),
    Task("observe", "a timer's observe()", "observe", 10_000, (10_000, 51_250_337_974, 1137)),
    Task(
        "percentile", "a timer's percentile(), of 10,000", "percentile", 6,
        (19_711, 2_490_367, 11_862_015, 41_156_607, 81_788_927, 172_932_052),
    ),
    Task("expose", "text for Prometheus, 134 samples", "expose", 1, (142,)),
)  # fmt: skip
"""The tasks that the metrics are measured on, in the order of reports."""

WORKLOADS = tuple(_workload(task) for task in TASKS)
