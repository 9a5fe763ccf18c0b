"""The tools, by their contract, on each side."""

from __future__ import annotations

import errno
import fcntl
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry
from agent.components.tools.contract import Result, Usage
from agent.components.tools.errors import ToolFailed, ToolTimeout
from agent.components.tools.workloads import WORKLOADS
from agent.components.tools.world import Programs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the Rust side is for Linux")

in_programs = pytest.mark.unsanitized("its runtime is in the programs, takes memory, hears signals")


@pytest.fixture
def tools_class(implementation: Any) -> Any:
    """Return the tools of one side."""
    return implementation.tools


@pytest.fixture
def tools(tools_class: Any) -> Any:
    return tools_class()


@pytest.fixture
def world() -> Iterator[Programs]:
    with Programs() as world:
        yield world


@pytest.fixture
def child(world: Programs) -> str:
    """Return a program that does what its first argument says."""
    return f"{world.root}/child"


def children() -> set[str]:
    """Return the children of this process, reaped or not."""
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split())


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """See to it that no child and no descriptor is left behind."""
    gc.collect()  # what earlier tests left is none of this one
    before, descriptors = children(), len(os.listdir("/proc/self/fd"))  # noqa: PTH208
    yield
    assert children() == before
    assert len(os.listdir("/proc/self/fd")) <= descriptors  # noqa: PTH208


def test_the_sides_are_two() -> None:
    sides = {registry.implementation("tools", side).__module__ for side in ("python", "rust")}
    assert sides == {"agent.components.tools.reference", "agent._native"}


def test_a_program_is_run_to_its_end(tools: Any, child: str) -> None:
    result = tools.run([child, "both"])
    assert (result.returncode, result.stdout, result.stderr) == (0, b"out", b"err")
    assert (result.timed_out, result.truncated, result.held) == (False, False, False)
    assert isinstance(result, Result)
    assert 0.0 < result.duration < 10.0
    assert isinstance(result.usage, Usage)
    assert result.usage.max_resident_bytes > 100_000


def test_what_a_program_took_is_told(tools: Any) -> None:
    code = "import time\nwhile time.process_time() < 0.3: pass"
    usage = tools.run([sys.executable, "-S", "-c", code]).usage
    assert 0.25 < usage.user_seconds + usage.system_seconds < 5.0


def test_arguments_are_passed_as_they_are(tools: Any, child: str) -> None:
    odd = ["", " ", "$HOME", "`id`", "*", "a\nb", "ö", "\udcff", "--", "-e"]
    assert tools.run((child, "echo", *odd)).stdout == b"".join(
        os.fsencode(f"{each}.") for each in odd
    )


@pytest.mark.parametrize("size", [0, 1, 65_536, 3_000_001])
def test_input_is_written_while_output_is_read(tools: Any, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"a" * (size % 256)
    assert tools.run(["cat"], input=data).stdout == data


def test_a_program_need_not_read_its_input(tools: Any) -> None:
    assert tools.run(["true"], input=b"a" * 3_000_000).returncode == 0


def test_without_input_there_is_an_end_of_input(tools: Any) -> None:
    assert tools.run(["cat"]).stdout == b""


@pytest.mark.parametrize(("number", "code"), [("0", 0), ("3", 3), ("255", 255)])
def test_a_status_is_told(tools: Any, child: str, number: str, code: int) -> None:
    assert tools.run([child, "status", number]).returncode == code


@in_programs
@pytest.mark.parametrize("name", ["TERM", "KILL", "SEGV", "PIPE"])
def test_a_signal_is_told_as_subprocess_does(tools: Any, child: str, name: str) -> None:
    expected = subprocess.run([child, "signal", name], check=False).returncode
    assert expected < 0
    assert tools.run([child, "signal", name]).returncode == expected


@in_programs
def test_a_failure_raises_on_request(tools: Any, child: str) -> None:
    with pytest.raises(ToolFailed, match="child ended with status 3") as caught:
        tools.run([child, "status", "3"], check=True)
    assert caught.value.result.returncode == 3
    with pytest.raises(ToolFailed, match="child was ended by signal 11"):
        tools.run([child, "signal", "SEGV"], check=True)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), copy.args, copy.result) == (
        ToolFailed, caught.value.args, caught.value.result,
    )  # fmt: skip
    assert tools.run([child, "both"], check=True).stdout == b"out"


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
    assert _observed(world, 0) == 0


def test_what_left_the_group_is_not_waited_for(tools: Any, world: Programs, child: str) -> None:
    result = tools.run([child, "holder"])
    assert (result.stdout, result.held, result.returncode) == (b"started", True, 0)
    assert 0.25 <= result.duration < 5.0
    assert _observed(world, 1) == 1


def _observed(world: Programs, expected: int) -> object:
    """Return how many processes are left, when that is what is expected, or a second is over."""
    deadline = time.monotonic() + 1.0
    while (found := world.observe()[""]) != expected and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def test_output_that_ends_early_is_no_end(tools: Any, child: str) -> None:
    result = tools.run([child, "close"])
    assert (result.stdout, result.returncode) == (b"early", 0)
    assert result.duration >= 0.1


