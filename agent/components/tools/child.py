"""A program that runs, the leader of a process group, and all that run."""

from __future__ import annotations

import atexit
import os
import resource
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.components.tools.contract import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Child", "Limits", "Program"]


@dataclass(frozen=True)
class Limits:
    """What each process may take; None for no limit."""

    cpu_seconds: int | None
    memory_bytes: int | None
    open_files: int | None

    def apply(self, pid: int) -> None:
        """Limit a process, and all that it starts from now on."""
        for kind, soft, hard in (
            (resource.RLIMIT_CPU, self.cpu_seconds, self.cpu_seconds and self.cpu_seconds + 1),
            (resource.RLIMIT_AS, self.memory_bytes, self.memory_bytes),
            (resource.RLIMIT_NOFILE, self.open_files, self.open_files),
        ):
            if soft is None or hard is None:
                continue
            most = resource.getrlimit(kind)[1]
            if most != resource.RLIM_INFINITY:
                soft, hard = min(soft, most), min(hard, most)  # noqa: PLW2901
            with suppress(ProcessLookupError):  # it has ended
                resource.prlimit(pid, kind, (soft, hard))


@dataclass(frozen=True)
class Program:
    """What to start."""

    argv: Sequence[str]
    cwd: str | None
    env: Mapping[str, str] | None


class _Running:
    """The processes that run, which end with the interpreter."""

    def __init__(self) -> None:
        self.pids: set[tuple[int, int]] = set()
        """Process identifiers, each with that of the process that started it."""
        self.is_over = False

    def end(self) -> None:
        self.is_over = True
        for owner, pid in list(self.pids):
            if owner == os.getpid():
                _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: int) -> None:
    # Nobody is left in the group of a leader that was not reaped, or all that are were killed.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


_RUNNING = _Running()
atexit.register(_RUNNING.end)


class Child:
    """A program that was started, until it is reaped."""

    def __init__(
        self,
        program: Program,
        limits: Limits,
        *,
        stdin: int = subprocess.PIPE,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
    ) -> None:
        self.began = time.perf_counter()
        self.owner = os.getpid()
        self.returncode: int | None = None
        self.usage = Usage(0.0, 0.0, 0)
        self.duration = 0.0
        # The standard library does not wait for it, but this class.
        self.popen = subprocess.Popen(  # noqa: S603  # what to run is the caller's
            program.argv,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            bufsize=0,
            close_fds=False,
            cwd=program.cwd,
            env=program.env,
            process_group=0,
        )
        self.pid = self.popen.pid
        _RUNNING.pids.add((self.owner, self.pid))
        try:
            self.exit = os.pidfd_open(self.pid)
            limits.apply(self.pid)
        except BaseException:
            self.end()
            raise
        if _RUNNING.is_over:
            self.kill()

    def is_own(self) -> bool:
        """Return whether this process started it, and not one that this was forked from."""
        return self.owner == os.getpid()

    def kill(self) -> None:
        """End all that is in the group, unless the program has been reaped."""
        self.send(signal.SIGKILL)

    def send(self, number: int) -> None:
        """Send a signal to the group, unless the program has been reaped."""
        if self.returncode is None:
            _signal_group(self.pid, number)

    def end(self) -> None:
        """Kill what is left of the group, close the pipes, and reap the program."""
        self.kill()
        for pipe in (self.popen.stdin, self.popen.stdout, self.popen.stderr):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        self.reap()

    def reap(self) -> None:
        """Kill what is left of the group, and reap the program."""
        if self.returncode is not None:
            return
        self.kill()
        _RUNNING.pids.discard((self.owner, self.pid))
        self.popen.returncode = 0  # whatever happens now, it is not waited for again
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        if ended is not None:
            signalled = ended.si_code != os.CLD_EXITED
            self.returncode = -ended.si_status if signalled else ended.si_status
        self.popen.returncode = self.returncode
        with suppress(ImportError):  # it imports a module, which the interpreter may have ended
            taken = os.wait4(self.pid, 0)[2]
            self.usage = Usage(taken.ru_utime, taken.ru_stime, taken.ru_maxrss * 1024)
        self.duration = time.perf_counter() - self.began
        if hasattr(self, "exit"):
            os.close(self.exit)
