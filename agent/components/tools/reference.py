"""The tools in Python: `subprocess` starts programs, and one selector serves each."""

from __future__ import annotations

from typing import Any, final

from agent.components.tools.arguments import (
    checked_argv,
    checked_bytes,
    checked_environment,
    checked_flag,
    checked_folder,
    checked_int,
    checked_timeout,
)
from agent.components.tools.contract import Result
from agent.components.tools.errors import ToolFailed, ToolTimeout
from agent.components.tools.process import Limits, Process, Program
from agent.components.tools.pump import Exchange
from agent.components.tools.sealed import Sealed
from agent.components.tools.terms import MAX_LIMIT, MAX_OUTPUT

__all__ = ["Tools"]


def _limit(name: str, value: Any) -> int | None:
    return None if value is None else checked_int(name, value, 1, MAX_LIMIT)


@final
class Tools(Sealed):
    """The reference implementation of `agent.components.tools.contract.Tools`."""

    __slots__ = ("_limits",)

    def __init__(
        self, *, cpu_seconds: Any = None, memory_bytes: Any = None, open_files: Any = None
    ) -> None:
        self._limits = Limits(
            _limit("cpu_seconds", cpu_seconds),
            _limit("memory_bytes", memory_bytes),
            _limit("open_files", open_files),
        )

    def run(
        self,
        argv: Any,
        /,
        *,
        input: Any = None,  # noqa: A002  # as subprocess calls it
        timeout: Any = None,
        cwd: Any = None,
        env: Any = None,
        max_output: Any = 16_777_216,
        check: Any = False,
    ) -> Result:
        words = checked_argv(argv)
        data = b"" if input is None else checked_bytes("input", input)
        seconds = checked_timeout(timeout)
        folder = checked_folder(cwd)
        environment = checked_environment(env)
        most = checked_int("max_output", max_output, 0, MAX_OUTPUT)
        checks = checked_flag("check", check)
        program = Program(words, folder, environment)
        process = Process(program, self._limits, has_input=bool(data))
        try:
            exchange = Exchange(process, data, most)
            stdout, stderr = exchange.run(seconds)
        finally:
            process.end()
        assert process.returncode is not None  # noqa: S101  # it was reaped
        result = Result(
            process.returncode,
            stdout,
            stderr,
            exchange.timed_out,
            exchange.truncated,
            exchange.held,
            process.duration,
            process.usage,
        )
        if checks and result.timed_out:
            message = f"{words[0]} was killed after {seconds} seconds"
            raise ToolTimeout(message, result)
        if checks and result.returncode:
            message = f"{words[0]} {ending_of(result.returncode)}"
            raise ToolFailed(message, result)
        return result


def ending_of(returncode: int) -> str:
    """Say how a program ended."""
    if returncode < 0:
        return f"was ended by signal {-returncode}"
    return f"ended with status {returncode}"
