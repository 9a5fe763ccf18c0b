"""The package itself: starting up, and asking the registry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.comparison import Comparison, Target, at_most
from benchmarks.peers.package.figures import resolve_in_lookups, start_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["COMPARISON"]

BOUNDS = {"resolve": 20.0, "agent --help": 3.0, "agent status": 5.0}


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each figure to reach that was measured, with what was reached."""
    del rows
    return [
        at_most(f"{name}, {title}", cells[name], BOUNDS[name])
        for title, cells in figures.items()
        for name in cells
    ]


COMPARISON = Comparison(
    contenders=tuple(BOUNDS),
    figures={
        "over a look-up in a dict": resolve_in_lookups,
        "over python -c pass": start_up,
    },
    judge=judge,
)
