"""The rows of the comparison: programs that run to their end, that talk, and that are killed."""

from __future__ import annotations

import asyncio
import subprocess
from functools import partial
from typing import TYPE_CHECKING, Any

from plumbum import local

from agent import registry
from agent.porting.benchmark.timing import Arm
from benchmarks.peers.comparison import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

__all__ = ["ROWS"]

_LARGE = 256 << 20
_LOOP = asyncio.new_event_loop()


def _ours(argv: Sequence[str], **settings: Any) -> dict[str, Callable[[], bytes]]:
    def call(tools: Any) -> bytes:
        output: bytes = tools.run(argv, **settings).stdout
        return output

    return {
        side: partial(call, registry.implementation("tools", side)()) for side in ("rust", "python")
    }


def _subprocess(argv: Sequence[str], data: bytes | None = None) -> bytes:
    output: bytes = subprocess.run(  # noqa: S603  # a program of the row
        argv, check=True, capture_output=True, input=data
    ).stdout
    return output


def _loop(made: Callable[[], Coroutine[Any, Any, bytes]]) -> bytes:
    return _LOOP.run_until_complete(made())


async def _asyncio(argv: Sequence[str], data: bytes | None = None) -> bytes:
    pipe = asyncio.subprocess.PIPE
    stdin = asyncio.subprocess.DEVNULL if data is None else pipe
    process = await asyncio.create_subprocess_exec(*argv, stdin=stdin, stdout=pipe, stderr=pipe)
    return (await process.communicate(data))[0]


def _plumbum(argv: Sequence[str], data: bytes | None = None) -> bytes:
    command: Any = local[argv[0]][argv[1:]]
    if data is not None:
        command = command << data.decode()
    output: str = command()
    return output.encode()


def _arms(
    argv: Sequence[str], expected: bytes, data: bytes | None = None, **settings: Any
) -> dict[str, Arm]:
    calls: dict[str, Callable[[], bytes]] = {
        **_ours(argv, input=data, **settings),
        "subprocess": partial(_subprocess, argv, data),
        "asyncio": partial(_loop, partial(_asyncio, argv, data)),
    }
    if len(expected) < _LARGE:
        calls["plumbum"] = partial(_plumbum, argv, data)
    return _checked(calls, expected)


def _checked(calls: dict[str, Callable[[], bytes]], expected: bytes) -> dict[str, Arm]:
    """Return the arms of calls, each of which gives the answer that is expected."""
    for name, call in calls.items():
        if call() != expected:
            message = f"{name} gives a wrong answer"
            raise AssertionError(message)
    return {name: Arm(partial(_repeated, call), 1) for name, call in calls.items()}


def _repeated(call: Callable[[], bytes], times: int) -> None:
    for _ in range(times):
        call()


def _capture() -> dict[str, Arm]:
    argv = ["/usr/bin/head", "-c", str(_LARGE), "/dev/zero"]
    return _arms(argv, bytes(_LARGE), max_output=_LARGE)


def _talking() -> dict[str, Arm]:
    """Return what sends a line to a program that runs, and reads it back."""
    calls: dict[str, Callable[[], bytes]] = {}
    for side in ("rust", "python"):
        talk: Any = registry.implementation("tools", side)().spawn(["/bin/cat"], timeout=30)
        calls[side] = partial(_round_trip, talk)
    process = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    calls["subprocess"] = partial(_exchange, process)
    piped = asyncio.subprocess.PIPE
    child = _LOOP.run_until_complete(
        asyncio.create_subprocess_exec("/bin/cat", stdin=piped, stdout=piped)
    )
    calls["asyncio"] = partial(_loop, partial(_awaited_exchange, child))
    return _checked(calls, b"hello\n")


def _round_trip(talk: Any) -> bytes:
    talk.write(b"hello\n")
    line: bytes = talk.read_until(b"\n")
    return line


def _exchange(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"hello\n")
    process.stdin.flush()
    return process.stdout.readline()


async def _awaited_exchange(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"hello\n")
    await process.stdin.drain()
    return await process.stdout.readline()


def _killing() -> dict[str, Arm]:
    """Return what starts a program that would sleep, kills and reaps it."""

    def ours(tools: Any) -> bytes:
        with tools.spawn(["/bin/sleep", "60"], timeout=30) as talk:
            talk.kill()
            talk.wait()
        return b""

    def theirs() -> bytes:
        pipe = subprocess.PIPE
        argv = ["/bin/sleep", "60"]
        with subprocess.Popen(  # noqa: S603  # a program of the row
            argv, stdin=pipe, stdout=pipe, stderr=pipe
        ) as process:
            process.kill()
            process.wait()
        return b""

    calls: dict[str, Callable[[], bytes]] = {
        side: partial(ours, registry.implementation("tools", side)()) for side in ("rust", "python")
    }
    return _checked(calls | {"subprocess": theirs}, b"")


ROWS = {
    "true": Row(lambda: _arms(["/bin/true"], b"")),
    "cat": Row(lambda: _arms(["/bin/cat"], b"a" * 1000, b"a" * 1000)),
    "capture 256 MiB": Row(_capture),
    "to and fro": Row(_talking),
    "kill and reap": Row(_killing),
}
"""What is done in each row."""
