"""Finalizers and weak references' callbacks use an object while an operation on it is under way."""

from __future__ import annotations

import gc
import sys
import weakref
from random import Random
from typing import TYPE_CHECKING, Any

from agent import registry
from tests.torture.check import Check, Job
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from tests.torture.subject import Subject

__all__ = ["CHECK"]

_STEPS = 64
"""Operations in a run."""


class _Cycle:
    """Garbage that only a collection finds; it uses the object when it goes, in two ways."""

    def __init__(self, user: _User) -> None:
        self._user = user
        self._self = self
        user.watch(self)

    def __del__(self) -> None:
        self._user()


class _User:
    """Uses an object from finalizers, but not in those that this causes."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._busy = False
        self._watched: set[weakref.ref[_Cycle]] = set()
        self.subject: Subject | None = None
        self.state: Any = None
        self.wrong: list[str] = []
        self.calls = 0

    def watch(self, garbage: _Cycle) -> None:
        self._watched.add(weakref.ref(garbage, self._gone))

    def _gone(self, reference: weakref.ref[_Cycle]) -> None:
        self._watched.discard(reference)
        self()

    def __call__(self) -> None:
        if self._busy or self.subject is None:
            return
        self._busy = True
        self.calls += 1
        operation = self._random.choice(self.subject.operations)
        try:
            operation.run(self.state, self._random.randrange(64))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
            self.wrong.append(f"{operation.name} raised {type(error).__name__} in a finalizer")
        finally:
            self._busy = False


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    calls = 0
    for _ in job.numbers():
        seed = job.random.getrandbits(32)
        user = _once(subject, implementation, Random(seed))
        calls += user.calls
        if user.wrong:
            job.fail(f"{user.wrong[0]} (run {seed})")
    job.figure("finalizers", calls)


def _once(subject: Subject, implementation: Any, random: Random) -> _User:
    user = _User(Random(random.random()))
    sys.unraisablehook = lambda told: user.wrong.append(f"a finalizer raised {told.exc_value!r}")
    state = subject.prepare(implementation, Calls(dropped=user))
    user.subject, user.state = subject, state
    thresholds = gc.get_threshold()
    gc.set_threshold(random.randrange(1, 40))
    try:
        for _ in range(_STEPS):
            _Cycle(user)
            operation = random.choice(subject.operations)
            operation.run(state, random.randrange(64))
    except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
        user.wrong.append(f"{operation.name} raised {type(error).__name__} around a finalizer")
    finally:
        gc.set_threshold(*thresholds)
    user.subject = None
    try:
        subject.holds(state)
    except Exception as error:  # noqa: BLE001  # as above
        user.wrong.append(f"{type(error).__name__}: {error}")
    return user


CHECK = Check(
    name="finalizers",
    promise=(
        "Finalizers and callbacks of weak references may use an object whatever its thread is "
        "doing with it."
    ),
    method=(
        "Garbage is collected at random allocations within operations, and values that an "
        "operation drops go at once: their finalizers call operations on the object in use."
    ),
    run=_run,
    short=100,
    full=1_500,
    seeded=("holds_its_lock",),
    subjects=lambda: tuple(registry.names),
)
