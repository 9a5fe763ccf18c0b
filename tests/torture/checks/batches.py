"""Batches that take minutes are interrupted."""

from __future__ import annotations

import gc
import signal
import time

from agent import registry
from tests.torture.check import Check, Job
from tests.torture.subject import Calls, implementation_of, subject_of

__all__ = ["CHECK"]


class _Interrupted(BaseException):
    """What the handler raises."""


def _interrupt(*_: object) -> None:
    raise _Interrupted


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    signal.signal(signal.SIGALRM, _interrupt)
    for number in job.numbers():
        operation = subject.batches[number % len(subject.batches)]
        state = subject.prepare(implementation, Calls())
        gc.collect()  # what a finalizer of an earlier state raises would be lost
        delay = job.random.uniform(0.01, 0.3)
        start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, delay)
        try:
            operation.run(state, number % 64)
        except _Interrupted:
            job.figure("seconds to hear a signal", round(time.monotonic() - start - delay, 3))
        else:
            job.fail(f"{operation.name} returned although it was interrupted")
        try:
            subject.holds(state)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            job.fail(f"after {operation.name} was interrupted: {type(error).__name__}: {error}")


def _subjects() -> tuple[str, ...]:
    return tuple(name for name in registry.names if subject_of(name).batches)


CHECK = Check(
    name="batches",
    promise="A batch that takes minutes hears a signal at once.",
    method="A timer's signal raises within a batch that would take minutes, or for ever.",
    run=_run,
    short=8,
    full=40,
    seeded=("deaf",),
    subjects=_subjects,
)
