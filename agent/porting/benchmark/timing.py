"""Time several ways of doing the same work in one process, in turns.

Whatever slows the machine down for a while slows all of them, and cancels out of the ratio of two
neighbouring blocks.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from math import ceil, exp, log
from random import Random
from statistics import median
from time import perf_counter, perf_counter_ns
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Arm", "Timings", "take_turns"]

_FEWEST_ROUNDS = 3


@dataclass(frozen=True)
class Arm:
    """One way of doing the work."""

    run: Callable[[int], int | None]
    """Runs so many times; returns the nanoseconds taken, or None to have the call timed."""
    size: int
    """What the time of a run is divided by."""


@dataclass(frozen=True)
class Timings:
    """Nanoseconds per operation, of each arm in each round."""

    rounds: list[dict[str, float]]

    def typical(self, arm: str) -> float:
        """Return the median over the rounds."""
        return median(row[arm] for row in self.rounds)

    def log_ratio(self, slow: str, fast: str) -> float:
        """Return the median over the rounds of the logarithm of `slow` over `fast`."""
        return median(log(row[slow] / row[fast]) for row in self.rounds)

    def beside(self, base: str) -> dict[str, float]:
        """Return a time for each arm, such that those of two arms have the ratio of their blocks.

        That of `base` is its median over the rounds; another arm's is that times the median ratio
        of its block to the one of `base` in the same round. Medians of each arm alone may be of
        rounds in which the machine was busy for one and quiet for the other.
        """
        return {arm: self.typical(base) * exp(self.log_ratio(arm, base)) for arm in self.rounds[0]}


def take_turns(arms: Mapping[str, Arm], *, block: float, seconds: float, seed: int) -> Timings:
    """Time each arm once a round, in a random order, in blocks of at least `block` seconds.

    There are as many rounds as fit into `seconds`, and at least three. The garbage collector is off
    meanwhile.
    """
    random = Random(seed)  # noqa: S311  # an order, not a secret
    enabled = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        repeats = {name: _repeats(arm, block) for name, arm in arms.items()}
        rounds: list[dict[str, float]] = []
        end = perf_counter() + seconds
        while len(rounds) < _FEWEST_ROUNDS or perf_counter() < end:
            order = random.sample(list(arms), len(arms))
            rounds.append({name: _time(arms[name], repeats[name]) for name in order})
    finally:
        if enabled:
            gc.enable()
    return Timings(rounds)


def _repeats(arm: Arm, block: float) -> int:
    """Return how many runs fill a block."""
    once = _time(arm, 1) * arm.size / 1e9
    return max(1, ceil(block / max(once, 1e-9)))


def _time(arm: Arm, repeats: int) -> float:
    """Return the nanoseconds per operation of `repeats` runs."""
    start = perf_counter_ns()
    own = arm.run(repeats)
    passed = perf_counter_ns() - start
    return (passed if own is None else own) / (repeats * arm.size)
