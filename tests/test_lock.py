"""One measurement at a time on a machine, and only on a quiet one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from agent.errors import MeasurementRefused
from agent.porting.benchmark import lock
from agent.porting.benchmark.lock import QUIET, busy_cores, machine_lock, require_quiet

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import sys
from pathlib import Path
from agent.porting.benchmark import lock
lock.LOCK = Path(sys.argv[1])
with lock.machine_lock(print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Other measurements on this machine are not waited for."""
    monkeypatch.setattr(lock, "LOCK", tmp_path / "lock")
    return tmp_path / "lock"


def test_another_process_keeps_the_lock_until_it_ends(own_lock: Path) -> None:
    told: list[str] = []
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(own_lock)],
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


def test_a_lock_that_cannot_be_made_is_a_refusal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "LOCK", tmp_path / "nowhere" / "lock")
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
