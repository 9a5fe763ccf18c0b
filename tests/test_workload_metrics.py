"""The metrics' table of workloads: its answers, derived again from a sorted list."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

import pytest

from agent import registry
from agent.components.metrics.workloads import TASKS, WORKLOADS, Task, latencies

if TYPE_CHECKING:
    from agent.porting.benchmark.workload import Workload


def bound(steps: int) -> int:
    """Return the greatest number that has the eight leading bits of `steps`."""
    rest = max(0, steps.bit_length() - 8)
    return ((steps >> rest) + 1 << rest) - 1


def derived(task: Task) -> tuple[int, ...]:
    """Return the answer of `task`."""
    values = [round(value * 1e9) for value in latencies()]
    ordered = sorted(values)
    match task.kind:
        case "inc":
            return (task.size,)
        case "labels":
            return task.size // 100, task.size // 100
        case "set":
            return (values[-1],)
        case "observe":
            return len(values), sum(values), len({bound(value) for value in values})
        case "percentile":
            percents = (0, 50, 90, 99, 99.9, 100)
            ranks = (max(1, ceil(percent * len(values) / 100)) for percent in percents)
            return tuple(min(bound(ordered[rank - 1]), ordered[-1]) for rank in ranks)
        case "expose":
            counters = (2 + 1) + (2 + 100)
            powers = ordered[-1].bit_length() + 1
            return (counters + (1 + 1 + 1) + (2 + powers + 3),)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_the_answers_are_those_of_a_sorted_list(task: Task) -> None:
    assert task.expected == derived(task)


@pytest.mark.parametrize("side", ["python", "rust"])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_both_sides_answer_it_again_and_again(workload: Workload, side: str) -> None:
    make = registry.implementation("metrics", side)  # type: ignore[arg-type]
    state = workload.prepare(workload.draw(), make)
    assert workload.answer(state) == workload.expected
    workload.run(state, 2)
    assert workload.answer(state) == workload.expected
