"""Memory runs out inside operations."""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import traceback
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NoReturn

from agent import registry
from tests.torture.check import SILENT, Check, Job, ending_of, wait_for
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from tests.torture.subject import Subject

__all__ = ["CHECK"]

_MIB = 1 << 20


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    subject.holds(subject.prepare(implementation, Calls()))  # what is loaded lazily is there
    for number in job.numbers():
        seed = job.random.getrandbits(32)
        with tempfile.TemporaryFile() as heard:
            pid = os.fork()
            if pid == 0:
                os.dup2(heard.fileno(), 2)
                _starve(subject, implementation, Random(seed), number)
            ending = ending_of(wait_for(pid, job.limit), heard)
        if ending != SILENT:
            job.fail(f"{_what(subject, number)}: {ending} (run {seed})")


def _what(subject: Subject, number: int) -> str:
    turn = number % (len(subject.requests) + 1)
    return subject.requests[turn - 1].name if turn else "operations"


def _starve(subject: Subject, implementation: Any, random: Random, number: int) -> NoReturn:
    """Call a request, or operations, with little memory left; then see that all is right."""
    try:
        state = subject.prepare(implementation, Calls())
        turn = number % (len(subject.requests) + 1)
        size = random.randrange(64)
        call = subject.requests[turn - 1].ready(implementation, size) if turn else None
        room = random.choice([0, 0, 1, 2, 4, 8, 16, 32, 64]) * _MIB + random.randrange(_MIB)
        for _ in range(1 if call else 50):
            operation, number = random.choice(subject.operations), random.randrange(64)
            with suppress(MemoryError), _Limited(room):
                if call:
                    call()
                else:
                    operation.run(state, number)
        subject.holds(state)
        for operation in subject.operations:
            operation.run(state, 1)
    except BaseException:  # noqa: BLE001  # this process has nobody above it
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


class _Limited:
    """Leaves so many bytes of address space within the block."""

    def __init__(self, room: int) -> None:
        self._before = resource.getrlimit(resource.RLIMIT_AS)
        self._room = room

    def __enter__(self) -> None:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        used = pages * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + self._room, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_AS, self._before)


CHECK = Check(
    name="memory",
    promise=(
        "Where memory runs out, an operation raises MemoryError; the process goes on, and the "
        "object is right."
    ),
    method=(
        "The address space is limited to a little more than is used, from nothing to 65 MiB; then "
        "large requests are made, or random operations called."
    ),
    run=_run,
    short=40,
    full=500,
    seeded=("aborts_without_memory",),
    subjects=lambda: tuple(registry.names),
)
