"""The hostile runs themselves: `tests/torture` counts, catches faults, and writes its page."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agent import registry
from agent.porting.evidence.digests import digests
from tests.torture import plan
from tests.torture.__main__ import RESULTS, main
from tests.torture.checks import CHECKS
from tests.torture.report import PAGE, in_page
from tests.torture.results import Case, Result, load, save
from tests.torture.subject import SIDES

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.project.project import Project
    from agent.porting.project.table import Component
    from agent.porting.records.digests import Digests
    from tests.conftest import Run

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked")


def test_the_page_shows_the_results_that_are_kept() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == in_page(page, load(RESULTS)), "run: python -m tests.torture --table"


IMPORTED = """
import sys
from tests.torture.subject import Calls, implementation_of, subject_of
name, side = sys.argv[1:]
subject = subject_of(name)
implementation = implementation_of(name, side)
for loaded in [each for each in sys.modules if each.startswith(f"agent.components.{name}.")]:
    if side == "rust":  # what the subject imports, the extension has to import itself
        del sys.modules[loaded]
state = subject.prepare(implementation, Calls())
before = set(sys.modules)
for operation in subject.operations:
    for number in range(64):
        operation.run(state, number)
print(sorted(each for each in set(sys.modules) - before if each.startswith("agent")))
"""


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", registry.names)
def test_no_operation_imports_what_belongs_to_its_component(run: Run, name: str, side: str) -> None:
    """A handler would find it half imported; a fork would keep the lock of the import."""
    assert run("-c", IMPORTED, name, side).stdout.strip() == "[]"


def test_results_come_back_from_their_file(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    bad = Result(Case("exits", "cache", "rust", "3.11"), 24, 1, "it hung", 24, 7, "ab", {"s": 0.5})
    caught = Result(Case("exits", "aborts_at_exit", "-", "3.11", seeded=True), 1, 1)
    save(path, [bad, caught])
    assert load(path) == [caught, bad]
    assert [bad.good, caught.good] == [False, True]


@pytest.mark.parametrize("check", CHECKS)
def test_every_check_catches_its_faults_and_passes_what_has_none(
    check: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert CHECKS[check].seeded
    assert main(["--check", check, "--component", "none", "--runs", "8"]) == 0
    told = capsys.readouterr().out
    assert f"ok   {check:12} {CHECKS[check].control}" in told
    assert told.count("a seeded fault") == len(CHECKS[check].seeded)


def test_a_fault_that_is_not_caught_fails_the_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        "tests.torture.__main__.run_case",
        lambda case, python, runs, seed, sources: Result(case, runs, 0),
    )
    assert main(["--check", "exits", "--component", "none"]) == 1
    assert "the seeded fault was not caught" in capsys.readouterr().out


def test_results_of_a_component_outlast_changes_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(component: Component, project: Project) -> Digests:
        found = digests(component, project)
        return replace(found, rust="another") if component.name == "cache" else found

    names = ("cache", "text", "ledger")
    before = {name: plan.digest(name) for name in names}
    monkeypatch.setattr(plan, "digests", changed)
    plan.digest.cache_clear()
    now = {name: plan.digest(name) for name in names}
    plan.digest.cache_clear()
    assert {name for name in names if now[name] != before[name]} == {"cache"}
    assert len(set(now.values())) == 3
