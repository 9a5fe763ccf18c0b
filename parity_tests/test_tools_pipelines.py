"""Pipelines of programs, on each side."""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.tools.errors import ToolFailed, ToolTimeout
from parity_tests.tooling import Raised, observed, programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.tools.world import Programs

pytestmark = programs


def test_the_output_of_each_is_the_input_of_the_next(tools: Any, child: str) -> None:
    results = tools.pipe([[child, "lines"], ["sort"], ["tr", "a-z", "A-Z"]])
    assert [(each.returncode, each.stdout) for each in results] == [
        (0, b""), (0, b""), (0, b"\nA\nBB\nCCC\n"),
    ]  # fmt: skip


def test_the_first_reads_the_input_and_all_write_messages(tools: Any) -> None:
    code = "cat; echo $0 >&2"
    argvs = tuple(("sh", "-c", code, name) for name in "abc")
    results = tools.pipe(argvs, input=b"x" * 1_000_000)
    assert [each.stderr for each in results] == [b"a\n", b"b\n", b"c\n"]
    assert results[-1].stdout == b"x" * 1_000_000


def test_one_program_is_a_pipeline(tools: Any, child: str) -> None:
    assert repr(tools.pipe([[child, "both"]])) == repr([tools.run([child, "both"])])


def test_a_reader_that_ends_cuts_the_writer(tools: Any) -> None:
    results = tools.pipe([["yes"], ["head", "-c", "4"]], timeout=20, check=True)
    assert [each.returncode for each in results] == [-signal.SIGPIPE, 0]
    assert results[-1].stdout == b"y\ny\n"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_failure_of_any_raises_on_request(tools: Any, child: str, place: int) -> None:
    argvs = [["cat"], ["cat"], ["cat"]]
    argvs[place] = [child, "status", "3"]
    results = tools.pipe(argvs)
    assert [each.returncode for each in results] == [3 if n == place else 0 for n in range(3)]
    with pytest.raises(ToolFailed, match="child ended with status 3") as caught:
        tools.pipe(argvs, check=True)
    assert caught.value.result.returncode == 3
    argvs[2] = ["sh", "-c", "kill -s PIPE $$"]
    with pytest.raises(ToolFailed, match=r"status 3|by signal 13"):
        tools.pipe(argvs, check=True)


def test_all_have_one_limit_of_time(tools: Any, child: str) -> None:
    began = time.monotonic()
    argvs = [[child, "both"], [child, "sleep"], ["sleep", "30"]]
    results = tools.pipe(argvs, timeout=0.3)
    assert 0.3 <= time.monotonic() - began < 0.55
    assert [(each.timed_out, each.returncode) for each in results] == [
        (False, 0), (True, -9), (True, -9),
    ]  # fmt: skip
    with pytest.raises(ToolTimeout, match=r"child was killed after 0\.1 seconds") as caught:
        tools.pipe(argvs[1:], timeout=0.1, check=True)
    assert caught.value.result.timed_out


def test_what_is_left_of_each_group_is_killed(tools: Any, world: Programs, child: str) -> None:
    results = tools.pipe([[child, "background"], [child, "background"]], timeout=20)
    assert [each.returncode for each in results] == [0, 0]
    assert results[-1].duration < 5.0
    assert observed(world, 0) == 0


def test_output_is_capped_for_each(tools: Any) -> None:
    code = "cat; printf 12345 >&2"
    first, last = tools.pipe(
        [["sh", "-c", code], ["sh", "-c", code]], input=b"a" * 100_000, max_output=4
    )
    assert (first.stderr, first.truncated) == (b"1234", True)
    assert (last.stdout, last.stderr, last.truncated) == (b"aaaa", b"1234", True)


def test_those_that_were_started_end_if_one_cannot_be(tools: Any, child: str) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        tools.pipe([["sleep", "30"], [child, "deaf"], ["no-such-program"]])
    assert caught.value.filename == "no-such-program"


def test_a_signal_interrupts_and_leaves_nothing(
    tools: Any, raising: Callable[[float], None]
) -> None:
    raising(0.1)
    with pytest.raises(Raised):
        tools.pipe([["sleep", "30"], ["cat"]])


@pytest.mark.parametrize(
    ("argvs", "error", "message"),
    [
        ([], ValueError, "argvs must not be empty"),
        ("ab", TypeError, "argvs must be a list or a tuple, not str"),
        (["ab"], TypeError, "argv must be a list or a tuple, not str"),
        ([["true"], []], ValueError, "argv must begin with a program"),
        ([["true"], ["true", 1]], TypeError, r"argv\[1\] must be a str, not int"),
    ],
)
def test_what_cannot_be_is_refused(
    tools: Any, argvs: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        tools.pipe(argvs)
