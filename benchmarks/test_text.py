"""The text component's workloads under pytest-benchmark: ``nox -s bench``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent import registry
from agent.components.text.workloads import WORKLOADS

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from agent.porting.registry import Side
    from agent.porting.workload import Workload


@pytest.mark.parametrize("side", ["python", "rust"])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_workload(benchmark: BenchmarkFixture, workload: Workload, side: Side) -> None:
    """Time one workload on one side; its answer is checked before and after."""
    state = workload.prepare(workload.draw(), registry.implementation("text", side))
    assert workload.answer(state) == workload.expected
    benchmark.group = workload.name
    benchmark.extra_info["operations"] = workload.size
    benchmark(workload.run, state, 1)
    assert workload.answer(state) == workload.expected
