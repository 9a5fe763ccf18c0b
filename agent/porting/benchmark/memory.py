"""The memory that an implementation takes, on both sides of the bridge.

Python's allocations are counted by `tracemalloc`, Rust's by the allocator of the heap build; the
two do not overlap. The peak of resident memory is the kernel's, of a process that did nothing else.
"""

from __future__ import annotations

import gc
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.porting.benchmark.workload import Workload

__all__ = ["Footprint", "footprint", "held_bytes", "peak_rss", "resident"]

_RESET_PEAK = "5"
"""What makes the kernel forget the peak so far (see proc(5), ``clear_refs``)."""


@dataclass(frozen=True)
class Footprint:
    """The memory that one side takes for a workload, in bytes; None where it was not measured."""

    held: int | None
    """Held by a prepared state, inputs not counted."""
    peak: int | None
    """Resident memory gained at most while preparing and running."""


def footprint(
    workload: Workload, make: Callable[..., Any], *, heap: Any = None, counted: Any = None
) -> Footprint:
    """Measure `workload` on the implementation `make`, in a process that has done nothing else.

    `counted` is the class to count the allocations of: `make` itself, or, for an implementation in
    Rust, the same class of the `heap` build; None leaves the bytes held unmeasured.
    """
    inputs = workload.draw()
    with workload.opened() as prepare:
        peak = peak_rss(lambda: workload.run(prepare(inputs, make), 1))
    gc.collect()
    held = None
    if counted is not None:
        with workload.opened() as prepare:
            held = held_bytes(lambda: prepare(inputs, counted), heap)
    return Footprint(held, peak)


def held_bytes(build: Callable[[], Any], heap: Any = None) -> int:
    """Return the bytes that what `build` returns holds: Python's, and Rust's as `heap` counts."""
    build()  # whatever is kept for good, by a cache of types say, is not held by this
    gc.collect()
    if heap is not None:
        heap.heap_start()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        kept = build()
        gc.collect()
        after, _ = tracemalloc.get_traced_memory()
        rust = 0 if heap is None else int(heap.heap_stats()[1])
    finally:
        tracemalloc.stop()
        if heap is not None:
            heap.heap_stop()
    del kept
    return after - before + rust


def peak_rss(work: Callable[[], Any]) -> int | None:
    """Return the bytes of resident memory that this process gains at most while `work` runs.

    None on systems that do not report it: all but Linux.
    """
    gc.collect()
    try:
        Path("/proc/self/clear_refs").write_text(_RESET_PEAK, encoding="ascii")
        before = resident()
        work()
        return max(0, _status("VmHWM") - before)
    except OSError:
        return None


def resident() -> int:
    """Return the bytes of resident memory of this process; `OSError` anywhere but on Linux."""
    return _status("VmRSS")


def _status(field: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024
    message = f"/proc/self/status has no {field}"
    raise OSError(message)
