"""One measurement of a user at a time, and only on a quiet machine; whose files locks are."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from agent.errors import EnvironmentLacking, MeasurementRefused
from agent.porting.benchmark import lock
from agent.porting.benchmark.lock import QUIET, busy_cores, machine_lock, require_quiet
from agent.porting.files.private import runtime_folder

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from agent.porting.benchmark import lock
with lock.machine_lock(print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of locks of this test: other measurements are not waited for."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    tmp_path.chmod(0o700)
    return tmp_path / "agent-port"


def test_another_process_keeps_the_lock_until_it_ends() -> None:
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", HOLD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with (
            pytest.raises(MeasurementRefused, match=r"did not end within 0\.1 s"),
            machine_lock(told.append, wait=0.1),
        ):
            pytest.fail("the lock was taken twice")
        other.communicate("")
    assert told == ["waiting for another measurement on this machine to end"]
    with machine_lock(pytest.fail, wait=0.0):
        pass


@pytest.mark.parametrize("kind", ["fifo", "dangling link", "folder"])
def test_what_is_no_file_is_no_lock(runtime: Path, tmp_path: Path, kind: str) -> None:
    runtime.mkdir(mode=0o700)
    path = runtime / "measuring.lock"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(MeasurementRefused, match="cannot be opened"), machine_lock(pytest.fail):
        pytest.fail("a lock without a file")
    assert not (tmp_path / "elsewhere").exists()


def test_the_folder_of_locks_is_this_users_alone(
    runtime: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert runtime_folder() == runtime
    assert stat.S_IMODE(runtime.stat().st_mode) == 0o700
    runtime.chmod(0o777)
    with pytest.raises(EnvironmentLacking, match="not a folder that this user alone"):
        runtime_folder()
    tmp_path.chmod(0o777)  # what anyone may write to is no runtime folder
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert runtime_folder() == tmp_path / f"agent-port-{os.geteuid()}"


def test_a_link_to_a_folder_is_no_folder_of_locks(runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    runtime.symlink_to(tmp_path / "theirs")
    with pytest.raises(MeasurementRefused, match="remove it"), machine_lock(pytest.fail):
        pytest.fail("a lock in a folder that is another's to choose")


def test_a_lock_that_cannot_be_made_is_a_refusal(runtime: Path) -> None:
    runtime.touch()
    with pytest.raises(MeasurementRefused, match="cannot be opened"), machine_lock(pytest.fail):
        pytest.fail("a lock without a file")


def test_a_machine_that_stays_busy_is_refused() -> None:
    told: list[str] = []
    with pytest.raises(MeasurementRefused, match=r"other processes keep 1\.7 cores .* --busy"):
        require_quiet(told.append, wait=0.0, measure=lambda: 1.7)


def test_a_busy_machine_may_be_measured_on_all_the_same() -> None:
    told: list[str] = []
    assert require_quiet(told.append, wait=0.0, refuse=False, measure=lambda: 1.7) == 1.7
    assert told[-1].endswith("busy; the record says so")


def test_a_machine_that_gets_quiet_is_waited_for() -> None:
    told: list[str] = []
    loads = iter([1.7, 1.2, QUIET])
    assert require_quiet(told.append, measure=lambda: next(loads)) == QUIET
    assert told == ["waiting for a quiet machine: other processes keep 1.7 cores busy"]


def test_busy_cores_are_counted_between_two_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([100, 150])
    monkeypatch.setattr(lock, "_busy_ticks", lambda: next(ticks))
    monkeypatch.setattr(os, "sysconf", lambda name: 100)
    assert busy_cores(0.25) == pytest.approx(2.0)
