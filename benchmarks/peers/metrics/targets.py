"""The metrics' figures to reach, and whether a run reached them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.comparison import Target, at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["judge"]

HOT = ("inc", "set", "observe")
"""Rows of calls that are everywhere in a program."""

PURE = ("prometheus", "hdrhistogram")
"""Contenders in Python, against the best of which the reference is held."""


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each figure to reach that was measured, with what was reached."""
    targets = []
    for row in HOT:
        if row in rows:
            cells = rows[row]
            ratio = cells["prometheus"]["ratio"]
            targets.append(at_least(f"{row}: prometheus_client's time over Rust's", ratio, 8.0))
            ratio = 1.0 / cells["no-op"]["ratio"]
            targets.append(at_most(f"{row}: Rust's time over a call that does nothing", ratio, 4.0))
    if "percentile" in rows:
        ratio = rows["percentile"]["hdrhistogram"]["ratio"]
        targets.append(at_least("percentile: hdrhistogram's time over Rust's", ratio, 100.0))
    for row, cells in rows.items():
        best = min(cells[name]["ratio"] for name in PURE if name in cells)
        ratio = cells["python"]["ratio"] / best
        targets.append(at_most(f"{row}: the reference's time over the best in Python", ratio, 1.3))
    targets += [at_most(name, held["rust"], 64.0) for name, held in figures.items()]
    return targets
