"""The interpreter ends with work on the runtime."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any

from tests.async_exits import KINDS
from tests.torture.bridges import BRIDGES, bridge_of
from tests.torture.check import SILENT, Check, Job, ending_of, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CHECK"]


def _run(job: Job) -> None:
    bridge = bridge_of(job.subject)
    for number in job.numbers():
        kind = list(KINDS)[number % len(KINDS)]
        pause = job.random.uniform(0.0, 0.005)
        with tempfile.TemporaryFile() as heard:
            pid = os.fork()  # of a process with one thread; the child ends as any interpreter does
            if pid == 0:
                os.dup2(heard.fileno(), 2)
                _end(KINDS[kind], bridge, pause)
            ending = ending_of(wait_for(pid, job.limit), heard)
        if ending != SILENT:
            job.fail(f"{kind}: {ending}")


def _end(begin: Callable[[Any], object], bridge: Any, pause: float) -> None:
    begin(bridge)
    time.sleep(pause)
    sys.exit()


CHECK = Check(
    name="async exits",
    promise="A process ends with status 0, in silence and in time, whatever it awaits from Rust.",
    method=(
        "Event loops in daemon threads await, wait, block and draw from streams, or loops, tasks "
        "and streams are left as they are, when the main thread ends."
    ),
    run=_run,
    short=9,
    full=1000,
    seeded=("waits_at_its_end",),
    subjects=lambda: BRIDGES,
    sides=("rust",),
    control="sound_bridge",
)
