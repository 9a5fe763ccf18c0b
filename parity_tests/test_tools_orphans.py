"""What is left when the process that runs programs is killed itself, on each side."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parity_tests.tooling import programs

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = programs

RUNS = """
import sys
from agent import registry
tools = registry.implementation("tools", sys.argv[1])()
tools.run(["sh", "-c", "echo $$ > " + sys.argv[2] + "; exec sleep 30"])
"""

TALKS = """
import sys, time
from agent import registry
tools = registry.implementation("tools", sys.argv[1])()
process = tools.spawn(["sh", "-c", "echo $$ > " + sys.argv[2] + "; cat"], timeout=None)
time.sleep(30)
"""


def _started(side: str, code: str, noted: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start an interpreter; return it, and the number of the program that it runs."""
    parent = subprocess.Popen([sys.executable, "-c", code, side, str(noted)])
    while not (noted.exists() and noted.read_text(encoding="ascii").endswith("\n")):
        assert parent.poll() is None
        time.sleep(0.01)
    return parent, int(noted.read_text(encoding="ascii"))


def _ended(pid: int, seconds: float) -> bool:
    """Return whether a process ends within some seconds."""
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not Path(f"/proc/{pid}/cwd").exists()


@pytest.fixture
def noted(tmp_path: Path) -> Iterator[Path]:
    """Return where a program notes its number; end it."""
    place = tmp_path / "pid"
    yield place
    pid = int(place.read_text(encoding="ascii"))
    if not _ended(pid, 0.0):
        os.kill(pid, signal.SIGKILL)


def test_a_program_outlives_a_parent_that_is_killed(side: Any, noted: Path) -> None:
    parent, pid = _started(side, RUNS, noted)
    parent.kill()
    parent.wait()
    assert not _ended(pid, 0.3)


def test_a_program_that_reads_finds_the_end_of_its_input_then(side: Any, noted: Path) -> None:
    parent, pid = _started(side, TALKS, noted)
    parent.kill()
    parent.wait()
    assert _ended(pid, 10.0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_parent_that_hears_a_signal_ends_its_program(
    side: Any, noted: Path, number: signal.Signals
) -> None:
    code = "import signal\nsignal.signal(signal.SIGTERM, signal.default_int_handler)\n"
    code += "signal.signal(signal.SIGINT, signal.default_int_handler)\n" + RUNS
    parent, pid = _started(side, code, noted)
    time.sleep(0.2)  # subprocess loses a program if a handler raises while it is being started
    parent.send_signal(number)
    parent.wait()
    assert _ended(pid, 1.0)
