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
    checked_name,
    checked_timeout,
)
from agent.components.tools.contract import Result
from agent.components.tools.errors import DuplicateTool, ToolFailed, ToolTimeout, UnknownTool
from agent.components.tools.process import Limits, Process, Program
from agent.components.tools.pump import Exchange
from agent.components.tools.sealed import Sealed
from agent.components.tools.template import Template
from agent.components.tools.terms import DEFAULT_OUTPUT, MAX_CPU_SECONDS, MAX_LIMIT, MAX_OUTPUT

__all__ = ["Tools"]


def _limit(name: str, value: Any, most: int = MAX_LIMIT) -> int | None:
    return None if value is None else checked_int(name, value, 1, most)


@final
class Tools(Sealed):
    """The reference implementation of `agent.components.tools.contract.Tools`."""

    __slots__ = ("_limits", "_table")

    def __init__(
        self, *, cpu_seconds: Any = None, memory_bytes: Any = None, open_files: Any = None
    ) -> None:
        self._limits = Limits(
            _limit("cpu_seconds", cpu_seconds, MAX_CPU_SECONDS),
            _limit("memory_bytes", memory_bytes),
            _limit("open_files", open_files),
        )
        self._table: dict[str, tuple[Template, float | None, int]] = {}

    def run(
        self,
        argv: Any,
        /,
        *,
        input: Any = None,  # noqa: A002  # as subprocess calls it
        timeout: Any = None,
        cwd: Any = None,
        env: Any = None,
        max_output: Any = DEFAULT_OUTPUT,
        check: Any = False,
    ) -> Result:
        words = checked_argv(argv)
        data = b"" if input is None else checked_bytes("input", input)
        seconds = checked_timeout(timeout)
        most = checked_int("max_output", max_output, 0, MAX_OUTPUT)
        program = Program(words, checked_folder(cwd), checked_environment(env))
        checks = checked_flag("check", check)
        return self._run(program, data, seconds, most, checks=checks)

    def define(
        self, name: Any, argv: Any, /, *, timeout: Any = None, max_output: Any = DEFAULT_OUTPUT
    ) -> None:
        key = checked_name(name)
        template = Template(checked_argv(argv))
        seconds = checked_timeout(timeout)
        most = checked_int("max_output", max_output, 0, MAX_OUTPUT)
        if self._table.setdefault(key, found := (template, seconds, most)) is not found:
            message = f"{key} is defined already"
            raise DuplicateTool(message)

    def names(self) -> list[str]:
        return sorted(self._table)

    def call(
        self,
        name: Any,
        arguments: Any,
        /,
        *,
        input: Any = None,  # noqa: A002  # as subprocess calls it
        cwd: Any = None,
        env: Any = None,
        check: Any = False,
    ) -> Result:
        key = checked_name(name)
        if key not in self._table:
            message = f"no tool is called {key}"
            raise UnknownTool(message)
        if not isinstance(arguments, dict):
            message = f"arguments must be a dict, not {type(arguments).__name__}"
            raise TypeError(message)
        template, seconds, most = self._table[key]
        words = template.fill(key, arguments)
        data = b"" if input is None else checked_bytes("input", input)
        program = Program(words, checked_folder(cwd), checked_environment(env))
        checks = checked_flag("check", check)
        return self._run(program, data, seconds, most, checks=checks)

    def _run(
        self, program: Program, data: bytes, seconds: float | None, most: int, *, checks: bool
    ) -> Result:
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
            message = f"{program.argv[0]} was killed after {seconds} seconds"
            raise ToolTimeout(message, result)
        if checks and result.returncode:
            message = f"{program.argv[0]} {ending_of(result.returncode)}"
            raise ToolFailed(message, result)
        return result


def ending_of(returncode: int) -> str:
    """Say how a program ended."""
    if returncode < 0:
        return f"was ended by signal {-returncode}"
    return f"ended with status {returncode}"
