"""Signal handlers use an object while an operation on it is under way."""

from __future__ import annotations

import signal
from random import Random
from typing import TYPE_CHECKING, Any

from agent import registry
from tests.torture.check import Check, Job
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from types import FrameType

    from tests.torture.subject import Subject

__all__ = ["CHECK"]

_INTERVAL = 400e-6
"""The most seconds from the end of a handler to the next signal."""

_STEPS = 64
"""Operations in a run."""


class _Handler:
    """Uses an object whenever a signal comes."""

    def __init__(self, subject: Subject, state: Any, random: Random) -> None:
        self._subject = subject
        self._state = state
        self._random = random
        self.wrong: list[str] = []
        self.calls = 0
        self.armed = True

    def __call__(self, _: int, frame: FrameType | None) -> None:
        if not self._refuses(frame):
            self.calls += 1
            self._use()
        self.arm()

    def _use(self) -> None:
        operation = self._random.choice(self._subject.operations)
        try:
            operation.run(self._state, self._random.randrange(64))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            self.wrong.append(f"{operation.name} raised {type(error).__name__} in a handler")

    def _refuses(self, frame: FrameType | None) -> bool:
        """Return whether the object may refuse to be used where a signal came."""
        while frame is not None:
            if frame.f_code in self._subject.refusing:
                return True
            frame = frame.f_back
        return False

    def arm(self) -> None:
        """Let a signal come at a random moment."""
        if self.armed:
            signal.setitimer(signal.ITIMER_REAL, self._random.uniform(1e-6, _INTERVAL))


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    calls = 0
    for _ in job.numbers():
        seed = job.random.getrandbits(32)
        handler = _once(subject, implementation, Random(seed))
        calls += handler.calls
        if handler.wrong:
            job.fail(f"{handler.wrong[0]} (run {seed})")
    job.figure("signals", calls)


def _once(subject: Subject, implementation: Any, random: Random) -> _Handler:
    state = subject.prepare(implementation, Calls())
    handler = _Handler(subject, state, Random(random.random()))
    steps = [(random.choice(subject.operations), random.randrange(64)) for _ in range(_STEPS)]
    signal.signal(signal.SIGALRM, handler)
    handler.arm()
    try:
        while not handler.calls:
            for operation, number in steps:
                operation.run(state, number)
    except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
        handler.wrong.append(f"{operation.name} raised {type(error).__name__} around a handler")
    finally:
        handler.armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        subject.holds(state)
    except Exception as error:  # noqa: BLE001  # as above
        handler.wrong.append(f"{type(error).__name__}: {error}")
    return handler


CHECK = Check(
    name="handlers",
    promise="A signal handler may use an object whatever its thread is doing with it.",
    method="Timer signals at random moments call operations on the object that is in use.",
    run=_run,
    short=150,
    full=2_000,
    seeded=("holds_its_lock",),
    subjects=lambda: tuple(registry.names),
)
