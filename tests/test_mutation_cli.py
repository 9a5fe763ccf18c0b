"""The mutation score on the command line, and the branches of the reference."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from agent import cli, registry
from agent.cli.project import current
from agent.errors import EnvironmentLacking
from agent.porting.check.options import PROFILES, Profile
from agent.porting.coverage.branches import Reached
from agent.porting.evidence.collect import run_mutants
from agent.porting.mutation import campaign, mutants
from agent.porting.mutation.reference import ReferenceCoverage, measure_reference, reference_files
from agent.porting.project.table import Component

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.mutation.campaign import Suite


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["cache", "--fresh"], "--source, --mutants and --fresh belong to --mutation"),
        (["cache", "--mutants", "0"], "--source, --mutants and --fresh belong to --mutation"),
        (["cache", "--mutation", "--pin"], "--pin is for a check"),
        (["cache", "--coverage", "--seconds", "1"], "--seconds is for a check"),
        (["--mutation"], "need the NAME"),
        (["nothing", "--mutation"], "unknown component 'nothing'"),
        (["cache", "--mutation", "--profile", "odd"], "no profile 'odd'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["check", *options]) == 2
    assert sentence in capsys.readouterr().err


def test_checking_and_promoting_run_the_same_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    suites = []

    def note(component: Component, suite: Suite, **_: object) -> None:
        suites.append(suite)
        message = f"no mutants of {component.name}"
        raise EnvironmentLacking(message)

    monkeypatch.setattr(campaign, "measure_mutation", note)
    monkeypatch.setitem(PROFILES, "ci", Profile(examples=300, steps=20, seed=0))
    assert cli.main(["check", "text", "--mutation"]) == 3
    with pytest.raises(EnvironmentLacking, match="no mutants of text"):
        run_mutants(registry.component("text"), current(), lambda _: None, lambda *_: None)
    checked, promoted = suites
    assert checked == promoted
    assert len(checked.scripts) > 300
    assert checked.tests == sorted((checked.root / "parity_tests").glob("test_text*.py"))


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    mutants._parser.cache_clear()
    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    with pytest.raises(EnvironmentLacking, match=r"agent-port\[mutation\]"):
        mutants.integer_constants(b"")


def test_a_reference_is_what_its_module_imports_from_its_package() -> None:
    files = {path.name for path in reference_files(registry.component("cache"))}
    assert {"reference.py", "deadlines.py", "flights.py", "views.py"} <= files
    assert not files & {"contract.py", "workloads.py", "traces.py", "cached.py"}


CONTRACT = """
from typing import Protocol

class Counter(Protocol):
    def add(self, amount: int, /) -> int:
        "Add."

class CounterFactory(Protocol):
    def __call__(self) -> Counter: ...
"""

REFERENCE = """
from toy_port import parts

class Counter:
    def __init__(self):
        self.sum = 0

    def add(self, amount, /):
        if amount > 5:
            self.sum += parts.double(amount)
        else:
            self.sum += amount
        return self.sum
"""

PARTS = """
def double(amount):
    return amount + amount

def never():
    return 1
"""

TEST = """
from toy_port.reference import Counter

def test_six():
    assert Counter().add(6) == 12
"""


def test_branches_are_counted_under_the_scripts_and_then_the_tests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "toy_port"
    package.mkdir()
    texts = {
        "__init__": "", "contract": CONTRACT, "reference": REFERENCE, "parts": PARTS,
    }  # fmt: skip
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    test = tmp_path / "test_toy.py"
    test.write_text(TEST, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    component = Component(
        "counter", "toy_port.contract:Counter", "toy_port.reference:Counter",
        "toy_port.native:Counter", "python", factory="toy_port.contract:CounterFactory",
    )  # fmt: skip
    scripts = [["counter = Counter()", "counter.add(1)"]]
    covered = measure_reference(component, scripts, [test], tmp_path)
    missed = [place.replace("\\", "/") for place in covered.check.missing]
    assert "toy_port/parts.py:3" in missed
    assert "toy_port/reference.py:10" in missed
    assert [place.replace("\\", "/") for place in covered.suite.missing] == ["toy_port/parts.py:6"]
    assert covered.check.percent < covered.suite.percent < 100
    assert not covered.held
    assert "not reached" in str(covered)


def test_all_reached_holds() -> None:
    everything = Reached(100.0, 10, 4, [])
    assert ReferenceCoverage("toy", Reached(50.0, 10, 4, ["a.py:1"]), everything).held
