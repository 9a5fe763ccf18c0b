"""A process forks, by each method there is, while threads await what is on the runtime."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import threading
import time
import traceback
import warnings
from typing import Any

from tests.async_children import use
from tests.torture.bridges import BRIDGES, bridge_of
from tests.torture.check import SILENT, Check, Job, ending_of, wait_for

__all__ = ["CHECK"]

_THREADS = 2

_METHODS = ("fork", "forkserver", "spawn")

_TURN = 12
"""One run in as many is by each method of `multiprocessing`; the others are by `os.fork`."""


def _run(job: Job) -> None:
    warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is the subject
    bridge = bridge_of(job.subject)
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            use(bridge=bridge)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(_THREADS)]
    for each in threads:
        each.start()
    for number in job.numbers():
        time.sleep(job.random.uniform(0.0, 0.005))
        method = _METHODS[number % _TURN] if number % _TURN < len(_METHODS) else "os.fork"
        if method == "os.fork":
            ending = _forked(job, bridge, ends=number % 2 == 0)
        else:
            ending = _spawned(job, method)
        if ending != SILENT:
            job.fail(f"by {method}, {ending}")
        if not all(each.is_alive() for each in threads):
            job.fail(f"by {method}, a thread of the parent failed")
    over.set()
    for each in threads:
        each.join()


def _forked(job: Job, bridge: Any, *, ends: bool) -> str:
    """Use the bridge in a child; it `ends` as an interpreter does, or by `os._exit`."""
    with tempfile.TemporaryFile() as heard:
        pid = os.fork()
        if pid == 0:
            os.dup2(heard.fileno(), 2)
            try:
                use(bridge=bridge)
            except BaseException:  # noqa: BLE001  # this process has nobody above it
                traceback.print_exc()
                os._exit(1)
            if ends:
                sys.exit()
            os._exit(0)
        return ending_of(wait_for(pid, job.limit), heard)


def _spawned(job: Job, method: str) -> str:
    context: Any = multiprocessing.get_context(method)
    process = context.Process(target=_used, args=(job.subject,))
    process.start()
    process.join(job.limit)
    if process.exitcode == 0:
        return SILENT
    ending = f"the process ended with {process.exitcode}"
    process.kill()
    process.join()
    return ending


def _used(name: str) -> None:
    use(bridge=bridge_of(name))


CHECK = Check(
    name="async forks",
    promise="A forked child awaits from Rust as its parent does, and the parent goes on.",
    method=(
        "Two threads run event loops that await from Rust while the process forks, by os.fork and "
        "by each start method of multiprocessing. The child awaits on a loop of its own, and ends."
    ),
    run=_run,
    short=12,
    full=400,
    seeded=("keeps_its_thread",),
    subjects=lambda: BRIDGES,
    sides=("rust",),
    control="sound_bridge",
)
