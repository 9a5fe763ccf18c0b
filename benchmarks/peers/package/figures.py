"""How long the registry takes to answer, and the command to start."""

from __future__ import annotations

import subprocess
import sys
from statistics import median
from time import perf_counter

from agent import registry
from agent.porting.benchmark.timing import Arm, take_turns

__all__ = ["resolve_in_lookups", "start_up"]


def resolve_in_lookups() -> dict[str, float]:
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
    return {"resolve": (timings.typical("ask") - loop) / (timings.typical("look") - loop)}


def start_up(repeats: int = 15) -> dict[str, float]:
    """Return the time that two of the command's verbs take over a bare interpreter's."""
    bare = ["-c", "pass"]
    commands = {
        "agent --help": ["-m", "agent", "--help"],
        "agent status": ["-m", "agent", "status"],
    }
    ratios: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        least = _seconds(bare)
        for name, arguments in commands.items():
            ratios[name].append(_seconds(arguments) / least)
    return {name: median(found) for name, found in ratios.items()}


def _seconds(arguments: list[str]) -> float:
    start = perf_counter()
    subprocess.run(  # noqa: S603  # this interpreter, this package
        [sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL
    )
    return perf_counter() - start
