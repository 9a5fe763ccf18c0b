"""A check: one kind of trouble, made again and again in a process of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import time
from dataclasses import dataclass, field
from random import Random
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["SILENT", "Check", "Job", "ending_of", "place_in", "wait_for"]


SILENT = "the process ended with 0 in silence"


@dataclass
class Job:
    """What a case's process has to do, and what it tells its parent."""

    check: str
    subject: str
    side: str
    runs: int
    seed: int
    limit: float
    """Seconds after which a run is taken to hang."""
    most: int
    """The case ends after as many failures: each hang takes its whole limit."""
    report: int
    """Descriptor of the file that the parent reads."""
    done: int = 0
    failures: int = 0
    random: Random = field(default_factory=Random)
    _next: float = 0.0

    def __post_init__(self) -> None:
        self.random.seed(f"{self.seed} {self.check} {self.subject} {self.side}")

    def numbers(self) -> Iterator[int]:
        """Count the runs, until all are done or too many failed."""
        while self.done < self.runs and self.failures < self.most:
            yield self.done
            self.done += 1
            if time.monotonic() > self._next:
                self._next = time.monotonic() + 1.0
                self._tell(done=self.done)

    def fail(self, sentence: str) -> None:
        """Count a failure of the present run."""
        self.failures += 1
        self._tell(failure=sentence[:300], done=self.done)

    def figure(self, name: str, value: float) -> None:
        """Tell what was measured; of several values of a name, the largest is kept."""
        self._tell(figure=[name, value])

    def finish(self) -> None:
        """Tell that the process ends as it should."""
        self._tell(done=self.done, finished=True)

    def _tell(self, **fact: Any) -> None:
        os.write(self.report, f"{json.dumps(fact)}\n".encode())


@dataclass(frozen=True)
class Check:
    """A kind of trouble."""

    name: str
    promise: str
    """What users are promised, in a sentence."""
    method: str
    """How it is tested, in a sentence."""
    run: Callable[[Job], None]
    """Do all runs of a job, in the process of its case."""
    short: int
    """Runs of a case in the short form."""
    full: int
    """Runs of a case in the long form."""
    seeded: tuple[str, ...]
    """Faults that must be caught, each a module of ``tests/torture/seeded``."""
    subjects: Callable[[], tuple[str, ...]]
    """Names what is attacked, such as all components."""
    sides: tuple[str, ...] = ("python", "rust")
    control: str = "sound"
    """A stand-in without a fault, which must pass."""
    limit: float = 30.0
    """Seconds after which a run is taken to hang, on a busy machine too."""


def wait_for(pid: int, seconds: float) -> int | None:
    """Wait for a child; return its exit code, negative for a signal, or None if it was killed."""
    end = time.monotonic() + seconds
    pause = 0.0005
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > end:
            os.kill(pid, signal.SIGUSR2)  # its threads are written down: see `child`
            time.sleep(0.5)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return None
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def place_in(lines: list[str]) -> str:
    """Return the place that the first line of a traceback in `lines` names, without its folder."""
    places = (line.strip() for line in lines if line.lstrip().startswith("File "))
    return re.sub(r'"[^"]*/', '"', next(places, "an unknown place"))


def ending_of(code: int | None, heard: IO[bytes]) -> str:
    """Say how a child ended that `wait_for` waited for, and what it wrote to a file."""
    heard.seek(0)
    lines = [line for line in heard.read().decode(errors="replace").splitlines() if line.strip()]
    if code is None:
        return f"the process did not end in time; it was in {place_in(lines)}"
    if code or lines:
        told = lines[0 if code < 0 else -1] if lines else "nothing"
        return f"the process ended with {code} and wrote: {told}"
    return SILENT
