"""Every component's workloads under pytest-benchmark: ``nox -s bench``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent import registry
from agent.porting.benchmark.workload import load_workloads

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

    from agent.porting.benchmark.workload import Workload
    from agent.porting.registry.registry import Side

ROWS = [
    pytest.param(name, workload, id=f"{name}-{workload.name}")
    for name in registry.names
    for workload in load_workloads(registry.component(name))
]


@pytest.mark.parametrize("side", ["python", "rust"])
@pytest.mark.parametrize(("name", "workload"), ROWS)
def test_workload(benchmark: BenchmarkFixture, name: str, workload: Workload, side: Side) -> None:
    """Time one workload on one side; its answer is checked before and after."""
    with workload.opened() as prepare:
        state = prepare(workload.draw(), registry.implementation(name, side))
        assert workload.answer(state) == workload.expected
        benchmark.group = f"{name} {workload.name}"
        benchmark.extra_info["operations"] = workload.size
        benchmark(workload.run, state, 1)
        assert workload.answer(state) == workload.expected
