"""Many threads use one object, and take turns at any instruction."""

from __future__ import annotations

import sys
import threading
import time
from random import Random
from typing import TYPE_CHECKING, Any

from agent import registry
from tests.torture.check import Check, Job
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from tests.torture.subject import Subject

__all__ = ["CHECK"]

_THREADS = 8
_STEPS = 300
"""Operations of a thread in a run."""


def _let_go() -> None:
    """Let other threads go on."""
    time.sleep(1e-6)


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    sys.setswitchinterval(1e-6)
    for number in job.numbers():
        seed = job.random.getrandbits(32)
        # In turn, callbacks let other threads go on, and only the interpreter does.
        calls = Calls(_let_go) if number % 2 else Calls()
        state = subject.prepare(implementation, calls)
        wrong: list[str] = []
        threads = [
            threading.Thread(target=_use, args=(subject, state, Random(seed + each), wrong))
            for each in range(_THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        try:
            subject.holds(state)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            wrong.append(f"{type(error).__name__}: {error}")
        if wrong:
            job.fail(f"{wrong[0]} (run {seed})")


def _use(subject: Subject, state: Any, random: Random, wrong: list[str]) -> None:
    for _ in range(_STEPS):
        operation = random.choice(subject.operations)
        try:
            operation.run(state, random.randrange(64))
        except Exception as error:  # noqa: BLE001  # as above
            wrong.append(f"{operation.name} raised {type(error).__name__}: {error}")
            return


CHECK = Check(
    name="threads",
    promise="Threads may share an object: no operation fails or goes wrong because of another.",
    method=(
        "Eight threads call random operations; the interpreter switches between them every "
        "microsecond, and in every second run callbacks let the others go on."
    ),
    run=_run,
    short=3,
    full=40,
    seeded=("unsafe_in_threads",),
    subjects=lambda: tuple(registry.names),
)
