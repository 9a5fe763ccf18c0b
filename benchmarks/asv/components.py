"""Every component's workloads under asv: each on both sides, commit by commit.

asv runs this file as it is now against every commit, so it asks a commit only for its tables of
workloads and its implementations. What a commit has not has no figure here.
"""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from agent import registry
from agent.components.cache import traces
from agent.porting.benchmark.workload import load_workloads

if TYPE_CHECKING:
    from agent.porting.registry.registry import Side

# An installed wheel has no text beside it; this checkout has.
traces.WORDS = Path(__file__).parents[1] / "data" / "cache" / "words.txt"

TABLE = {
    f"{name}.{workload.name}": (name, workload)
    for name in registry.names
    for workload in load_workloads(registry.component(name))
}
SIDES: tuple[Side, ...] = ("python", "rust")
ENOUGH = 0.01
"""Seconds that one turn takes at least."""


class Workload:
    """A workload on one side."""

    params = (list(TABLE), list(SIDES))
    param_names = ("workload", "side")

    def setup(self, workload: str, side: Side) -> None:
        """Prepare, and refuse a wrong answer."""
        name, self.workload = TABLE[workload]
        self.make = registry.implementation(name, side)
        self.inputs = self.workload.draw()
        self.state: Any = self.workload.prepare(self.inputs, self.make)
        if self.workload.answer(self.state) != self.workload.expected:
            message = f"{side} gives a wrong answer on {workload}"
            raise AssertionError(message)

    def time_run(self, workload: str, side: str) -> None:
        """Run the workload once."""
        del workload, side
        self.workload.run(self.state, 1)

    def peakmem_run(self, workload: str, side: str) -> None:
        """Run the workload once, for the peak of resident memory."""
        del workload, side
        self.workload.run(self.state, 1)

    def track_python_bytes(self, workload: str, side: str) -> int:
        """Return the bytes that Python's allocator holds for the prepared state."""
        del workload, side
        self.state = None
        tracemalloc.start()
        try:
            self.state = self.workload.prepare(self.inputs, self.make)
            return tracemalloc.get_traced_memory()[0]
        finally:
            tracemalloc.stop()

    track_python_bytes.unit = "bytes"  # type: ignore[attr-defined]


class Speedup:
    """How many times faster Rust is than the reference, within one process."""

    params = (list(TABLE),)
    param_names = ("workload",)
    timeout = 120

    def track_speedup(self, workload: str) -> float:
        """Return the median ratio of five turns."""
        name, row = TABLE[workload]
        inputs = row.draw()
        states = [row.prepare(inputs, registry.implementation(name, side)) for side in SIDES]
        repeats = 1
        while (seconds := timed(row, states[1], repeats)) < ENOUGH:
            repeats *= max(2, int(ENOUGH / max(seconds, 1e-9)))
        turns = [[timed(row, state, repeats) for state in states] for _ in range(5)]
        return sorted(python / rust for python, rust in turns)[2]

    track_speedup.unit = "times"  # type: ignore[attr-defined]


def timed(row: Any, state: Any, repeats: int) -> float:
    """Return the seconds that `repeats` runs take."""
    start = perf_counter()
    row.run(state, repeats)
    return perf_counter() - start
