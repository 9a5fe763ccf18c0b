"""One ratio from those of several processes, with the interval that a repeated run falls into."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, sqrt
from statistics import fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Estimate", "estimate"]

# The 97.5 % point of Student's t for 1, 2, … degrees of freedom.
_STUDENT = (
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045,
)  # fmt: skip


@dataclass(frozen=True)
class Estimate:
    """A ratio, and an interval into which that of a repeated run falls nine times in ten."""

    ratio: float
    low: float
    high: float


def estimate(logarithms: Sequence[float], drift: float) -> Estimate | None:
    """Return the ratio that `logarithms` give, one from each process; None for fewer than two.

    The ratio is the geometric mean over the processes. The interval joins two things that do not
    depend on each other: Student's prediction interval at 95 % for the mean of as many further
    processes (both means vary, hence ``sqrt(2 / n)`` where a confidence interval has
    ``sqrt(1 / n)``), and `drift`, how far the logarithm moves between runs for reasons that no
    single run shows, such as what else the machine does meanwhile.
    """
    count = len(logarithms)
    if count < 2:  # one process shows no spread
        return None
    centre = fmean(logarithms)
    student = _STUDENT[min(count - 2, len(_STUDENT) - 1)]
    reach = hypot(student * stdev(logarithms) * sqrt(2 / count), drift)
    return Estimate(exp(centre), exp(centre - reach), exp(centre + reach))
