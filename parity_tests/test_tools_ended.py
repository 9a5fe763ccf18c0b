"""How programs are ended, and that nothing is left of them, on each side."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.tools.errors import ToolTimeout
from parity_tests.tooling import Raised, observed, programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.tools.contract import Result
    from agent.components.tools.world import Programs

pytestmark = programs


@pytest.mark.parametrize("kind", ["sleep", "deaf"])
def test_a_timeout_kills_and_keeps_the_output(tools: Any, child: str, kind: str) -> None:
    began = time.monotonic()
    result = tools.run([child, kind], timeout=0.3)
    assert (result.timed_out, result.returncode, result.stdout) == (True, -9, b"begun")
    assert 0.3 <= result.duration <= time.monotonic() - began < 0.9
    assert not result.held
    with pytest.raises(ToolTimeout, match=r"child was killed after 0\.2 seconds") as caught:
        tools.run([child, kind], timeout=0.2, check=True)
    assert caught.value.result.stdout == b"begun"


def test_a_timeout_that_does_not_pass_changes_nothing(tools: Any, child: str) -> None:
    result = tools.run([child, "both"], timeout=1e9)
    assert (result.timed_out, result.returncode) == (False, 0)


@pytest.mark.parametrize("timeout", [None, 0.3])
def test_what_is_left_of_the_group_is_killed(
    tools: Any, world: Programs, child: str, timeout: float | None
) -> None:
    result = tools.run([child, "background"], timeout=timeout)
    assert (result.stdout, result.held, result.timed_out) == (b"started", False, False)
    assert result.duration < 5.0
    assert observed(world, 0) == 0


def test_what_left_the_group_is_not_waited_for(tools: Any, world: Programs, child: str) -> None:
    result = tools.run([child, "holder"])
    assert (result.stdout, result.held, result.returncode) == (b"started", True, 0)
    assert 0.25 <= result.duration < 5.0
    assert observed(world, 1) == 1


def test_a_signal_interrupts_and_leaves_nothing(
    tools: Any, world: Programs, child: str, raising: Callable[[float], None]
) -> None:
    began = time.monotonic()
    raising(0.1)
    with pytest.raises(Raised):
        tools.run([child, "deaf"], timeout=20)
    assert time.monotonic() - began < 1.0
    assert world.observe()[""] == 0


def test_other_threads_run_meanwhile(tools: Any, child: str) -> None:
    done = []
    thread = threading.Thread(target=lambda: done.append(tools.run([child, "sleep"], timeout=0.5)))
    thread.start()
    turns = 0
    while thread.is_alive():
        time.sleep(0.01)
        turns += 1
    assert turns >= 10
    assert done[0].timed_out


def test_many_at_once_lose_nothing(side: Any) -> None:
    few = ["--programs", "40", "--rounds", "1", "--killed", "20", "--timeout", "1"]
    command = [sys.executable, "-m", "parity_tests.many_programs", side, *few]
    run = subprocess.run(command, capture_output=True, check=False, text=True)
    assert (run.returncode, run.stderr) == (0, ""), run.stdout


EXIT = """
import sys, threading, time
from agent import registry
tools = registry.implementation("tools", sys.argv[1])()
argv = ["sh", "-c", "echo $$ > " + sys.argv[2] + "; sleep 30"]
threading.Thread(target=tools.run, args=(argv,), daemon=True).start()
while not (told := open(sys.argv[2]).read() if __import__("os").path.exists(sys.argv[2]) else ""):
    time.sleep(0.01)
"""


def test_programs_end_with_the_interpreter(side: Any, tmp_path: Path) -> None:
    noted = tmp_path / "pid"
    run = subprocess.run(
        [sys.executable, "-c", EXIT, side, str(noted)],
        capture_output=True, timeout=20, check=False, text=True,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    pid = noted.read_text(encoding="ascii").strip()
    deadline = time.monotonic() + 2.0
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    state = Path(f"/proc/{pid}/stat")
    assert not state.exists() or state.read_text(encoding="utf-8").split()[2] == "Z"


def test_a_forked_process_leaves_the_programs_of_its_parent(tools: Any, child: str) -> None:
    done: list[Result] = []
    thread = threading.Thread(target=lambda: done.append(tools.run([child, "sleep"])))
    thread.start()
    time.sleep(0.2)
    if (pid := os.fork()) == 0:
        code = 1
        try:
            code = tools.run(["true"]).returncode
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    thread.join()
    assert done[0].stdout == b"begunwoke"


SCARCE = """
import os, resource, sys
from agent import registry
tools = registry.implementation("tools", sys.argv[1])()
tools.run(["true"])
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
taken = []
try:
    while True:
        taken.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    pass
for _ in range(9):  # with ever more descriptors to be had, it fails at other places
    try:
        tools.run(["true"], input=b"a")
    except OSError as error:
        assert (error.errno, error.filename) == (24, None), repr(error)
    os.close(taken.pop())
for _ in range(16):
    os.close(taken.pop())
assert tools.run(["true"]).returncode == 0
before = len(os.listdir("/proc/self/fd"))
assert tools.run(["true"]).returncode == 0
assert len(os.listdir("/proc/self/fd")) == before
print(open(f"/proc/self/task/{os.getpid()}/children").read())
"""


def test_where_descriptors_are_scarce_nothing_is_left(side: Any) -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCARCE, side], capture_output=True, check=False, text=True
    )
    assert (run.stdout, run.stderr) == ("\n", "")
