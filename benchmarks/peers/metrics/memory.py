"""The memory that a histogram takes."""

from __future__ import annotations

import os
import random
import subprocess
import sys

from agent.porting.benchmark.memory import resident
from benchmarks.peers.metrics.contenders import OURS, hdr_histogram

__all__ = ["fill", "kib_per_histogram"]

_HISTOGRAMS = 200
_BATCH = 1_000
_OBSERVATIONS = 1_000_000


def kib_per_histogram() -> dict[str, float]:
    """Return the resident KiB of a histogram of a million observations, of every size there is."""
    found = {}
    for name in (*OURS, "hdrhistogram"):
        code = f"from benchmarks.peers.metrics.memory import fill; print(fill({name!r}))"
        told = subprocess.run(  # noqa: S603  # this interpreter, this module
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        found[name] = round(int(told.stdout) / _HISTOGRAMS / 1024, 1)
    return found


def fill(name: str) -> int:
    """Return the resident bytes that histograms add, each of a million latencies up to an hour."""
    drawn = random.Random(20_260)
    latencies = [10 ** drawn.uniform(-9, 3.5) for _ in range(_OBSERVATIONS // _BATCH)]
    metrics = OURS.get(name, dict)()
    before = resident()
    kept = []
    for number in range(_HISTOGRAMS):
        if name in OURS:
            ours = metrics.timer(f"latency{number}")
            for latency in latencies:
                ours.observe(latency, _BATCH)
            kept.append(ours)
        else:
            other = hdr_histogram()
            for latency in latencies:
                other.record_value(round(latency * 1e9), _BATCH)
            kept.append(other)
    return resident() - before
