"""Conversations with programs, on each side."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from agent.components.tools.errors import (
    DelimiterNotFound,
    OutputEnded,
    ProcessClosed,
    ProcessTimeout,
)
from parity_tests.tooling import Raised, observed, programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.tools.world import Programs

pytestmark = programs


def gone(pid: int) -> bool:
    """Return whether a process has ended, when it has, or a second is over."""
    deadline = time.monotonic() + 1.0
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2]
        except OSError:
            return True
        if state.split()[0] == "Z":
            return True
        time.sleep(0.01)
    return False


def test_a_program_is_asked_and_answers(tools: Any, child: str) -> None:
    with tools.spawn([child, "talk"], timeout=20) as process:
        assert process.read_until(b"dy") == b"ready"
        process.write(b"one\ntwo\n")
        assert process.read_until(b"!\n") == b"one!\n"
        assert process.read_until(b"!\n") == b"two!\n"
        assert process.read_until(b"two?", stream="stderr") == b"one?two?"
        returncodes = [process.returncode]
        process.close_input()
        returncodes += [process.wait(), process.returncode]
        assert returncodes == [None, 0, 0]
        assert [process.read(), process.read(), process.read()] == [b"over", b"", b""]
    assert process.returncode == 0


def test_lines_come_one_by_one_and_the_rest_last(tools: Any, child: str) -> None:
    with tools.spawn([child, "lines"], timeout=20) as process:
        lines = process.lines()
        assert iter(lines) is lines
        assert list(lines) == [b"a\n", b"bb\n", b"\n", b"ccc"]
        assert list(lines) == list(process.lines()) == []


def test_lines_come_while_the_program_runs(tools: Any) -> None:
    with tools.spawn(["sh", "-c", "echo a; read -r x; echo $x"], timeout=20) as process:
        lines = process.lines()
        assert next(lines) == b"a\n"
        process.write(b"b\n")
        assert next(lines) == b"b\n"


@pytest.mark.parametrize("size", [1, 100, 65_536, 3_000_000])
def test_output_is_read_up_to_a_size(tools: Any, child: str, size: int) -> None:
    with tools.spawn([child, "fill", "3000000"], timeout=20) as process:
        told = 0
        while told < min(3_000_000, 1000 * size):
            piece = process.read(size)
            assert 0 < len(piece) <= size
            told += len(piece)


def test_a_program_that_nobody_reads_waits_and_loses_nothing(tools: Any) -> None:
    code = "head -c 5000000 /dev/zero; echo end >&2"
    with tools.spawn(["sh", "-c", code], timeout=0.3) as process:
        with pytest.raises(ProcessTimeout, match=r"the process did not end in 0\.3 seconds"):
            process.wait()
        assert len(process.read_until(b"\0", max_bytes=1)) == 1
        read = 1
        while piece := process.read(1 << 20, timeout=20):
            read += len(piece)
        assert (read, process.wait(timeout=20)) == (5_000_000, 0)
        assert process.read(stream="stderr") == b"end\n"


def test_what_does_not_come_can_still_be_waited_for(tools: Any, child: str) -> None:
    with tools.spawn([child, "talk"], timeout=0.05) as process:
        assert process.read(3) == b"rea"
        with pytest.raises(ProcessTimeout, match=r"there was no b'\\n' in 0\.05 seconds"):
            process.read_until(b"\n")
        with pytest.raises(ProcessTimeout, match=r"nothing was read from stderr in 0\.1 seconds"):
            process.read(stream="stderr", timeout=0.1)
        with pytest.raises(ProcessTimeout, match=r"did not end in 0\.05 seconds"):
            process.wait()
        with pytest.raises(DelimiterNotFound, match=r"there is no b'\\n' in 2 bytes"):
            process.read_until(b"\n", max_bytes=2)
        process.close_input()
        with pytest.raises(OutputEnded, match=r"stdout ended before b'\\n'"):
            process.read_until(b"\n", timeout=20)
        assert process.read(timeout=None) == b"dyover"


def test_a_delimiter_is_found_across_reads(tools: Any) -> None:
    code = "printf 'aa-'; sleep 0.1; printf '=-'; sleep 0.1; printf '=b'"
    with tools.spawn(["sh", "-c", code], timeout=20) as process:
        assert process.read_until(b"-=-=") == b"aa-=-="
        assert process.read() == b"b"


def test_input_is_written_while_output_is_read(tools: Any) -> None:
    data = bytes(range(256)) * 3000
    with tools.spawn(["cat"], timeout=20) as process:
        process.write(data)
        process.close_input()
        assert process.read_until(data[-9:], max_bytes=len(data)) == data[:256]
        told = data[:256]
        while piece := process.read():
            told += piece
        assert told == data


def test_a_program_that_does_not_read_is_not_waited_for_longer(tools: Any) -> None:
    with (
        tools.spawn(["sleep", "30"], timeout=20) as process,
        pytest.raises(ProcessTimeout, match=r"of 9000000 bytes were written in 0\.1 seconds"),
    ):
        process.write(bytes(9_000_000), timeout=0.1)


def test_a_program_that_reads_no_more_breaks_the_pipe(tools: Any) -> None:
    with tools.spawn(["true"], timeout=20) as process:
        assert process.wait() == 0
        with pytest.raises(BrokenPipeError) as caught:
            process.write(b"a")
        assert caught.value.args == (32, "Broken pipe")
        with pytest.raises(ProcessClosed, match="the input of the process is closed"):
            process.write(b"a")


@pytest.mark.parametrize(("where", "told"), [("stdout", b"outerr"), ("devnull", b"out")])
def test_messages_go_where_they_are_to(tools: Any, child: str, where: str, told: bytes) -> None:
    with tools.spawn([child, "both"], timeout=20, stderr=where) as process:
        assert process.wait() == 0
        assert process.read() == told
        with pytest.raises(ValueError, match="stderr is no stream of its own"):
            process.read(stream="stderr")


def test_signals_reach_the_whole_group(tools: Any, world: Programs, child: str) -> None:
    with tools.spawn([child, "wary"], timeout=20) as process:
        assert process.read() == b"ready"
        process.terminate()
        assert (process.wait(), process.read()) == (7, b"caught")
        process.terminate()
        process.kill()
    with tools.spawn([child, "deaf"], timeout=20) as process:
        assert process.read() == b"begun"
        process.terminate()
        process.kill()
        assert process.wait() == -signal.SIGKILL
    with tools.spawn([child, "background"], timeout=20) as process:
        assert process.wait() == 0
        assert observed(world, 0) == 0


def test_output_that_another_process_holds_is_given_up(tools: Any, child: str) -> None:
    with tools.spawn([child, "holder"], timeout=20) as process:
        assert process.read() == b"started"
        began = time.monotonic()
        assert (process.read(), process.wait(), process.held) == (b"", 0, True)
        assert 0.1 < time.monotonic() - began < 5.0


@pytest.mark.parametrize("way", ["close", "leave", "collect", "cycle"])
def test_all_of_it_ends_with_the_conversation(tools: Any, way: str) -> None:
    process = tools.spawn(["sh", "-c", "sleep 30 & echo $!; wait"], timeout=20)
    pids = [process.pid, int(process.read_until(b"\n"))]
    if way == "close":
        process.close()
        process.close()
        assert process.returncode == -signal.SIGKILL == process.wait()
    elif way == "leave":
        with process as entered:
            assert entered is process
    elif way == "collect":
        del process
    else:
        ring: list[object] = [process]
        ring.append(ring)
        del process, ring
        gc.collect()
    assert all(map(gone, pids))


def test_what_is_closed_says_so(tools: Any, child: str) -> None:
    process = tools.spawn([child, "talk"], timeout=20)
    lines = process.lines()
    process.close()
    for call in (
        process.read,
        lambda: process.read_until(b"a"),
        process.lines,
        lambda: next(lines),
        lambda: process.write(b"a"),
        process.close_input,
        process.__enter__,
    ):
        with pytest.raises(ProcessClosed, match=r"^the process is closed$"):
            call()
    process.kill()
    process.terminate()
    assert process.pid > 1


def test_a_signal_interrupts_and_loses_nothing(
    tools: Any, child: str, raising: Callable[[float], None]
) -> None:
    with tools.spawn([child, "talk"], timeout=20) as process:
        for call in (
            lambda: process.read_until(b"never"),
            lambda: process.read(stream="stderr"),
            process.wait,
            lambda: next(process.lines()),
        ):
            raising(0.1)
            began = time.monotonic()
            with pytest.raises(Raised):
                call()
            assert time.monotonic() - began < 2.0
        assert process.read() == b"ready"


def test_other_threads_write_and_kill_meanwhile(tools: Any, child: str) -> None:
    with tools.spawn([child, "talk"], timeout=20) as process:
        told: list[object] = []
        thread = threading.Thread(target=lambda: told.append(process.read_until(b"a!\n")))
        thread.start()
        time.sleep(0.1)
        process.write(b"a\n")
        thread.join()
        assert told == [b"readya!\n"]
        thread = threading.Thread(target=lambda: told.append(process.wait()))
        thread.start()
        time.sleep(0.1)
        process.kill()
        thread.join()
        assert told[1:] == [-signal.SIGKILL]


def test_threads_that_read_at_once_share_all_there_is(tools: Any) -> None:
    with tools.spawn(["seq", "20000"], timeout=20) as process:
        told: list[bytes] = []
        work = [threading.Thread(target=lambda: told.extend(process.lines())) for _ in range(4)]
        for each in work:
            each.start()
        for each in work:
            each.join()
        assert sorted(told, key=int) == [b"%d\n" % number for number in range(1, 20001)]


def test_closing_ends_what_another_thread_waits_for(tools: Any, child: str) -> None:
    process = tools.spawn([child, "talk"], timeout=20)
    raised: list[BaseException] = []

    def wait() -> None:
        try:
            process.read_until(b"never")
        except ProcessClosed as error:
            raised.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    time.sleep(0.1)
    process.close()
    thread.join(10)
    assert not thread.is_alive()
    assert len(raised) == 1


def test_a_forked_process_has_none_of_it(tools: Any, child: str) -> None:
    with tools.spawn([child, "talk"], timeout=20) as process:
        process.read_until(b"dy")
        if (pid := os.fork()) == 0:
            code = 1
            try:
                refused = []
                for call in (process.read, process.kill, process.wait):
                    try:
                        call()
                    except ProcessClosed as error:
                        refused.append(str(error))
                said = "the process was started by the parent of this one"
                code = 0 if refused == [said] * 3 else 2
                process.close()
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
        process.write(b"still\n")
        assert process.read_until(b"\n") == b"still!\n"


EXIT = """
import sys
from agent import registry
tools = registry.implementation("tools", sys.argv[1])()
process = tools.spawn(["sh", "-c", "sleep 30 & echo $$ $!; wait"], timeout=20)
sys.stdout.write(process.read_until(b"\\n").decode())
sys.stdout.flush()
kept = [process]
kept.append(kept)
"""


def test_programs_end_with_the_interpreter(side: Any) -> None:
    run = subprocess.run(
        [sys.executable, "-c", EXIT, side],
        capture_output=True, timeout=20, check=False, text=True,
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (0, "")
    assert all(gone(int(pid)) for pid in run.stdout.split())


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: p.write("a"), TypeError, "data must be bytes, not str"),
        (lambda p: p.read(0), ValueError, "size must be from 1 to 1099511627776, not 0"),
        (lambda p: p.read("a"), TypeError, "size must be an int, not str"),
        (lambda p: p.read_until(b""), ValueError, "delimiter must not be empty"),
        (lambda p: p.read_until("a"), TypeError, "delimiter must be bytes, not str"),
        (lambda p: p.read_until(b"a", max_bytes=0), ValueError, "max_bytes must be from 1 to"),
        (lambda p: p.read(stream="in"), ValueError, "stream must be stdout or stderr, not 'in'"),
        (lambda p: p.read(stream=1), TypeError, "stream must be a str, not int"),
        (lambda p: p.wait(timeout=0), ValueError, "timeout must be above 0 and at most"),
        (lambda p: p.wait(timeout="1"), TypeError, "timeout must be a float or an int, not str"),
        (lambda p: p.lines(max_bytes=True), TypeError, "max_bytes must be an int, not bool"),
    ],
)
def test_what_cannot_be_is_refused(
    tools: Any, call: Callable[[Any], object], error: type[Exception], message: str
) -> None:
    with (
        tools.spawn(["sleep", "30"], timeout=20) as process,
        pytest.raises(error, match=message),
    ):
        call(process)


def test_what_cannot_be_started_is_refused(tools: Any) -> None:
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        tools.spawn(["no-such-program"], timeout=1)
    with pytest.raises(ValueError, match="stderr must be pipe or stdout or devnull, not 'a'"):
        tools.spawn(["true"], timeout=1, stderr="a")
    with pytest.raises(TypeError):
        tools.spawn(["true"])
