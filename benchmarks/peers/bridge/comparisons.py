"""The bridge to tokio beside pyo3-async-runtimes, and threads of Python's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.bridge.contenders import CONTENDERS
from benchmarks.peers.bridge.figures import failed_exits
from benchmarks.peers.bridge.rows import GATHERED, ROWS, SEQUENTIAL
from benchmarks.peers.comparison import Comparison, Target, at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["COMPARISON"]

FAILED = "failed exits of 40"


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each measured target, with the figure reached."""
    targets = [
        at_most(f"{row}: us an await", rows[row]["rust"]["ns"] / 1000, 8.0)
        for row in GATHERED
        if row in rows
    ]
    targets += [
        at_most(
            f"{row}: time over a future's that a thread completes",
            1 / rows[row]["thread"]["ratio"],
            1.3,
        )
        for row in SEQUENTIAL
        if row in rows
    ]
    targets += [
        at_least(
            f"{row}: pyo3-async-runtimes' time over ours",
            cells["pyo3-async-runtimes"]["ratio"],
            1.0,
        )
        for row, cells in rows.items()
    ]
    targets += [at_most(FAILED, figures[title]["rust"], 0.0) for title in figures]
    return targets


COMPARISON = Comparison(
    contenders=tuple(CONTENDERS), rows=ROWS, figures={FAILED: failed_exits}, judge=judge
)
