"""The project around a folder: what its pyproject.toml may say, and what it is then."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from agent.cli.project import current
from agent.errors import UsageError
from agent.porting.project.project import Project, find_project
from agent.porting.registry.registry import Registry
from tests.conftest import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Run, Toys

ROW = '[tool.agent-port]\ntable = "inner/components.toml"\nenvironment = "MY_IMPL"\n'


def written(folder: Path, text: str) -> str:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return str(folder)


def test_the_nearest_pyproject_that_speaks_of_a_port_is_the_project(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    written(tmp_path, ROW)
    written(inner, "# [tool.agent-port] would be here\n")

    assert find_project(str(inner)) == Project(str(tmp_path), "inner/components.toml", "MY_IMPL")


def test_paths_are_said_from_the_project(tmp_path: Path) -> None:
    found = find_project(written(tmp_path, ROW + 'parity = "proofs"\nstale = "demote"\n'))

    assert found is not None
    assert found.table_file == tmp_path / "inner" / "components.toml"
    assert found.parity_folder == tmp_path / "proofs"
    assert found.evidence_folder == tmp_path / "evidence"
    assert found.stale == "demote"


def test_a_package_installed_in_a_project_does_not_belong_to_it(tmp_path: Path, run: Run) -> None:
    site = tmp_path / ".venv" / "site-packages"
    shutil.copytree(ROOT / "agent", site / "agent", ignore=shutil.ignore_patterns("*.so"))
    written(tmp_path, ROW)
    code = "from agent.cli.project import current; print(current().table)"
    elsewhere = f"import os; os.chdir({tmp_path.anchor!r}); {code}"
    own = str(site / "agent" / "components.toml")
    assert run("-c", elsewhere, PYTHONPATH=str(site)).stdout.strip() == own
    inside = f"import os; os.chdir({str(tmp_path)!r}); {code}"
    assert run("-c", inside, PYTHONPATH=str(site)).stdout.strip() == "inner/components.toml"


def test_what_the_table_names_can_be_imported(toys: Toys, monkeypatch: pytest.MonkeyPatch) -> None:
    toys.add("duck")
    monkeypatch.setattr(sys, "path", list(sys.path[1:]))
    found = find_project(written(toys.folder, ROW.replace("inner/", "")))

    assert found is not None
    assert Registry.of_project(found).resolve("duck").__module__ == "toy_duck._native"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.agent-port]\ntable =", "is not TOML"),
        ('[tool.agent-port]\ntable = "a"\n', "environment is not given"),
        (ROW + "parity = 3", "parity 3 is not a text"),
        (ROW + 'evidence = ""', "evidence '' is not a text"),
        (ROW + 'stale = "ignore"', "stale 'ignore' is not one of fail, demote"),
        (ROW + 'tabel = "x"', "unknown tabel; the keys are environment, evidence, layout"),
        (ROW + 'layout = "mine"', "layout 'mine' is not one of package, components"),
    ],
)
def test_a_bad_project_is_refused_with_a_sentence(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        find_project(written(tmp_path, text))


def test_without_a_project_the_command_is_about_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert "cache" in current().components
