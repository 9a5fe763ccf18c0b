"""The world that tools are compared in: what it observes, and that it finds what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from agent.components.tools.world import Programs
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from tests import wrong_tools as toys

SEEDS = [pytest.param(seed, marks=pytest.mark.more_seeds if seed else ()) for seed in range(10)]
"""The first one in each run, the others in `nox -s seeds`: each takes some seconds."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its programs are for Linux")


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep worlds in a folder of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def checked(rust: Any, **settings: Any) -> Any:
    settings = {"examples": 600, "seed": 0, "brief": True} | settings
    return check("runner", Loaded(toys.RUNNER, toys.Right, rust), CheckOptions(**settings))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", toys.WRONG, ids=lambda cls: cls.__name__)
def test_a_wrong_twin_is_caught_after_a_step(wrong: type, seed: int) -> None:
    verdict = checked(wrong, seed=seed)
    assert verdict.verdict == "divergent"
    assert any(line.startswith("world.") for line in verdict.divergences[0].script)


def test_right_twins_agree(temporary: Path) -> None:
    verdict = checked(toys.Again, examples=100)
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert list(temporary.iterdir()) == []


def test_what_runs_in_the_background_is_observed_and_ended(temporary: Path) -> None:
    with Programs() as world:
        assert world.observe()[""] == 0
        subprocess.run([f"{world.root}/child", "holder"], check=True, stdout=subprocess.DEVNULL)
        assert world.observe()[""] == 1
        (pid,) = (Path(world.root) / ".pids").read_text(encoding="ascii").split()
    deadline = time.monotonic() + 2.0
    while Path(f"/proc/{pid}/exe").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not os.path.lexists(f"/proc/{pid}/exe") or _is_dead(pid)
    assert list(temporary.iterdir()) == []


def _is_dead(pid: str) -> bool:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] == "Z"


def test_steps_change_programs(temporary: Path) -> None:
    with Programs() as world:
        whole = world.observe()
        world.forbid("child")
        assert world.observe()["child"][1] == "0644"
        world.take("folder")
        world.link("child", "child")
        assert world.observe()["child"] == ("link", "0777", "<root>/child")
        world.obstruct("child")
        assert world.observe()["child"][0] == "folder"
        assert "folder/child" not in world.observe()
        world.restore("child")
        world.restore("folder/child")
        assert world.observe() == whole
