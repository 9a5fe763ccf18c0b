"""The tools in Python: `subprocess` starts programs, and one selector serves each run of them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any, final

from agent.components.tools.arguments import (
    checked_argv,
    checked_argvs,
    checked_choice,
    checked_environment,
    checked_folder,
    checked_int,
    checked_name,
    checked_timeout,
)
from agent.components.tools.awaited import drive
from agent.components.tools.child import Child, Limits, Program
from agent.components.tools.conversation import Process
from agent.components.tools.errors import DuplicateTool, UnknownTool
from agent.components.tools.job import Job
from agent.components.tools.sealed import Sealed
from agent.components.tools.template import Template
from agent.components.tools.terms import DEFAULT_OUTPUT, MAX_CPU_SECONDS, MAX_LIMIT, MAX_OUTPUT

if TYPE_CHECKING:
    from agent.components.tools.contract import Result

__all__ = ["Tools"]

_STDERR = {
    "pipe": subprocess.PIPE,
    "stdout": subprocess.STDOUT,
    "devnull": subprocess.DEVNULL,
}


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
        return self._run(Job.of([checked_argv(argv)], input, timeout, cwd, env, max_output, check))[
            0
        ]

    async def arun(
        self,
        argv: Any,
        /,
        *,
        input: Any = None,  # noqa: A002  # as subprocess calls it
        timeout: Any = None,  # noqa: ASYNC109  # of the program
        cwd: Any = None,
        env: Any = None,
        max_output: Any = DEFAULT_OUTPUT,
        check: Any = False,
    ) -> Result:
        job = Job.of([checked_argv(argv)], input, timeout, cwd, env, max_output, check)
        return (await self._arun(job))[0]

    def pipe(
        self,
        argvs: Any,
        /,
        *,
        input: Any = None,  # noqa: A002  # as subprocess calls it
        timeout: Any = None,
        cwd: Any = None,
        env: Any = None,
        max_output: Any = DEFAULT_OUTPUT,
        check: Any = False,
    ) -> list[Result]:
        job = Job.of(checked_argvs(argvs), input, timeout, cwd, env, max_output, check)
        return self._run(job)

    async def apipe(
        self,
        argvs: Any,
        /,
        *,
        input: Any = None,  # noqa: A002  # as subprocess calls it
        timeout: Any = None,  # noqa: ASYNC109  # of the programs
        cwd: Any = None,
        env: Any = None,
        max_output: Any = DEFAULT_OUTPUT,
        check: Any = False,
    ) -> list[Result]:
        job = Job.of(checked_argvs(argvs), input, timeout, cwd, env, max_output, check)
        return await self._arun(job)

    def spawn(
        self,
        argv: Any,
        /,
        *,
        timeout: Any,
        stderr: Any = "pipe",
        cwd: Any = None,
        env: Any = None,
    ) -> Process:
        words = checked_argv(argv)
        seconds = checked_timeout(timeout)
        messages = _STDERR[checked_choice("stderr", stderr, tuple(_STDERR))]
        program = Program(words, checked_folder(cwd), checked_environment(env))
        return Process(Child(program, self._limits, stderr=messages), seconds)

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
        return self._run(self._called(name, arguments, input, cwd, env, check))[0]

    async def acall(
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
        job = self._called(name, arguments, input, cwd, env, check)
        return (await self._arun(job))[0]

    def _called(  # noqa: PLR0917  # as many as the operation has
        self, name: Any, arguments: Any, data: Any, cwd: Any, env: Any, check: Any
    ) -> Job:
        key = checked_name(name)
        if key not in self._table:
            message = f"no tool is called {key}"
            raise UnknownTool(message)
        if not isinstance(arguments, dict):
            message = f"arguments must be a dict, not {type(arguments).__name__}"
            raise TypeError(message)
        template, seconds, most = self._table[key]
        words = template.fill(key, arguments)
        return Job.of([words], data, seconds, cwd, env, most, check)

    def _run(self, job: Job) -> list[Result]:
        with job.started(self._limits) as exchange:
            exchange.run()
        return job.judged(exchange.results())

    async def _arun(self, job: Job) -> list[Result]:
        with job.started(self._limits) as exchange:
            await drive(exchange)
        return job.judged(exchange.results())
