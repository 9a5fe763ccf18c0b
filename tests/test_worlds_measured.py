"""Workloads that run in a world: it is open while they are measured, and what it needs is asked."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.errors import ContractError, UsageError
from agent.porting.benchmark import measure as measuring
from agent.porting.benchmark.measure import MeasurementPlan, measure
from agent.porting.benchmark.memory import footprint
from agent.porting.benchmark.worker import compare
from agent.porting.benchmark.workload import Workload, select
from agent.porting.project.table import Component
from tests import toy_files as toys


def _prepare(text: str, make: Any, world: Any) -> tuple[Any, str]:
    store = make(world.root)
    store.save(f"{world.root}/a", text)
    return store, f"{world.root}/a"


def _run(state: tuple[Any, str], times: int) -> None:
    store, path = state
    for _ in range(times):
        store.read(path)


SAVED = Workload(
    name="saved", about="read a file", size=1, calls=1, entries=0, expected="text",
    draw=lambda: "text", prepare=_prepare, run=_run, answer=lambda state: state[0].read(state[1]),
    world=toys.TREE, block=0.0001,
)  # fmt: skip

WORKLOADS = (SAVED,)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep worlds in a folder of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def test_each_side_is_timed_in_a_world_of_its_own(temporary: Path) -> None:
    places = []

    def prepare(text: str, make: Any, world: Any) -> tuple[Any, str]:
        places.append(Path(world.root))
        assert all(place.is_dir() for place in places)
        return _prepare(text, make, world)

    workload = replace(SAVED, prepare=prepare)
    times = compare(workload, toys.Right, toys.OtherMode, seconds=0.001, seed=0)
    assert times.agreed
    assert times.python_ns is not None
    assert len(set(places)) == 2
    assert list(temporary.iterdir()) == []


def test_a_wrong_answer_in_a_world_has_no_figure() -> None:
    times = compare(SAVED, toys.Right, toys.OtherContents, seconds=0.001, seed=0)
    assert not times.agreed


def test_memory_is_measured_in_a_world(temporary: Path) -> None:
    found = footprint(SAVED, toys.Right, counted=toys.Right)
    assert found.held is not None
    assert found.held > 0
    assert list(temporary.iterdir()) == []


def test_a_workload_with_a_world_has_no_trace() -> None:
    with pytest.raises(ContractError, match="saved has a world, which a core that runs a trace"):
        select([replace(SAVED, trace=lambda: "")])


def test_a_world_that_is_none_is_refused() -> None:
    with (
        pytest.raises(ContractError, match="is not a world"),
        replace(SAVED, world="tests.toy_files:Right").opened(),
    ):
        pytest.fail("it was opened")


@pytest.mark.parametrize("world", [None, toys.TREE])
def test_external_operations_are_measured_in_a_world_alone(
    world: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Reached(Exception):
        """The measurement would begin."""

    def lock(_: Any) -> Any:
        raise Reached

    monkeypatch.setattr(measuring, "require_measurable", lambda _: None)
    monkeypatch.setattr(measuring, "machine_lock", lock)
    monkeypatch.setattr(measuring, "load_workloads", lambda *_: [replace(SAVED, world=world)])
    component = Component(
        "store", "tests.toy_files:Store", "tests.toy_files:Right", "tests.toy_files:Right", "rust",
        factory="tests.toy_files:MakesStore", workloads=f"{__name__}:WORKLOADS",
    )  # fmt: skip
    expected = UsageError if world is None else Reached
    with pytest.raises(expected):
        measure(component, MeasurementPlan(processes=2, seconds=0.001), lambda _: None)