@pytest.mark.parametrize("most", [0, 1, 99_999, 100_000, 100_001])
def test_output_is_capped_and_says_so(tools: Any, child: str, most: int) -> None:
    result = tools.run([child, "fill", "100000"], max_output=most)
    assert result.stdout == bytes(min(most, 100_000))
    assert result.truncated == (most < 100_000)
    assert result.returncode == 0


def test_a_program_without_end_is_capped(tools: Any) -> None:
    result = tools.run(["yes"], max_output=1000, timeout=0.2)
    assert (result.stdout, result.truncated, result.timed_out) == (b"y\n" * 500, True, True)


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["no-such-program"], errno.ENOENT),
        (["{root}/no"], errno.ENOENT),
        (["{root}/child/below"], errno.ENOTDIR),
        (["{root}/folder"], errno.EACCES),
        (["{root}/plain"], errno.EACCES),
        (["plain"], errno.EACCES),
        (["unknown"], errno.ENOEXEC),
        (["{root}/unknown"], errno.ENOEXEC),
        (["{root}/orphan"], errno.ENOENT),
        (["true", "a" * 3_000_000], errno.E2BIG),
        (["a" * 300], errno.ENAMETOOLONG),
    ],
)
@pytest.mark.parametrize("path", [None, "{root}", "{root}:/bin", "{root}/folder:{root}:/no:/bin"])
def test_a_program_that_cannot_be_started(
    tools: Any, world: Programs, argv: list[str], reason: int, path: str | None
) -> None:
    if path is None and argv[0] in {"plain", "unknown"}:
        path = "{root}"  # without, they are not found
    argv = [each.replace("{root}", world.root) for each in argv]
    path = path and path.replace("{root}", world.root)
    env = None if path is None else {"PATH": path}
    if argv[0] == "true" and path == world.root:
        reason = errno.ENOENT
    with pytest.raises(OSError, match=os.strerror(reason)) as expected:
        subprocess.run(argv, check=False, env=env)
    with pytest.raises(type(expected.value)) as caught:
        tools.run(argv, env=env)
    assert caught.value.args == expected.value.args
    assert (caught.value.errno, caught.value.filename) == (reason, argv[0])


@pytest.mark.parametrize("place", ["no", "child", "folder/no"])
@pytest.mark.parametrize("argv", [["true"], ["/bin/true"], ["no-such-program"]])
def test_a_folder_that_cannot_be_entered(
    tools: Any, world: Programs, place: str, argv: list[str]
) -> None:
    folder = f"{world.root}/{place}"
    with pytest.raises(OSError, match=place) as expected:
        subprocess.run(argv, check=False, cwd=folder)
    with pytest.raises(type(expected.value)) as caught:
        tools.run(argv, cwd=folder)
    assert caught.value.errno == expected.value.errno
    assert caught.value.filename == folder


def test_a_program_starts_in_its_folder(tools: Any, world: Programs) -> None:
    folder = f"{world.root}/folder"
    assert tools.run(["../child", "pwd"], cwd=folder).stdout == os.fsencode(f"{folder}\n")
    assert tools.run(["./child"], cwd=folder).stdout == b"in the folder"
    assert tools.run(["child"], cwd=folder, env={"PATH": ""}).stdout == b"in the folder"


def test_a_program_is_found_where_its_environment_says(tools: Any, world: Programs) -> None:
    found = tools.run(["child", "echo"], env={"PATH": f"/no:{world.root}/folder:{world.root}"})
    assert found.stdout == b"in the folder"
    world.forbid("folder/child")
    found = tools.run(["child", "echo", "a"], env={"PATH": f"{world.root}/folder:{world.root}"})
    assert found.stdout == b"a."


@pytest.mark.parametrize(
    "env", [{}, {"A": "ö", "B": "="}, {"PATH": os.environ["PATH"], "A": "a"}, {"PATH": "/bin"}]
)
def test_an_environment_replaces_that_of_the_process(tools: Any, env: dict[str, str]) -> None:
    told = tools.run(["env"], env=env).stdout
    assert sorted(told.splitlines()) == sorted(os.fsencode(f"{k}={v}") for k, v in env.items())


