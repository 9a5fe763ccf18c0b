"""The memory that an entry takes."""

from __future__ import annotations

import os
import subprocess
import sys

from agent.porting.benchmark.memory import resident
from benchmarks.peers.cache.contenders import LRU_CACHES

__all__ = ["bytes_per_entry", "fill"]

ENTRIES = 400_000


def bytes_per_entry() -> dict[str, int]:
    """Return the resident bytes an entry takes in each contender, each in a fresh process."""
    found = {}
    for name in LRU_CACHES:
        code = f"from benchmarks.peers.cache.memory import fill; print(fill({name!r}))"
        told = subprocess.run(  # noqa: S603  # this interpreter, this module
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        found[name] = round(int(told.stdout) / ENTRIES)
    return found


def fill(name: str) -> int:
    """Return the resident bytes that filling a contender adds, keys and values not counted."""
    keys = [f"key{number}" for number in range(ENTRIES)]
    cache = LRU_CACHES[name](ENTRIES)
    before = resident()
    for key in keys:
        cache[key] = None
    return resident() - before
