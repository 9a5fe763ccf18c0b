"""``agent check`` tells the verdict by its text, its JSON and its exit status."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agent import registry
from agent.cli import main
from tests.subclassable import Reference


def use(monkeypatch: pytest.MonkeyPatch, rust: Any) -> None:
    """Take `rust` for the Rust side."""
    sides = {"python": Reference, "rust": rust}
    monkeypatch.setattr(registry, "implementation", lambda name, side: sides[side])


class Cache(Reference):
    """Does as the reference does."""


class Wrong(Reference):
    """Does not."""

    def popitem(self) -> tuple[Any, Any]:
        key, value = super().popitem()
        return value, key


Wrong.__name__ = "Cache"


def test_identical(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    use(monkeypatch, Cache)
    assert main(["check", "cache", "--examples", "500", "--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("cache: identical (")


def test_divergent_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, Wrong)
    assert main(["check", "cache", "--json", "--examples", "500", "--seed", "7"]) == 1
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["component"], verdict["verdict"], verdict["seed"]) == ("cache", "divergent", 7)
    assert {"popitem"} == {
        found["call"].split("(")[0].removeprefix("cache.") for found in verdict["divergences"]
    }


def test_divergent_as_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(monkeypatch, Wrong)
    assert main(["check", "cache", "--examples", "500"]) == 1
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
        ["check", "cache", "--seed", "x"],
    ],
)
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "Traceback" not in capsys.readouterr().err
