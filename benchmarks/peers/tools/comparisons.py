"""The tools beside subprocess, asyncio and plumbum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.comparison import Comparison, Target, at_least, at_most
from benchmarks.peers.tools.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["COMPARISON"]

_PEERS = ("subprocess", "asyncio", "plumbum")

_WITH_TIMES = ("asyncio",)
"""Those whose reads can be limited in time, as ours are: a pipe of `subprocess` blocks."""


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each measured target, with the figure reached."""
    del figures
    targets = []
    if "true" in rows:
        ratio = 1.0 / rows["true"]["subprocess"]["ratio"]
        targets.append(at_most("true: Rust's time over subprocess.run's", ratio, 1.0))
    if "capture 256 MiB" in rows:
        ratio = rows["capture 256 MiB"]["subprocess"]["ratio"]
        targets.append(at_least("capture 256 MiB: subprocess.run's time over Rust's", ratio, 3.0))
    for row, cells in rows.items():
        peers = _WITH_TIMES if row == "to and fro" else _PEERS
        best = min(cells[name]["ratio"] for name in peers if name in cells)
        ratio = cells["python"]["ratio"] / best
        targets.append(at_most(f"{row}: the reference's time over the best in Python", ratio, 1.3))
    return targets


COMPARISON = Comparison(contenders=("rust", "python", *_PEERS), rows=ROWS, judge=judge)
