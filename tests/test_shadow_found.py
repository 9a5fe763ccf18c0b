"""Findings of shadow become examples of the check, and are shown by the status."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from agent.cli import main
from agent.errors import UsageError
from agent.porting.check.component import check_component
from agent.porting.check.options import CheckOptions
from agent.porting.ledger.findings import dismiss, dismissed_calls, findings_of
from agent.porting.ledger.ledger import Sources
from agent.porting.project.project import Project
from tests.conftest import ROOT
from tests.shadow_toys import component
from tests.shadowing import shadows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shadowing import Shadows

__all__ = ["shadows"]

FINDINGS = "agent.porting.ledger.findings"

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


def test_what_does_not_differ_again_is_done_with(
    shadows: Shadows, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{FINDINGS}.sources_of", lambda _: Sources("a new build", "as it was"))
    shadows("slug")("wrong")
    (found,) = shadows.ledger.mismatches("slug")
    fixed = component("slug")._replace(rust="tests.shadow_toys:slug_fixed")
    verdict = check_component(fixed, project, PINNING)
    assert verdict.verdict == "identical"
    assert shadows.ledger.mismatches("slug")[0].example == "shows no new difference"
    assert found.example is None


def test_what_no_check_can_replay_is_not_forgotten(shadows: Shadows, project: Project) -> None:
    shadows("slug")("wrong", "-" * 9_000)
    (found,) = shadows.ledger.mismatches("slug")
    assert not found.script
    fixed = component("slug")._replace(rust="tests.shadow_toys:slug_fixed")
    for pinning in (True, False):
        verdict = check_component(fixed, project, replace(PINNING, pinning=pinning))
        assert (verdict.verdict, verdict.divergences) == ("divergent", [])
        (told,) = verdict.shadow
        assert "differs in" in told
        assert told.endswith("; agent shadow slug --show 1")
        assert told in verdict.report()
    with pytest.raises(UsageError, match="no finding 2 of shadow; there are: 1"):
        dismiss(fixed, 2, "because")
    with pytest.raises(UsageError, match="for a reason"):
        dismiss(fixed, 1, " ")
    dismiss(fixed, 1, "such texts are refused before")
    assert check_component(fixed, project, PINNING).verdict == "identical"
    (one,) = findings_of(fixed)
    assert one.state == "dismissed: such texts are refused before"
    with pytest.raises(UsageError, match="is resolved: dismissed: such"):
        dismiss(fixed, 1, "because")
    assert dismissed_calls(fixed) == 1


def test_what_shows_nothing_with_the_same_build_is_open(
    shadows: Shadows, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("agent.porting.shadow.reporter", FINDINGS):
        monkeypatch.setattr(f"{module}.sources_of", lambda _: Sources("a build", "a reference"))
    shadows("slug")("wrong")
    fixed = component("slug")._replace(rust="tests.shadow_toys:slug_fixed")
    assert check_component(fixed, project, PINNING).verdict == "divergent"
    assert shadows.ledger.mismatches("slug")[0].example is None
    monkeypatch.setattr(f"{FINDINGS}.sources_of", lambda _: Sources("another build", "a reference"))
    assert check_component(fixed, project, PINNING).verdict == "identical"


def test_the_verb_lists_shows_and_dismisses(
    shadows: Shadows,
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("agent.cli.shadow.current", lambda: project)
    assert main(["shadow", "slug"]) == 0
    assert "shadow found no difference" in capsys.readouterr().out
    function = shadows("slug")
    function("wrong", "-" * 9_000)
    function("wrong", "-" * 9_001)
    function("raise")
    shadows.ledger.gather()
    assert main(["shadow", "slug"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line[:2] for line in lines] == ["1.", "2."]
    assert "(2 calls, first at " in lines[0]
    assert all(line.endswith(": open") for line in lines)
    assert main(["shadow", "slug", "--show", "2"]) == 1
    assert "    slug('raise')" in capsys.readouterr().out
    assert main(["shadow", "slug", "--show", "3"]) == 2
    assert main(["shadow", "slug", "--dismiss", "1"]) == 2
    assert main(["shadow", "slug", "--dismiss", "1", "--because", "too long"]) == 0
    assert main(["shadow", "slug", "--dismiss", "2", "--because", "a test"]) == 0
    capsys.readouterr()
    assert main(["shadow", "slug", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["findings"]
    assert [each["state"] for each in told] == ["dismissed: too long", "dismissed: a test"]
    assert [len(each["calls"]) for each in told] == [2, 1]


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
