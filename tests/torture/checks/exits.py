"""The interpreter ends while threads are inside operations."""

from __future__ import annotations

import atexit
import os
import sys
import tempfile
import threading
import time
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from agent import registry
from tests.torture.check import SILENT, Check, Job, ending_of, wait_for
from tests.torture.subject import Calls, implementation_of, subject_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.torture.subject import Subject

__all__ = ["CHECK"]

_THREADS = 8

_KEPT: list[object] = []
"""What goes when the interpreter clears its modules."""


class _Late:
    """Uses the component when it goes."""

    def __init__(self, use: Callable[[], object]) -> None:
        self._use = use

    def __del__(self) -> None:
        self._use()


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    for number in job.numbers():
        seed = job.random.getrandbits(32)
        with tempfile.TemporaryFile() as heard:
            pid = os.fork()  # of a process with one thread; the child ends as any interpreter does
            if pid == 0:
                os.dup2(heard.fileno(), 2)
                _end(subject, implementation, Random(seed), number)
            code = wait_for(pid, job.limit)
            ending = ending_of(code, heard)
        if ending != SILENT:
            job.fail(f"{ending} (run {seed})")


def _end(subject: Subject, implementation: Any, random: Random, number: int) -> None:
    """Start threads that are inside operations, and end as one of the four ways goes."""
    state = subject.prepare(implementation, Calls(partial(time.sleep, 0.001)))
    operations = subject.operations
    began = [threading.Event() for _ in range(_THREADS)]

    def work(event: threading.Event, random: Random) -> None:
        event.set()
        while True:
            random.choice(operations).run(state, random.randrange(64))

    def use() -> None:
        operations[number % len(operations)].run(state, number % 64)

    for event in began:
        threading.Thread(target=work, args=(event, Random(random.random())), daemon=True).start()
    for event in began:
        event.wait()
    match number % 4:
        case 1:
            atexit.register(use)
        case 2:
            _KEPT.append(_Late(use))
        case 3:
            sys.modules["kept"] = _Late(use)  # type: ignore[assignment]  # any object may be there
        case _:
            pass
    time.sleep(random.uniform(0.0, 0.005))
    sys.exit()


CHECK = Check(
    name="exits",
    promise="A process ends with status 0, in silence, whatever its threads are doing.",
    method=(
        "Eight daemon threads are inside operations that call back into Python when the main "
        "thread ends; in turn, an exit function or a finalizer uses the same object."
    ),
    run=_run,
    short=24,
    full=1000,
    seeded=("aborts_at_exit", "holds_its_lock"),
    subjects=lambda: tuple(registry.names),
)
