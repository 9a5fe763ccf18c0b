"""A signal handler raises an exception inside operations."""

from __future__ import annotations

import gc
import signal
import threading
import time
from random import Random
from typing import TYPE_CHECKING, Any

from agent import registry
from tests.torture.check import Check, Job
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.subject import Operation, Subject

__all__ = ["CHECK"]

_STEPS = 16
"""Operations, one after the other, in which the signal arrives somewhere."""

_LATE = 50e-6
"""Seconds that a signal takes to arrive."""

_TRIES = 100
"""Times to send a signal until one arrives inside the operations."""


class _Interrupted(BaseException):
    """What the handler raises."""


class _Bell:
    """A timer whose signal raises `_Interrupted`, if it arrives while the bell is armed."""

    def __init__(self) -> None:
        self.armed = False
        self.rung = False
        self.done = 0
        """Operations that have returned."""
        signal.signal(signal.SIGALRM, self._ring)

    def _ring(self, *_: object) -> None:
        if self.armed:
            self.armed = False
            self.rung = True
            raise _Interrupted

    def heard(self, state: Any, steps: list[tuple[Operation, int]], delay: float) -> bool:
        """Call operations with a signal after some seconds; return whether its exception came."""
        self.rung, self.done = False, 0
        try:
            self._call(state, steps, delay)
        except _Interrupted:
            return True
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        return False

    def _call(self, state: Any, steps: list[tuple[Operation, int]], delay: float) -> None:
        self.armed = True
        signal.setitimer(signal.ITIMER_REAL, delay)
        for operation, number in steps:
            operation.run(state, number)
            self.done += 1
        self.armed = False


class _Row:
    """A row of operations, one of which is interrupted."""

    def __init__(self, subject: Subject, implementation: Any, random: Random) -> None:
        self._subject = subject
        self._random = random
        self._implementation = implementation
        self._steps = [
            (random.choice(subject.operations), random.randrange(64)) for _ in range(_STEPS)
        ]
        self._foreseen: list[object] = []
        """What is seen before and after each step."""

    def interrupt(self, bell: _Bell, patience: float) -> str | None:
        """Interrupt it somewhere; return what is wrong then, or None if no signal arrived."""
        seconds = self._foresee()
        state = self._subject.prepare(self._implementation, Calls())
        try:
            came = bell.heard(state, self._steps, self._random.uniform(1e-6, seconds + _LATE))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            return f"{self._name(bell)} raised {type(error).__name__}: {error}"
        if not bell.rung:
            return None
        if not came:
            return f"{self._name(bell)} lost the exception of a signal handler"
        wrong = _in_thread(lambda: self._judge(state, bell.done), patience)
        return f"after {self._name(bell)} was interrupted, {wrong}" if wrong else ""

    def _name(self, bell: _Bell) -> str:
        return self._steps[min(bell.done, _STEPS - 1)][0].name

    def _foresee(self) -> float:
        """Note what is seen without a signal; return how many seconds all steps take."""
        state = self._subject.prepare(self._implementation, Calls())
        seen = self._subject.seen or (lambda _: None)
        self._foreseen, seconds = [seen(state)], 0.0
        for operation, number in self._steps:
            start = time.perf_counter()
            operation.run(state, number)
            seconds += time.perf_counter() - start
            self._foreseen.append(seen(state))
        return seconds

    def _judge(self, state: Any, done: int) -> str:
        subject = self._subject
        operation = self._steps[min(done, _STEPS - 1)][0]
        if subject.seen and operation.atomic:
            found = subject.seen(state)
            if found not in self._foreseen[done : done + 2]:
                return f"it has neither happened nor not happened: {found}"
        for each in subject.operations:
            each.run(state, 1)
        subject.holds(state)
        return ""


def _in_thread(judge: Callable[[], str], patience: float) -> str:
    """Judge in another thread, which waits for ever if the interrupted one kept a lock."""
    found: list[str] = []

    def run() -> None:
        try:
            found.append(judge())
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            found.append(f"{type(error).__name__}: {error}")

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(patience)
    return found[0] if found else "other threads wait for ever"


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    bell = _Bell()
    gc.disable()  # what the handler raises in a finalizer of an earlier state would be lost
    for number in job.numbers():
        if number % 64 == 0:
            gc.collect()
        seed = job.random.getrandbits(32)
        random = Random(seed)
        for _ in range(_TRIES):
            wrong = _Row(subject, implementation, random).interrupt(bell, job.limit / 2)
            if wrong is not None:
                break
        if wrong:
            job.fail(f"{wrong} (run {seed})")


CHECK = Check(
    name="interrupts",
    promise=(
        "An operation interrupted by an exception of a signal handler has happened or has not, the "
        "exception arrives, and the object goes on as if nothing had been."
    ),
    method=(
        "A timer's signal raises at a random moment within sixteen operations. What is seen "
        "afterwards must be what is seen before or after the one that was interrupted; then its "
        "invariants hold, and another thread can use the object."
    ),
    run=_run,
    short=150,
    full=5_000,
    seeded=("loses_interrupts", "keeps_its_lock", "half_happens"),
    subjects=lambda: tuple(registry.names),
)
