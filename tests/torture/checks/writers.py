"""Processes are killed while they write what is to last."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from tests.torture.check import Check, Job
from tests.torture.stores import STORES

if TYPE_CHECKING:
    from tests.torture.stores import Store

__all__ = ["CHECK"]

_LONGEST = 0.03
"""Seconds that a writer writes at most before it is killed."""


def _run(job: Job) -> None:
    store: Store = STORES.get(job.subject) or _seeded(job.subject)
    with tempfile.TemporaryDirectory(prefix="written.") as folder:
        for number in job.numbers():
            place = Path(folder, f"{number // 8}")  # the next seven go on with what is there
            place.mkdir(exist_ok=True)
            confirmed = _killed(store, place, job.random.uniform(0.0, _LONGEST))
            try:
                store.read(place, confirmed)
            except Exception as error:  # noqa: BLE001  # whatever it is, it is wrong
                job.fail(f"run {number}: {type(error).__name__}: {error}")


def _seeded(name: str) -> Store:
    store: Store = import_module(f"tests.torture.seeded.{name}").IMPLEMENTATION
    return store


def _killed(store: Store, place: Path, seconds: float) -> int:
    """Let a process write for so long, and kill it; return how many writes it had done."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writing, b".")
            for _ in store.write(place):
                os.write(writing, b".")
        finally:
            os._exit(1)
    os.close(writing)
    os.read(reading, 1)  # it has begun
    time.sleep(seconds)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    confirmed = 0
    while got := os.read(reading, 65_536):
        confirmed += len(got)
    os.close(reading)
    return confirmed


CHECK = Check(
    name="writers",
    promise=(
        "A process that is killed leaves no file half written, and nothing is lost that it had "
        "finished."
    ),
    method=(
        "A process writes without a pause, and is killed with SIGKILL at a random moment. What is "
        "read then holds every write that was finished, and at most one more."
    ),
    run=_run,
    short=40,
    full=500,
    seeded=("writes_in_place", "loses_counts"),
    subjects=lambda: tuple(STORES),
    sides=("-",),
    control="sound_store",
)