def test_the_environment_is_that_of_the_process(tools: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("AGENT_TOOLS_TEST", "a")
    assert b"AGENT_TOOLS_TEST=a\n" in tools.run(["env"]).stdout
    monkeypatch.delenv("AGENT_TOOLS_TEST")
    assert b"AGENT_TOOLS_TEST" not in tools.run(["env"]).stdout


def test_it_leads_a_group(tools: Any, child: str) -> None:
    assert tools.run([child, "group"]).stdout == b"leader"


def test_descriptors_are_inherited_if_they_are_inheritable(tools: Any) -> None:
    def inherited() -> set[int]:
        return {int(each) for each in tools.run(["ls", "/proc/self/fd"]).stdout.split()}

    reading, writing = os.pipe()
    high = fcntl.fcntl(writing, fcntl.F_DUPFD_CLOEXEC, 100)
    try:
        assert high not in inherited()
        os.set_inheritable(high, True)  # noqa: FBT003  # by position alone
        assert high in inherited()
    finally:
        for each in (reading, writing, high):
            os.close(each)


@in_programs
def test_limits_apply(tools_class: Any, child: str) -> None:
    tools = tools_class(cpu_seconds=7, memory_bytes=1 << 30, open_files=32)
    assert tools.run([child, "limits"]).stdout == b"7\n1048576\n32\n"
    most = tools_class(cpu_seconds=10**9, memory_bytes=2**62, open_files=2**62)
    assert most.run(["true"]).returncode == 0


def test_a_program_that_takes_too_long_is_signalled(tools_class: Any) -> None:
    result = tools_class(cpu_seconds=1).run(["sh", "-c", "while :; do :; done"], timeout=20)
    assert (result.returncode, result.timed_out) == (-signal.SIGXCPU, False)


@in_programs
def test_a_program_that_takes_too_much_memory_fails(tools_class: Any) -> None:
    code = "import time; time.sleep(0.2); bytearray(1 << 30)"
    result = tools_class(memory_bytes=1 << 29).run([sys.executable, "-S", "-c", code])
    assert result.returncode == 1
    assert b"MemoryError" in result.stderr


@pytest.mark.parametrize(
    ("argv", "settings", "error", "message"),
    [
        ("true", {}, TypeError, "argv must be a list or a tuple, not str"),
        ([], {}, ValueError, "argv must begin with a program"),
        ([""], {}, ValueError, "argv must begin with a program"),
        (["true", 5], {}, TypeError, r"argv\[1\] must be a str, not int"),
        (["true", b""], {}, TypeError, r"argv\[1\] must be a str, not bytes"),
        (["a\0"], {}, ValueError, r"argv\[0\] must not hold a null character, as 'a\\x00'"),
        (["\ud800"], {}, UnicodeEncodeError, "surrogates not allowed"),
        (["true"], {"input": "a"}, TypeError, "input must be bytes, not str"),
        (["true"], {"timeout": 0}, ValueError, "timeout must be above 0 and at most 1000000000.0"),
        (["true"], {"timeout": float("nan")}, ValueError, "1000000000.0, not nan"),
        (["true"], {"timeout": 10**400}, ValueError, "1000000000.0, not 1000"),
        (["true"], {"timeout": True}, TypeError, "timeout must be a float or an int, not bool"),
        (["true"], {"cwd": 5}, TypeError, "cwd must be a str, not int"),
        (["true"], {"env": []}, TypeError, "env must be a dict, not list"),
        (
            ["true"],
            {"env": {"": ""}},
            ValueError,
            "a name in env must not be empty or hold =, as ''",
        ),
        (["true"], {"env": {"A=": ""}}, ValueError, "a name in env must not be empty or hold ="),
        (["true"], {"env": {"A": 1}}, TypeError, "a value in env must be a str, not int"),
        (["true"], {"env": {1: "a"}}, TypeError, "a name in env must be a str, not int"),
        (["true"], {"max_output": -1}, ValueError, "max_output must be from 0 to 1099511627776"),
        (["true"], {"max_output": 1.0}, TypeError, "max_output must be an int, not float"),
        (["true"], {"check": 1}, TypeError, "check must be a bool, not int"),
    ],
)
def test_what_cannot_be_is_refused(
    tools: Any, argv: Any, settings: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        tools.run(argv, **settings)


@pytest.mark.parametrize(
    ("limit", "most"), [("cpu_seconds", 10**9), ("memory_bytes", 2**62), ("open_files", 2**62)]
)
def test_limits_that_cannot_be_are_refused(tools_class: Any, limit: str, most: int) -> None:
    for wrong in (0, most + 1):
        with pytest.raises(ValueError, match=f"{limit} must be from 1 to {most}, not {wrong}"):
            tools_class(**{limit: wrong})
    with pytest.raises(TypeError, match=f"{limit} must be an int, not bool"):
        tools_class(**{limit: True})


class _Raised(Exception):
    """What a signal handler raises."""


@pytest.fixture
def raising() -> Iterator[Callable[[float], None]]:
    """Return what has a signal handler raise after some seconds."""

    def handler(*_: object) -> None:
        raise _Raised

    def start(seconds: float) -> None:
        signal.setitimer(signal.ITIMER_REAL, seconds)

    before = signal.signal(signal.SIGALRM, handler)
    yield start
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_a_signal_interrupts_and_leaves_nothing(
    tools: Any, world: Programs, child: str, raising: Callable[[float], None]
) -> None:
    began = time.monotonic()
    raising(0.1)
    with pytest.raises(_Raised):
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


def test_objects_are_sealed(tools_class: Any, tools: Any) -> None:
    with pytest.raises(TypeError, match="is not an acceptable base type"):
        type("Sub", (tools_class,), {})
    with pytest.raises(TypeError, match="cannot pickle"):
        pickle.dumps(tools)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_workloads_have_their_answers(tools_class: Any, workload: Any) -> None:
    with workload.opened() as prepare:
        state = prepare(workload.draw(), tools_class)
        assert workload.answer(state) == workload.expected
