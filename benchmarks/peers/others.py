"""Figures that are no time per operation: memory, the registry, starting up."""

from __future__ import annotations

import os
import subprocess
import sys
from statistics import median
from time import perf_counter
from typing import Any

from agent import registry
from agent.porting.memory import resident
from agent.porting.timing import Arm, take_turns
from benchmarks.peers.contenders import LRU_CACHES

__all__ = ["bytes_per_entry", "resolve_in_lookups", "start_up"]

ENTRIES = 400_000


def bytes_per_entry() -> dict[str, int]:
    """Return the resident bytes an entry takes in each contender, each in a fresh process."""
    found = {}
    for name in LRU_CACHES:
        code = f"from benchmarks.peers.others import fill; print(fill({name!r}))"
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


def resolve_in_lookups() -> float:
    """Return how many look-ups in a dict take as long as resolving a component once loaded."""
    resolve = registry.resolve
    table = {"cache": resolve("cache")}

    def ask(times: int) -> None:
        for _ in range(times * 1000):
            resolve("cache")

    def look(times: int) -> None:
        for _ in range(times * 1000):
            table["cache"]

    def nothing(times: int) -> None:
        for _ in range(times * 1000):
            pass

    arms = {"ask": Arm(ask, 1000), "look": Arm(look, 1000), "nothing": Arm(nothing, 1000)}
    timings = take_turns(arms, block=0.005, seconds=1.0, seed=0)
    loop = timings.typical("nothing")
    return (timings.typical("ask") - loop) / (timings.typical("look") - loop)


def start_up(repeats: int = 15) -> dict[str, Any]:
    """Return the seconds that a bare interpreter and two of the command's verbs take."""
    commands = {
        "python -c pass": ["-c", "pass"],
        "agent --help": ["-m", "agent", "--help"],
        "agent status": ["-m", "agent", "status"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        for name, arguments in commands.items():
            start = perf_counter()
            subprocess.run(  # noqa: S603  # this interpreter, this package
                [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL
            )
            times[name].append(perf_counter() - start)
    bare = times["python -c pass"]
    return {
        name: {
            "seconds": median(taken),
            "ratio": median(one / other for one, other in zip(taken, bare, strict=True)),
        }
        for name, taken in times.items()
    }
