"""A file of a project is no module of the standard library, and no other user's file is taken."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from agent.porting.project.import_path import worker_command, worker_environment
from agent.porting.project.project import find_project
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run

HOSTILE = "import pathlib\npathlib.Path({marker!r}).touch()\n"

PROJECT = '[tool.agent-port]\ntable = "mine/components.toml"\nenvironment = "MINE_IMPL"\n'

NAMES = ("json", "tomllib", "sqlite3", "hashlib", "msgspec", "hypothesis", "statistics", "enum")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a project in whose root files have the names of modules that the tools import."""
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").touch()
    (tmp_path / "mine" / "components.toml").write_text(
        '[components.toy]\ncontract = "mine.toy:Toy"\npython = "mine.toy:Toy"\n'
        'rust = "mine.fast:Toy"\nstage = "python"\n',
        encoding="utf-8",
    )
    (tmp_path / "mine" / "toy.py").write_text(
        "class Toy:\n    def add(self, a: int, /) -> int:\n        return a + 1\n", encoding="utf-8"
    )
    shutil.copy(tmp_path / "mine" / "toy.py", tmp_path / "mine" / "fast.py")
    for name in NAMES:
        marker = str(tmp_path / "ran")
        (tmp_path / f"{name}.py").write_text(HOSTILE.format(marker=marker), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["status", "--json"],
        ["check", "--python", "mine.toy:Toy", "--rust", "mine.fast:Toy", "--json", "--no-pin"],
        ["bench", "toy", "--list"],
    ],
)
@pytest.mark.parametrize("start", ["import sys; from agent.cli import main; sys.exit(main())", ""])
def test_no_file_in_the_root_is_a_module_of_the_tools(
    hostile: Path, run: Run, monkeypatch: pytest.MonkeyPatch, words: list[str], start: str
) -> None:
    monkeypatch.chdir(hostile)
    command = ["-P", "-c", start] if start else ["-m", "agent"]
    done = run(*command, *words, code=2 if words[0] == "bench" else 0)
    assert not (hostile / "ran").exists()
    if words[0] == "status":
        assert json.loads(done.stdout)["components"][0]["name"] == "toy"


def test_no_file_in_the_root_is_a_module_of_a_worker(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hostile)
    monkeypatch.syspath_prepend(os.fspath(hostile.parent))
    done = subprocess.run(
        worker_command("json.tool", "--help"), env=worker_environment(),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "usage" in done.stdout
    assert not (hostile / "ran").exists()


def test_a_package_of_the_same_name_from_elsewhere_is_refused(
    hostile: Path, run: Run, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    elsewhere = tmp_path_factory.mktemp("site")
    (elsewhere / "mine").mkdir()
    (elsewhere / "mine" / "__init__.py").touch()
    monkeypatch.chdir(hostile)
    path = os.pathsep.join([str(ROOT), str(elsewhere)])
    done = run("-P", "-m", "agent", "status", code=2, PYTHONPATH=path)
    assert f"mine is imported from {elsewhere}" in done.stderr
    assert f"and not from {hostile}" in done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owner here")
def test_a_parent_folder_of_another_user_is_passed_over(
    hostile: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    below = hostile / "below"
    below.mkdir()
    assert find_project(str(below)) is not None
    stranger = (hostile / "pyproject.toml").stat().st_uid + 1
    if stranger == 1:  # what the administrator owns is anyone's to trust
        os.chown(hostile / "pyproject.toml", 4242, -1)
    monkeypatch.setattr(os, "geteuid", lambda: stranger)
    assert find_project(str(below)) is None
    assert find_project(str(hostile)) is not None


def test_a_fifo_is_no_project(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pyproject.toml")
    assert find_project(str(tmp_path)) is None
