"""The text component's workloads under asv: each on both sides, commit by commit.

asv runs this file as it is now against every commit, so it asks a commit only for its table of
workloads and its implementations. A commit without them has no figure here.
"""

from __future__ import annotations

import tracemalloc
from time import perf_counter
from typing import TYPE_CHECKING, Any

from agent import registry
from agent.components.text.workloads import WORKLOADS

if TYPE_CHECKING:
    from agent.porting.registry import Side

TABLE = {workload.name: workload for workload in WORKLOADS}
SIDES: tuple[Side, ...] = ("python", "rust")


class Text:
    """A workload on one side."""

    params = (list(TABLE), list(SIDES))
    param_names = ("workload", "side")

    def setup(self, workload: str, side: Side) -> None:
        """Prepare, and refuse a wrong answer."""
        self.workload = TABLE[workload]
        self.make = registry.implementation("text", side)
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
        row = TABLE[workload]
        inputs = row.draw()
        states = [row.prepare(inputs, registry.implementation("text", side)) for side in SIDES]
        ratios = []
        for _ in range(5):
            times = []
            for state in states:
                start = perf_counter()
                row.run(state, 1)
                times.append(perf_counter() - start)
            ratios.append(times[0] / times[1])
        return sorted(ratios)[2]

    track_speedup.unit = "times"  # type: ignore[attr-defined]
