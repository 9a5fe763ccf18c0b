"""What a component is compared with: its rows, its figures that are no times, those to reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent.porting.benchmark.timing import Arm

__all__ = ["NOISE", "Cells", "Comparison", "Row", "Target", "at_least", "at_most"]

NOISE = 0.02
"""How far a ratio may miss its bound, which is as far as two runs of the same differ."""

Cells = Mapping[str, Any]
"""What was measured in a row, by contender."""


@dataclass(frozen=True)
class Row:
    """One piece of work, done by every contender that can."""

    arms: Callable[[], dict[str, Arm]]
    """Make the arms, each called after its contender, once the answers are found to be right."""
    block: float = 0.005
    """Shortest time measured at once, in seconds."""
    ratios: Mapping[str, tuple[str, str]] | None = None
    """The two arms whose ratio is reported for a contender; None for its own over Rust's."""


@dataclass(frozen=True)
class Target:
    """A figure to reach."""

    name: str
    figure: str
    bound: str
    held: bool


@dataclass(frozen=True)
class Comparison:
    """One table: contenders side by side."""

    contenders: Sequence[str]
    """The columns, in order."""
    judge: Callable[[Mapping[str, Cells], Mapping[str, Cells]], list[Target]]
    """Hold rows and figures, of which any may be missing, against what is to be reached."""
    rows: Mapping[str, Row] = field(default_factory=dict)
    """Times; a cell holds ``ns``, for an operation, and ``ratio``."""
    figures: Mapping[str, Callable[[], Cells]] = field(default_factory=dict)
    """Rows that are not times: each has a number for each contender."""


def at_least(name: str, figure: float, bound: float) -> Target:
    """Return a figure that is to reach `bound` from below."""
    return Target(name, f"{figure:.2f}", f">= {bound:.2f}", figure >= bound * (1 - NOISE))


def at_most(name: str, figure: float, bound: float) -> Target:
    """Return a figure that is to stay within `bound`."""
    return Target(name, f"{figure:.2f}", f"<= {bound:.2f}", figure <= bound * (1 + NOISE))
