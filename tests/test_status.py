"""``agent status``: a row for each component, whatever its state."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest

from agent import cli
from agent.cli import project
from agent.porting.ledger.ledger import Ledger

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Toys

FACTS = "__version__ = '1.2.3'; __profile__ = 'debug'; __digest__ = '0123456789abcdef'"
PROJECT = """\
[tool.agent-port]
table = "components.toml"
environment = "TOY_IMPL"
"""
BUILD = "1.2.3 debug 0123456789ab, stale"
NO_BUILD = {"version": None, "profile": None, "digest": None, "stale": None}


@pytest.fixture
def show(toys: Toys, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run ``agent status`` on the toys; return its exit status and what it printed."""

    def show(*argv: str, **variables: str) -> tuple[int, str, str]:
        for variable, value in variables.items():
            monkeypatch.setenv(variable, value)
        (toys.folder / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
        monkeypatch.chdir(toys.folder)
        project._project_of.cache_clear()  # variables are read once
        return cli.main(["status", *argv]), *capsys.readouterr()

    return show


def test_json_has_the_published_shape(toys: Toys, show: Any) -> None:
    toys.add("duck", rust=f"class Toy: ...\n{FACTS}")
    toys.add("goose", stage="python")
    code, out, err = show("--json")

    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "components": [
            {
                "name": "duck",
                "stage": "rust",
                "requested": "rust",
                "resolved": "rust",
                "reason": "components.toml asks for rust",
                "build": {
                    "version": "1.2.3",
                    "profile": "debug",
                    "digest": "0123456789abcdef",
                    "stale": None,
                },
                "refused": None,
                "evidence": {"state": "unknown", "parts": []},
                "served": None,
                "shadow": None,
            },
            {
                "name": "goose",
                "stage": "python",
                "requested": "python",
                "resolved": "python",
                "reason": "components.toml asks for python",
                "build": NO_BUILD,
                "refused": None,
                "evidence": None,
                "served": None,
                "shadow": None,
            },
        ]
    }


def test_the_table_shows_the_same(toys: Toys, show: Any) -> None:
    toys.add("duck", rust=f"class Toy: ...\n{FACTS}")
    toys.add("goose", rust=None)
    (toys.folder / "rust").mkdir()
    (toys.folder / "Cargo.toml").touch()
    code, out, err = show()

    assert (code, err) == (0, "")
    lack = "Rust cannot run: toy_goose._native is not installed for this Python"
    assert [re.split("  +", line) for line in out.splitlines()] == [
        ["COMPONENT", "STAGE", "REQUESTED", "RUNS", "BUILD", "EVIDENCE", "SHADOW", "WHY"],
        ["duck", *["rust"] * 3, BUILD, "-", "-", "components.toml asks for rust"],
        ["goose", "rust", "rust", "python", *"---", f"components.toml asks for rust, but {lack}"],
    ]
    words = ["WHY", "components.toml", "components.toml"]
    assert len({line.index(word) for line, word in zip(out.splitlines(), words, strict=True)}) == 1


def test_what_cannot_be_resolved_has_a_row_and_is_3(toys: Toys, show: Any) -> None:
    toys.add("duck", rust=None)
    toys.add("goose")
    code, out, err = show("--json", TOY_IMPL="rust")
    rows = json.loads(out)["components"]

    assert code == 3
    assert [row["resolved"] for row in rows] == [None, "rust"]
    assert rows[0]["requested"] == "rust"
    assert rows[0]["build"] == NO_BUILD
    assert err == f"agent: {rows[0]['reason']}\n"
    assert "TOY_IMPL asks for rust, but duck cannot run in Rust: toy_duck._native is not" in err


def test_an_unknown_value_has_a_row_and_is_2(toys: Toys, show: Any) -> None:
    toys.add("duck")
    code, out, err = show(TOY_IMPL="ruts")

    assert code == 2
    assert out.splitlines()[1].split()[:4] == ["duck", "rust", "ruts", "nothing"]
    assert err == "agent: TOY_IMPL asks for 'ruts'; known are auto, python, shadow, rust\n"


def test_components_may_be_named(toys: Toys, show: Any) -> None:
    toys.add("duck")
    toys.add("goose")

    assert [row["name"] for row in json.loads(show("--json", "goose")[1])["components"]] == [
        "goose"
    ]
    code, out, err = show("goose", "swan")
    assert (code, out) == (2, "")
    assert err == "agent: unknown component 'swan'; the known ones are duck, goose\n"


def test_what_a_shadow_found_is_reported(
    toys: Toys, show: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    toys.add("duck", rust=f"class Toy: ...\n{FACTS}")
    ledger = Ledger(tmp_path / "ledger.sqlite")
    monkeypatch.setenv("TOY_DUCK_LEDGER", str(ledger.path))
    source = (toys.folder / "toy_duck" / "reference.py").read_bytes()
    about = {
        "component": "duck", "stage": "shadow", "pid": 1, "began": "2026-11-21T12:00:00+00:00",
        "rust": "0123456789abcdef", "reference": sha256(source).hexdigest(),
    }  # fmt: skip
    for name, digest in (("now", about["rust"]), ("before", "another")):
        run = ledger.begin(name, about | {"rust": digest})
        run.count("matched", number=1234)
        run.count("mismatched", number=2)
        run.count("skipped", "why")
        run.enter("demotion", {"at": "2026-11-21T12:00:01+00:00", "reason": "it had to be"})
        run.close()

    assert "1,234 matched, 2 mismatched, 1 demoted" in show()[1]
    assert json.loads(show("--json")[1])["components"][0]["shadow"] == {
        "matched": 1234,
        "mismatched": 2,
        "ignored": 0,
        "skipped": {"why": 1},
        "refused": {},
        "demotions": [{"run": "now", "at": "2026-11-21T12:00:01+00:00", "reason": "it had to be"}],
    }


def test_without_loading_no_code_of_the_project_runs(toys: Toys, show: Any) -> None:
    marker = toys.folder / "ran"
    ran = f"open({str(marker)!r}, 'w').close()\n"
    toys.add("duck", stage="shadow", rust=f"{ran}class Toy: ...", python=f"{ran}class Toy: ...")
    for name in ("__init__", "contract", "workloads"):
        (toys.folder / "toy_duck" / f"{name}.py").write_text(ran, encoding="utf-8")
    code, out, err = show("--no-load")
    row = out.splitlines()[1].split()
    assert (code, err) == (0, "")
    assert row[:4] == ["duck", "shadow", "shadow", "-"]
    assert out.splitlines()[1].endswith("asks for shadow; nothing was loaded")
    assert json.loads(show("--no-load", "--json")[1])["components"][0]["resolved"] is None
    assert show("--no-load", "--strict")[0] in {0, 1}
    assert not marker.exists()
    show()
    assert marker.exists()


def test_without_loading_an_unknown_value_is_an_error_too(toys: Toys, show: Any) -> None:
    toys.add("duck")
    code, _, err = show("--no-load", TOY_IMPL="ruts")
    assert code == 2
    assert err == "agent: TOY_IMPL asks for 'ruts'; known are auto, python, shadow, rust\n"
