"""Runs of mutants: their ends are distinguished, and all are in one build."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol, Self

import pytest

from agent.errors import Unsupported, UsageError
from agent.porting.contract.reader import read_contract
from agent.porting.mutation import child
from agent.porting.mutation.building import build
from agent.porting.mutation.child import Answer, MutantJob, MutationTask
from agent.porting.mutation.crates import find_mutants, find_workspace
from agent.porting.mutation.server import supervise
from agent.porting.mutation.switch import Switch

ROOT = Path(__file__).parents[1]

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="mutants run in forked processes")
needs_cargo = pytest.mark.skipif(shutil.which("cargo") is None, reason="mutants need Rust")


class Counter(Protocol):
    """Counts."""

    def add(self, amount: int, /) -> int:
        """Add `amount`; return the sum."""

    def total(self) -> int:
        """Return the sum."""


class CounterFactory(Protocol):
    """How a counter is made."""

    def __call__(self) -> Counter: ...


class Reference:
    """A counter that is right."""

    def __init__(self) -> None:
        self.sum = 0

    def add(self, amount: int, /) -> int:
        self.sum += amount
        return self.sum

    def total(self) -> int:
        return self.sum


def panic() -> int:
    os.write(2, b"thread '<unnamed>' panicked at src/lib.rs:1:1:\n")
    message = "a panic"
    raise RuntimeError(message)


def endless() -> int:
    while True:
        time.sleep(1)


def refuse() -> int:
    message = "sevens"
    raise Unsupported(message)


ENDLESS = 4
REFUSING = 7
WRONG: dict[int, Any] = {1: lambda: -1, 2: panic, 3: os.abort, ENDLESS: endless, REFUSING: refuse}
"""What `add` does in each mutant, when the amount is 7."""


class FakeSwitch:
    """A switch in an extension that is not there: its counter is the reference, or goes wrong."""

    def __init__(self, extension: Path, mutants: int, chosen: int) -> None:
        self._chosen = chosen

    def install(self, name: str) -> Any:
        chosen = self._chosen
        if chosen == 5:
            raise ImportError(name)

        class Candidate(Reference):
            def add(self, amount: int, /) -> int:
                if amount == 7 and chosen in WRONG:
                    return int(WRONG[chosen]())
                return super().add(amount) + (chosen == 6 and amount == 8)

            def __getstate__(self) -> Any:
                return dict(vars(self))

        Candidate.__name__ = Candidate.__qualname__ = "Counter"
        return SimpleNamespace(Counter=Candidate)

    def reached(self) -> list[int]:
        return [1]


ACCEPTED = """
[[divergence]]
component = "toy"
operation = "add"
when = "arguments == (7,) or python == 7"
reason = "sevens are another matter"
issue = "#7"
expires = 2999-12-31
script = ["counter = Counter()", "counter.add(7)"]
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run a job on scripts of the counter."""
    monkeypatch.setattr(child, "Switch", FakeSwitch)
    contract = read_contract(Counter, CounterFactory)
    scripts = [["counter = Counter()", f"counter.add({amount})"] for amount in (1, 7, 8)]
    register = tmp_path / "divergences.toml"
    plan = MutationTask(
        "", "", "", "toy._native:Counter", "lib.so", 6, scripts, str(tmp_path), str(register), "toy"
    )

    def supervised(job: MutantJob, *, partial: bool = False) -> Answer:
        patience = 5.0 if job.mutant == ENDLESS else 60.0
        own = replace(plan, partial=partial)
        return supervise(own, replace(job, patience=patience), contract, Reference)

    return supervised


@needs_fork
@pytest.mark.parametrize(
    ("mutant", "outcome", "detail"),
    [
        (0, "survived", ""),
        (1, "difference", "counter.add(7): result"),
        (2, "panic", "counter.add(7): outcome"),
        (3, "crash", "SIGABRT in script 1"),
        (ENDLESS, "hang", "in script 1"),
        (5, "crash", "cannot be loaded: ImportError('toy._native')"),
        (6, "difference", "counter.add(8): result"),
    ],
)
def test_ends_of_a_mutant_are_distinguished(
    run: Any, mutant: int, outcome: str, detail: str
) -> None:
    answer = run(MutantJob(mutant, [0, 1, 2], []))
    assert (answer.outcome, answer.detail) == (outcome, detail)


@needs_fork
def test_a_mutant_is_only_run_on_what_it_is_given(run: Any) -> None:
    assert run(MutantJob(1, [0, 2], [])).outcome == "survived"


@needs_fork
@pytest.mark.parametrize(("partial", "outcome"), [(True, "survived"), (False, "difference")])
def test_what_a_mutant_may_refuse_is_pythons(run: Any, *, partial: bool, outcome: str) -> None:
    assert run(MutantJob(REFUSING, [0, 1, 2], []), partial=partial).outcome == outcome


@needs_fork
def test_a_survey_lists_what_each_script_reaches(run: Any) -> None:
    answer = run(MutantJob(0, [0, 2], [], survey=True))
    assert answer.scripts == [[1], [1]]
    assert answer.loading == [1]


@needs_fork
def test_what_is_reached_only_once_concerns_all(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = iter([[1], [2, 3], [3], [3]])
    monkeypatch.setattr(FakeSwitch, "reached", lambda _: next(told))
    answer = run(MutantJob(0, [0, 2], [], survey=True))
    assert (answer.loading, answer.scripts) == ([1, 2], [[2, 3], [3]])


@needs_fork
def test_what_the_register_accepts_is_no_difference(run: Any, tmp_path: Path) -> None:
    (tmp_path / "divergences.toml").write_text(ACCEPTED, encoding="utf-8")
    assert run(MutantJob(1, [0, 1, 2], [])).outcome == "survived"
    assert run(MutantJob(6, [0, 1, 2], [])).outcome == "difference"


@needs_fork
def test_tests_are_asked_when_the_scripts_see_nothing(run: Any, tmp_path: Path) -> None:
    (tmp_path / "test_toy.py").write_text(
        "def test_good(): pass\ndef test_bad(): assert False, 'no'\n", encoding="utf-8"
    )
    answer = run(MutantJob(0, [0], ["test_toy.py"]))
    assert answer.outcome == "test"
    assert answer.detail.startswith("test_toy.py::test_bad: AssertionError: no")
    survey = run(MutantJob(0, [0], ["test_toy.py"], survey=True))
    assert set(survey.tests) == {"test_toy.py::test_good", "test_toy.py::test_bad"}
    assert set(survey.failed) == {"test_toy.py::test_bad"}


@needs_fork
def test_a_survey_lists_the_files_that_were_used(run: Any, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("", encoding="utf-8")
    (tmp_path / "test_toy.py").write_text(
        "import sys\nsys.path.insert(0, '.')\nimport helper\ndef test_good(): pass\n",
        encoding="utf-8",
    )
    assert run(MutantJob(0, [0], [])).loaded == []
    used = run(MutantJob(0, [0], ["test_toy.py"], survey=True)).loaded
    assert str(tmp_path.resolve() / "helper.py") in used
    assert str(ROOT / "agent" / "porting" / "check" / "executor.py") in used
    assert not any("site-packages" in path for path in used)


IN_A_STRICT_PROJECT = """\
import agent
from pathlib import Path
from agent.porting.mutation.suite import Tests

