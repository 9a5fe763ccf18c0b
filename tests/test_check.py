"""``agent check`` reports the verdict as text, JSON and exit status."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.porting.check import component as checked
from agent.porting.check.loading import Loaded, reload_component
from agent.porting.project.project import Project
from tests.subclassable import Reference

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.porting.project.table import Component


FEW = ("--examples", "500", "--allow-stale")
"""Both sides are in Python, whatever the build is."""


class Cache(Reference):
    """Does as the reference does."""


class Wrong(Reference):
    """Does not."""

    def popitem(self) -> tuple[Any, Any]:
        key, value = super().popitem()
        return value, key


Wrong.__name__ = Wrong.__qualname__ = "Cache"


def load_same(component: Component) -> Loaded:
    """Load a pair of which both sides are in Python, and do the same."""
    return reload_component(component)._replace(python=Reference, rust=Cache)


def load_wrong(component: Component) -> Loaded:
    """Load one of which one side does not."""
    return reload_component(component)._replace(python=Reference, rust=Wrong)


def use(monkeypatch: pytest.MonkeyPatch, load: Callable[[Component], Loaded]) -> None:
    """Have pairs loaded by `load`, in whichever process."""
    monkeypatch.setattr(checked, "reload_component", load)


def test_identical(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    use(monkeypatch, load_same)
    assert main(["check", "cache", *FEW, "--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("cache: identical (")


def test_divergent_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, load_wrong)
    assert main(["check", "cache", "--no-pin", "--json", *FEW, "--seed", "7"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["component"], verdict["verdict"], verdict["seed"]) == ("cache", "divergent", 7)
    assert {"popitem"} == {
        found["call"].split("(")[0].removeprefix("cache.") for found in verdict["divergences"]
    }


def test_divergent_as_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, load_wrong)
    assert main(["check", "cache", "--no-pin", *FEW]) == 1
    out = capsys.readouterr().out
    assert "cache.popitem() differs in result[0]\n  python  " in out
    assert "\ncache: divergent (" in out


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "no_such_component"],
        ["check", "cache", "--profile", "thorough"],
        ["check", "cache", "--examples", "0"],
        ["check", "cache", "--seconds", "-1"],
        ["check", "cache", "--call-limit", "0"],
        ["check", "cache", "--seed", "x"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_difference_is_kept_and_replayed_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(Project, "parity_folder", tmp_path)
    use(monkeypatch, load_wrong)
    assert main(["check", "cache", "--examples", "500"]) == 1
    kept = {str(path) for path in (tmp_path / "examples" / "cache").glob("popitem_*.py")}
    assert kept
    capsys.readouterr()
    assert main(["check", "cache", "--examples", "1", "--no-pin", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["divergences"]
    assert found[0]["example"] in kept


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_check_may_stop_at_the_first_difference(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: str
) -> None:
    use(monkeypatch, load_wrong)
    told: list[dict[str, Any]] = []
    for more in ([], ["--fail-fast"]):
        assert main(["check", "cache", *FEW, "--json", "--no-pin", "--jobs", jobs, *more]) == 1
        told.append(json.loads(capsys.readouterr().out))
    whole, first = told
    assert (whole["stopped"], first["stopped"]) == (False, True)
    assert len(first["divergences"]) == 1 < len(whole["divergences"])
    assert first["examples"] < whole["examples"]
    assert main(["check", "cache", *FEW, "--no-pin", "--fail-fast"]) == 1
    assert ", stopped at the first difference" in capsys.readouterr().out
