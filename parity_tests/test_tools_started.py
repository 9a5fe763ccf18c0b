"""How programs are found and started, with their environment and limits, on each side."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from parity_tests.tooling import in_programs, programs

if TYPE_CHECKING:
    from agent.components.tools.world import Programs

pytestmark = programs


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
