"""What programs do, and what is told of it, on each side."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from typing import Any

import pytest

from agent import registry
from agent.components.tools.contract import Result, Usage
from agent.components.tools.errors import ToolFailed
from agent.components.tools.workloads import WORKLOADS
from parity_tests.tooling import in_programs, programs

pytestmark = programs


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