ended = []
Tests(lambda test: None, ended.append).run(Path.cwd(), ["test_toy.py"])
print(ended)
"""


def test_tests_run_where_a_project_makes_warnings_errors(tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n", encoding="utf-8")
    (tmp_path / "test_toy.py").write_text("def test_good(): pass\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", IN_A_STRICT_PROJECT],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1:] == ["['test_toy.py::test_good']"], done.stderr


MANIFEST = """\
[package]
name = "toy"
version = "0.0.0"
edition = "2021"

[lib]
name = "_toy"
crate-type = ["cdylib"]
"""

LIBRARY = """\
mod sums;

#[no_mangle]
pub extern "C" fn sum_below(limit: u32) -> u32 {
    sums::below(limit)
}
"""

SUMS = """\
pub fn below(limit: u32) -> u32 {
    let mut total = 0;
    for each in 0..limit {
        if each % 3 == 0 {
            total += each;
        }
    }
    let text = if total > 0 { "some" } else { "none" };
    total + u32::from(text.len() == 3)
}
"""


FILES = {"Cargo.toml": MANIFEST, "src/lib.rs": LIBRARY, "src/sums.rs": SUMS}


class Toy:
    """A crate with one function, which is no Python module: what is built is called directly."""

    def __init__(self, root: Path) -> None:
        (root / "src").mkdir(parents=True)
        for name, text in (
            ("Cargo.toml", MANIFEST),
            ("src/lib.rs", LIBRARY),
            ("src/sums.rs", SUMS),
        ):
            (root / name).write_text(text, encoding="utf-8")
        self.root = root

    def built(self, monkeypatch: pytest.MonkeyPatch) -> Self:
        monkeypatch.chdir(self.root)
        (self.root / "Cargo.lock").write_text(
            'version = 3\n\n[[package]]\nname = "toy"\nversion = "0.0.0"\n', encoding="utf-8"
        )
        self.workspace = find_workspace("nowhere._toy")
        self.sources = find_mutants(self.workspace, "sums")
        self.told: list[str] = []
        self.build = build(
            self.workspace, self.sources, self.root / "build/mutation/sums", self.told.append
        )
        self.mutants = [each for source in self.sources for each in source.mutants]
        return self


@needs_cargo
@needs_fork
def test_all_mutants_are_in_one_build_and_the_switch_chooses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = Toy(tmp_path / "toy").built(monkeypatch)
    assert [source.file for source in toy.sources] == ["src/sums.rs"]
    answers = {}
    for number in [0, *(each.number for each in toy.mutants)]:
        switch = Switch(toy.build.extension, len(toy.mutants), number)
        answers[number] = ctypes.CDLL(str(toy.build.extension)).sum_below(7)
        reached = set(switch.reached())
        if number == 0:
            assert reached == {each.number for each in toy.mutants} - toy.build.unbuildable
            assert switch.reached() == []
            if (child := os.fork()) == 0:
                ctypes.CDLL(str(toy.build.extension)).sum_below(7)
                os._exit(0)
            os.waitpid(child, 0)
            assert set(switch.reached()) == reached, "what a forked child reaches counts"
    changed = {each.what for each in toy.mutants if answers[each.number] != answers[0]}
    assert answers[0] == 9
    assert changed >= {"`==` becomes `!=`", "`+=` becomes `-=`", "return `1` at once"}

    text = toy.workspace.root.joinpath("src/sums.rs").read_text(encoding="utf-8")
    assert text == SUMS
    build(toy.workspace, toy.sources, tmp_path / "toy/build/mutation/sums", toy.told.append)
    assert len(toy.told) == 1


@needs_cargo
def test_what_does_not_compile_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    toy = Toy(tmp_path / "toy")
    text = SUMS.replace("let mut total = 0;", "let mut total: u32; total = 0; let _ = [total; 2];")
    text += "pub fn never() -> u32 {\n    loop {\n        return 1;\n    }\n}\n"
    text = text.replace("u32::from(", "u32::from(!").replace("3)", "3 as usize)")
    (toy.root / "src/sums.rs").write_text(text, encoding="utf-8")
    toy.built(monkeypatch)
    gone = {each.what for each in toy.mutants if each.number in toy.build.unbuildable}
    assert "drop the statement" in gone
    assert len(toy.build.unbuildable) < len(toy.mutants) // 2
    assert ctypes.CDLL(str(toy.build.extension)).sum_below(7) in {9, 10}


@needs_cargo
def test_sources_are_those_named_for_the_component_and_those_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toy = Toy(tmp_path / "toy").built(monkeypatch)
    every = find_mutants(toy.workspace, "unheard_of")
    assert [source.file for source in every] == ["src/lib.rs", "src/sums.rs"]
    more = find_mutants(toy.workspace, "sums", ["src/l*.rs"])
    assert [source.file for source in more] == ["src/lib.rs", "src/sums.rs"]
    with pytest.raises(UsageError, match="no Rust source matches 'x'"):
        find_mutants(toy.workspace, "sums", ["x"])
