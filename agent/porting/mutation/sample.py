"""A sample of mutants, where running all takes too long."""

from __future__ import annotations

from hashlib import sha256
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.mutation.mutants import Mutant

__all__ = ["interval", "sample"]

_NORMAL = 1.959964
"""The 97.5th percentile of the normal distribution, for an interval of 95 %."""


def sample(mutants: Sequence[Mutant], most: int) -> list[Mutant]:
    """Return `most` of the mutants, in their order; all if `most` is 0.

    They are those whose identities have the smallest digests: the same in each run, so that its
    survivors can be explained, and mostly the same after a change of the sources.
    """
    if not 0 < most < len(mutants):
        return list(mutants)
    drawn = sorted(mutants, key=lambda mutant: sha256(repr(mutant.identity).encode()).digest())
    numbers = {mutant.number for mutant in drawn[:most]}
    return [mutant for mutant in mutants if mutant.number in numbers]


def interval(found: int, drawn: int, total: int) -> tuple[float, float]:
    """Return between which shares that of all lies, if it is `found` of `drawn` in a sample.

    The interval of Wilson (1927) at 95 %, narrowed as the sample is drawn from no more than
    `total`.
    """
    spread = _NORMAL * sqrt((total - drawn) / (total - 1))
    share, weight = found / drawn, spread**2 / drawn
    middle = (share + weight / 2) / (1 + weight)
    half = spread / (1 + weight) * sqrt(share * (1 - share) / drawn + weight / (4 * drawn))
    return max(0.0, middle - half), min(1.0, middle + half)
