"""The cache's figures to reach, and whether a run reached them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.comparison import Target, at_least, at_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["judge"]

CACHEBOX = ("hit", "miss", "overwrite", "evict", "zipf", "ttl")
"""Rows in which Rust is to be no slower than cachebox."""

CACHETOOLS = (*CACHEBOX, "words")
"""Rows in which the reference is compared with cachetools with a lock."""


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each figure to reach that was measured, with what was reached."""
    targets = [
        at_least(f"{row}: cachebox's time over Rust's", rows[row]["cachebox"]["ratio"], 1.0)
        for row in CACHEBOX
        if row in rows
    ]
    targets += [
        at_least(f"{row}: time of [d[k] for k in keys] over Rust's", cells["dict"]["ratio"], 1.0)
        for row, cells in rows.items()
        if row.startswith("get_many")
    ]
    if "zipf" in rows:
        ratio = rows["zipf"]["python"]["ratio"]
        targets.append(at_least("zipf: the reference's time over Rust's", ratio, 4.0))
    targets += [
        at_most(
            f"{row}: the reference's time over cachetools's with a lock",
            rows[row]["python"]["ratio"] / rows[row]["cachetools"]["ratio"],
            1.3,
        )
        for row in CACHETOOLS
        if row in rows and "cachetools" in rows[row]
    ]
    if "two threads over one" in rows:
        cells = rows["two threads over one"]
        bound = 0.95 * cells["dict"]["ratio"]
        targets.append(at_least("two threads over one, Rust's", cells["rust"]["ratio"], bound))
    if "bytes an entry" in figures:
        held = figures["bytes an entry"]
        ratio = held["rust"] / held["cachebox"]
        targets.append(at_most("bytes an entry: Rust's over cachebox's", ratio, 1.0))
    return targets
