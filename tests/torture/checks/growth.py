"""Hostile input: keys of one hash, expressions that backtrack, text that folds badly."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from agent import registry
from tests.torture.check import Check, Job
from tests.torture.subject import implementation_of, subject_of

if TYPE_CHECKING:
    from tests.torture.subject import Growth

__all__ = ["CHECK"]

_NOISE = 0.7
"""How much more than its exponent work may grow, as time is measured on a machine in use."""

_LEAST = 0.002
"""Seconds of work that can be compared."""

_DOUBLINGS = 12
"""How often an input is doubled to take `_LEAST`."""

_REPEATS = 4
"""Measurements of a size; the least counts."""


def _run(job: Job) -> None:
    subject = subject_of(job.subject)
    implementation = implementation_of(job.subject, job.side)
    for number in job.numbers():
        growth = subject.growths[number % len(subject.growths)]
        if wrong := _once(growth, implementation):
            job.fail(f"{growth.name}: {wrong}")


def _once(growth: Growth, implementation: Any) -> str:
    size = growth.size
    steps = growth.work(implementation, size)
    if steps is None:
        return _timed(growth, implementation)
    doubled = growth.work(implementation, 2 * size) or 0
    if growth.most and (doubled > growth.most(2 * size) or steps > growth.most(size)):
        return f"{doubled:,} steps for {2 * size:,}, where {growth.most(2 * size):,} are the most"
    if doubled > max(steps, 1) * 2 ** (growth.exponent + 0.17):
        return f"{steps:,} steps for {size:,}, and {doubled:,} for twice as much"
    return ""


def _timed(growth: Growth, implementation: Any) -> str:
    """Compare the processor's time for a size and for twice as much."""
    size = growth.size
    while (seconds := _seconds(growth, implementation, size)) < _LEAST:
        size *= 2
        if size > growth.size << _DOUBLINGS:  # it takes no time that could be compared
            return ""
    for _ in range(_REPEATS):
        doubled = _seconds(growth, implementation, 2 * size)
        if doubled <= seconds * 2 ** (growth.exponent + _NOISE):
            return ""
        seconds = min(seconds, _seconds(growth, implementation, size))
    return f"{seconds:.3f} s for {size:,}, and {doubled:.3f} s for twice as much"


def _seconds(growth: Growth, implementation: Any, size: int) -> float:
    start = time.process_time()
    growth.work(implementation, size)
    return time.process_time() - start


CHECK = Check(
    name="growth",
    promise=(
        "Hostile input takes no more than its share: a look-up compares a key at most once with "
        "each key of equal hash, and everything else grows as its page says."
    ),
    method=(
        "Work on hostile input is done for a size and twice the size. Comparisons are counted; "
        "where nothing can be counted, the processor's time is compared."
    ),
    run=_run,
    short=8,
    full=24,
    seeded=("grows_squared", "takes_squared"),
    subjects=lambda: tuple(name for name in registry.names if subject_of(name).growths),
)
