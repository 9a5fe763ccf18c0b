"""What is asked of a run: programs, their input, and limits."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from agent.components.tools.arguments import (
    checked_bytes,
    checked_environment,
    checked_flag,
    checked_folder,
    checked_int,
    checked_timeout,
)
from agent.components.tools.child import Child, Limits, Program
from agent.components.tools.errors import ToolFailed, ToolTimeout
from agent.components.tools.exchange import Exchange
from agent.components.tools.terms import MAX_OUTPUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.components.tools.contract import Result

__all__ = ["Job"]


@dataclass(frozen=True)
class Job:
    """Programs that are run to their end, the output of each being the input of the next."""

    programs: Sequence[Program]
    data: bytes
    seconds: float | None
    most: int
    check: bool

    @classmethod
    def of(  # noqa: PLR0913, PLR0917  # as many as the operations have
        cls,
        argvs: Sequence[Sequence[str]],
        data: Any,
        timeout: Any,
        cwd: Any,
        env: Any,
        max_output: Any,
        check: Any,
    ) -> Self:
        """Check what an operation was given."""
        given = b"" if data is None else checked_bytes("input", data)
        seconds = checked_timeout(timeout)
        most = checked_int("max_output", max_output, 0, MAX_OUTPUT)
        folder, variables = checked_folder(cwd), checked_environment(env)
        programs = [Program(words, folder, variables) for words in argvs]
        return cls(programs, given, seconds, most, checked_flag("check", check))

    @contextmanager
    def started(self, limits: Limits) -> Iterator[Exchange]:
        """Start the programs; end and reap them."""
        children: list[Child] = []
        try:
            source = subprocess.PIPE if self.data else subprocess.DEVNULL
            for program in self.programs:
                child = Child(program, limits, stdin=source)
                children.append(child)
                if source not in {subprocess.PIPE, subprocess.DEVNULL}:
                    previous = children[-2].popen.stdout
                    assert previous is not None  # noqa: S101  # it is piped
                    previous.close()
                assert child.popen.stdout is not None  # noqa: S101
                source = child.popen.stdout.fileno()
            yield Exchange(children, self.data, self.most, self.seconds)
        finally:
            for child in children:
                child.kill()
            for child in children:
                child.end()

    def judged(self, results: list[Result]) -> list[Result]:
        """Return the results; raise, if that is asked for, what the first one that failed did."""
        if not self.check:
            return results
        for program, result in zip(self.programs, results, strict=True):
            name = program.argv[0]
            if result.timed_out:
                message = f"{name} was killed after {self.seconds} seconds"
                raise ToolTimeout(message, result)
            is_cut = result.returncode == -signal.SIGPIPE and result is not results[-1]
            if result.returncode and not is_cut:
                message = f"{name} {_ending_of(result.returncode)}"
                raise ToolFailed(message, result)
        return results


def _ending_of(returncode: int) -> str:
    if returncode < 0:
        return f"was ended by signal {-returncode}"
    return f"ended with status {returncode}"
