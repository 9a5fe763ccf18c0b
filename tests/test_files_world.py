"""The world that file operations are compared in: what it observes, and that it finds faults."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.files.reference import Files
from agent.components.files.world import Tree
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from tests import wrong_files as toys

if TYPE_CHECKING:
    from agent.porting.contract.reader import Contract

SEEDS = [pytest.param(seed, marks=pytest.mark.more_seeds if seed else ()) for seed in range(10)]
"""The first one in each run, the others in `nox -s seeds`: each takes some seconds."""

TOLD_TO_ROOT = (toys.LeavesTemporary, toys.WritesInPlace, toys.IgnoresVanished)
"""Those that only a full disk reveals, or a file that changes while it is read."""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="its files are those of Linux")
administers = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts and holds readers"
)


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep worlds in a folder of the test's own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return tmp_path


def checked(contract: Contract, rust: Any, **settings: Any) -> Any:
    settings = {"examples": 2500, "seed": 0, "brief": True} | settings
    return check("files", Loaded(contract, toys.Right, rust), CheckOptions(**settings))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("contract", "wrong"),
    [
        pytest.param(contract, each, marks=administers if each in TOLD_TO_ROOT else ())
        for contract, all_of_it in toys.WRONG.items()
        for each in all_of_it
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_wrong_twin_is_caught_after_a_step(contract: Contract, wrong: type, seed: int) -> None:
    verdict = checked(contract, wrong, seed=seed)
    assert verdict.verdict == "divergent"
    assert any(line.startswith("world.") for line in verdict.divergences[0].script)


@pytest.mark.parametrize("contract", toys.WRONG)
def test_right_twins_agree(contract: Contract, temporary: Path) -> None:
    verdict = checked(contract, toys.Again, examples=100)
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert list(temporary.iterdir()) == []


@administers
def test_a_full_disk_is_observed_and_gone_with_its_world(temporary: Path) -> None:
    before = os.listdir("/proc/self/fd")  # noqa: PTH208  # texts
    with Tree() as world:
        world.fill_disk()
        full = world.observe()
        assert full["disk"] == ("link", "0777", "<disk>")
        assert full["disk/old"] == ("file", "0644", b"old")
        new = Path(world.root, "disk/new")
        with pytest.raises(OSError, match="No space left"), new.open("wb", buffering=0) as file:
            file.write(b"a")
        world.free_disk()
        new.write_bytes(b"a")
        assert world.observe()["disk/new"][2] == b"a"
        world.freeze()
        with pytest.raises(PermissionError):
            new.replace(f"{world.root}/disk/old")
        assert world.permits("os.remove", (f"{world.root}/disk/old", -1))
        assert not world.permits("os.remove", ("/old", -1))
    assert os.listdir("/proc/self/fd") == before  # noqa: PTH208
    assert list(temporary.iterdir()) == []


@administers
@pytest.mark.parametrize(
    ("change", "read"),
    [
        ("grow", b"some text\n" + b"more\n" * 9),
        ("cut", b"some "),
        ("replace", b"some text\n"),
        ("remove", b"some text\n"),
    ],
)
def test_a_file_changes_before_its_first_byte_is_read(change: Any, read: bytes) -> None:
    threads = threading.active_count()
    with Tree() as world:
        world.change_when_read("a", change)
        world.change_when_read("b.txt", change)
        assert world.observe()["a"][2] == b"some text\n"
        assert Path(world.root, "a").read_bytes() == read
        world.vanish_when_read("sub/c", "é")
        assert "é" in world.observe()
        Path(world.root, "sub/c").read_bytes()
        assert "é" not in world.observe()
    assert threading.active_count() == threads


def test_what_no_path_reaches_is_listed(temporary: Path) -> None:
    with Tree() as world:
        world.make_long("deep")
        listed = [name for name, seen in world.observe().items() if seen[0] == "unreachable"]
        (path,) = Files().walk(world.root).paths
        assert listed == [path]
        (error,) = Files().hash_tree(world.root).errors
        assert (error.path, error.errno) == (path, errno.ENAMETOOLONG)
    assert list(temporary.iterdir()) == []
