"""Findings of shadow become examples of the check, and are shown by the status."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.porting.check.component import check_component
from agent.porting.check.options import CheckOptions
from agent.porting.project.project import Project
from tests.conftest import ROOT
from tests.shadow_toys import component
from tests.shadowing import shadows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shadowing import Shadows

__all__ = ["shadows"]

PINNING = CheckOptions(examples=1, pinning=True)

TABLE = """\
[components.slug]
contract = "tests.shadow_toys:Slug"
python = "tests.shadow_toys:slug"
rust = "tests.shadow_toys:slug_rust"
stage = "shadow"

[components.stack]
contract = "tests.shadow_objects:Stack"
factory = "tests.shadow_objects:StackFactory"
python = "tests.shadow_objects:PythonStack"
rust = "tests.shadow_objects:RustStack"
stage = "shadow"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Return a project whose table has two of the toys."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "components.toml").write_text(TABLE)
    return Project(str(tmp_path), "components.toml", "TOY_IMPL")


def test_the_check_keeps_a_shrunk_example(shadows: Shadows, project: Project) -> None:
    stack = shadows("stack")([4, 5])
    for value in (1, 2, 13, 7):
        stack.push(value)
    stack.pop()
    assert (len(stack), stack.pop()) == (5, 13)
    (found,) = shadows.ledger.mismatches("stack")
    assert len(found.script) == 7
    verdict = check_component(component("stack"), project, PINNING)
    assert verdict.verdict == "divergent"
    (path,) = (project.parity_folder / "examples" / "stack").glob("pop_*.py")
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    assert lines == ["stack = Stack()", "stack.push(13)", "stack.pop()"]
    assert shadows.ledger.mismatches("stack")[0].example == str(path)


def test_what_does_not_differ_again_is_done_with(shadows: Shadows, project: Project) -> None:
    shadows("slug")("wrong")
    (found,) = shadows.ledger.mismatches("slug")
    fixed = component("slug")._replace(rust="tests.shadow_toys:slug_fixed")
    verdict = check_component(fixed, project, PINNING)
    assert verdict.verdict == "identical"
    assert shadows.ledger.mismatches("slug")[0].example == "shows no new difference"
    assert found.example is None


def test_a_registered_difference_is_ignored(
    shadows: Shadows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "divergences.toml").write_text(
        """
        [[divergence]]
        component = "slug"
        operation = "__call__"
        when = "arguments[0] == 'wrong'"
        reason = "it is a test"
        issue = "https://example.org/1"
        expires = 2999-01-01
        script = ["slug('wrong')"]
        """
    )
    monkeypatch.setattr("agent.porting.shadow.reporter.parity_of", lambda _: tmp_path)
    function = shadows("slug")
    function("wrong")
    function("raise")
    sums = shadows.sums("slug")
    assert (sums.ignored, sums.mismatched, sums.calls) == (1, 1, 2)
