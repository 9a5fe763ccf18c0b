"""What is drawn depends on the seed alone: not on the process, its modules, or the verb."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests import drawn_here

ROOT = Path(__file__).parent.parent

MORE = [
    "agent.cli.check",
    "agent.porting.scaffold.new",
    "agent.components.text.workloads",
    "many_constants",
]
"""Local modules, from whose constants Hypothesis draws when it is left to itself."""


@cache
def drawn(folder: Path, seed: int, *modules: str, hashing: str = "0") -> dict[str, list[str]]:
    """Return the digests of what a process of its own draws."""
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(folder)]), "PYTHONHASHSEED": hashing,
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.drawn_here", str(seed), *modules]
    answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    found: dict[str, list[str]] = json.loads(answer.stdout)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a module of constants, as many as Hypothesis takes from one."""
    folder = tmp_path_factory.mktemp("constants")
    lines = [f"A{n} = ({n * 7919}, {n / 7}, 'word {n}', b'{n:08d}')" for n in range(200)]
    (folder / "many_constants.py").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize("seed", [0, 7])
def test_loaded_modules_change_nothing(folder: Path, seed: int) -> None:
    assert drawn(folder, seed) == drawn(folder, seed, *MORE)


def test_the_hash_seed_changes_nothing(folder: Path) -> None:
    assert drawn(folder, 7) == drawn(folder, 7, hashing="12345")


@pytest.mark.parametrize("name", drawn_here.TOYS)
def test_the_check_and_a_mutation_run_draw_the_same(folder: Path, name: str) -> None:
    by_check, by_mutation = drawn(folder, 7)[name]
    assert by_check == by_mutation
    pair = drawn_here.TOYS[name]
    assert drawn_here.digest(drawn_here.of_mutation(*pair, 7)) == by_check, "in this process"


def test_another_seed_draws_something_else(folder: Path) -> None:
    one, other = drawn(folder, 0), drawn(folder, 7)
    assert all(one[name] != other[name] for name in one)
