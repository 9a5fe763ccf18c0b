"""What differs because of calls that one side alone was asked for is no difference."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from agent.cli import main

if TYPE_CHECKING:
    from pathlib import Path

MEMBERS = """
_MEMBERS = {{1: "one"}}

def member(value: int | float) -> str:
    if value in _MEMBERS:
        return _MEMBERS[value]
    if not isinstance(value, int):
        raise ValueError(value)
    return _MEMBERS.setdefault(value, {made})
"""
"""As of an enumeration: what a float gives depends on whether its integer was asked for before."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the working folder, whose modules can be imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name in ("plain_members", "fast_members"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "plain_members.py").write_text(MEMBERS.format(made="str(value)"), "utf-8")
    return tmp_path


@pytest.mark.parametrize("more", [[], ["--fail-fast"]])
def test_what_one_side_was_asked_before_is_no_difference(
    here: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    (here / "fast_members.py").write_text(MEMBERS.format(made="str(value)"), "utf-8")
    sides = ["--python", "plain_members:member", "--rust", "fast_members:member"]
    assert main(["check", *sides, "--no-pin", "--json", "--examples", "2000", *more]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["divergences"] == []
    assert any("not where both sides had done the same before" in each for each in told["doubts"])


@pytest.mark.parametrize("more", [[], ["--fail-fast"]])
def test_what_differs_without_that_still_is_one(
    here: Path, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    (here / "fast_members.py").write_text(MEMBERS.format(made="repr(value + 1)"), "utf-8")
    sides = ["--python", "plain_members:member", "--rust", "fast_members:member"]
    assert main(["check", *sides, "--no-pin", "--json", "--examples", "2000", *more]) == 1
    assert json.loads(capsys.readouterr().out)["divergences"] != []
