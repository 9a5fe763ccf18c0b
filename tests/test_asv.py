"""asv measures old commits with the benchmarks of today: only through what the command prints."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from agent import registry
from agent.cli import main
from agent.porting.benchmark.workload import load_workloads
from agent.porting.records.measurement import Measurement
from agent.porting.records.store import RECORD_SCHEMA
from benchmarks.asv import components

FOLDER = Path(components.__file__).parent


def test_the_benchmarks_import_nothing_of_the_package() -> None:
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                found.add((node.module or "").partition(".")[0])
    assert "json" in found
    assert found <= sys.stdlib_module_names


def test_the_rows_of_the_history_are_the_workloads() -> None:
    assert components.workloads() == [
        f"{name}.{row.name}"
        for name in registry.names
        for row in load_workloads(registry.component(name))
    ]


def record(**changes: Any) -> dict[str, Any]:
    rows = [{"name": "hit", "agreed": True, "speedup": 2.0}, {"name": "miss", "agreed": False}]
    return {"component": "cache", "workloads": rows} | changes


@pytest.mark.parametrize("changes", [{}, {"schema": RECORD_SCHEMA}])
def test_records_with_and_without_a_number_are_read(changes: dict[str, Any]) -> None:
    found = components.rows_of(record(**changes))
    assert found == {"cache.hit": {"name": "hit", "agreed": True, "speedup": 2.0}}


def test_another_layout_is_refused() -> None:
    with pytest.raises(ValueError, match="layout 2"):
        components.rows_of(record(schema=2))


def test_the_figures_are_fields_of_a_row() -> None:
    assert components.FIGURES.keys() <= Measurement.__annotations__.keys()


def test_a_workload_that_a_commit_has_not_is_skipped() -> None:
    rows = components.rows_of(record())
    benchmark: Any = components.Workload()
    benchmark.setup(rows, "cache.hit")
    assert benchmark.track_speedup(rows, "cache.hit") == 2.0
    assert benchmark.track_rust_ns(rows, "cache.hit") != benchmark.track_rust_ns(rows, "cache.hit")
    with pytest.raises(NotImplementedError):
        benchmark.setup(rows, "cache.miss")


def test_a_command_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="unknown component 'nothing'"):
        components.agent("bench", "nothing", checkout=True)


def test_bench_lists_the_workloads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "cache", "--list", "--json", "--workload", "hit"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema": RECORD_SCHEMA,
        "component": "cache",
        "workloads": [{"name": "hit", "about": "get, always there", "size": 20_000}],
    }
    assert main(["bench", "cache", "--list"]) == 0
    assert "hit  get, always there\n" in capsys.readouterr().out
