"""A process forks, by each method there is, while threads are inside operations."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
import time
import traceback
import warnings
from contextlib import suppress
from random import Random
from typing import IO, TYPE_CHECKING, Any, Self

from agent import registry
from tests.torture.check import SILENT, Check, Job, ending_of, wait_for
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

    from tests.torture.subject import Subject

__all__ = ["CHECK"]

_THREADS = 4

_METHODS = ("fork", "forkserver", "spawn")
_TURN = 24
"""One run in as many is by each method of `multiprocessing`; the others are by `os.fork`."""


class _Pause:
    """What callbacks do: wait in the parent, and nothing in the child."""

    def __init__(self) -> None:
        self.process = os.getpid()

    def __call__(self) -> None:
        if os.getpid() == self.process:
            time.sleep(20e-6)


class _Busy:
    """An object that threads use until the end of the block."""

    def __init__(self, subject: Subject, implementation: Any, random: Random) -> None:
        self.subject = subject
        self.state = subject.prepare(implementation, Calls(_Pause()))
        self.wrong: list[str] = []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._use, args=(Random(random.random()),), daemon=True)
            for _ in range(_THREADS)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _use(self, random: Random) -> None:
        while not self._over.is_set():
            operation = random.choice(self.subject.operations)
            try:
                operation.run(self.state, random.randrange(64))
            except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
                self.wrong.append(f"{operation.name} raised {type(error).__name__} in the parent")
                return


def _run(job: Job) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is the subject
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    with _Busy(subject, implementation, job.random) as busy:
        for number in job.numbers():
            time.sleep(job.random.uniform(0.0, 0.002))
            with tempfile.TemporaryFile() as heard:
                if number % _TURN < len(_METHODS):
                    method = _METHODS[number % _TURN]
                    ending = _spawned(job, busy, method, heard)
                else:
                    method = "os.fork"
                    ending = ending_of(_forked(job, busy, heard.fileno()), heard)
            if ending != SILENT:
                job.fail(f"by {method}, {ending}")
            if busy.wrong:
                job.fail(busy.wrong.pop())


def _forked(job: Job, busy: _Busy, heard: int) -> int | None:
    pid = os.fork()
    if pid == 0:
        try:
            _inherited(busy, heard)
        except BaseException:  # noqa: BLE001  # this process has nobody above it
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return wait_for(pid, job.limit)


def _spawned(job: Job, busy: _Busy, method: str, heard: IO[bytes]) -> str:
    context: BaseContext = multiprocessing.get_context(method)
    process = context.Process(  # type: ignore[attr-defined]  # typeshed has it in subclasses
        target=_inherited if method == "fork" else _anew,
        args=(busy, heard.fileno()) if method == "fork" else (job.subject, job.side),
    )
    process.start()
    process.join(job.limit)
    code = process.exitcode
    if code is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGUSR2)  # its threads are written down: see `child`
        process.join(0.5)
        process.kill()
        process.join()
    return ending_of(code, heard)


def _inherited(busy: _Busy, heard: int) -> None:
    """Use what the parent's threads are using."""
    os.dup2(heard, 2)
    _use_all(busy.subject, busy.state)


def _anew(name: str, side: str) -> None:
    """Use an object of this process's own."""
    subject = subject_of(name)
    _use_all(subject, subject.prepare(implementation_of(name, side), Calls()))


def _use_all(subject: Subject, state: Any) -> None:
    for number in range(3):
        for operation in subject.operations:
            operation.run(state, number)
    subject.holds(state)


CHECK = Check(
    name="forks",
    promise=(
        "After a fork, the child can use every object, whatever other threads were doing with it, "
        "and the parent goes on."
    ),
    method=(
        "Four threads are inside operations that call back into Python while the process forks, "
        "by os.fork and by each start method of multiprocessing. The child calls every operation "
        "on the same object."
    ),
    run=_run,
    short=30,
    full=400,
    seeded=("holds_its_lock",),
    subjects=lambda: tuple(registry.names),
)
