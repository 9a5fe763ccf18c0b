"""File operations beside ripgrep, the blake3 package, and loops of `os` and `pathlib`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.comparison import Comparison, Target, at_least
from benchmarks.peers.files.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["COMPARISON"]

REACHED = {
    ("hash tree, sha256", "os.open/read"): 1 / 0.65,
    ("blake3 of 1 GiB", "blake3 x2"): 0.9,
    ("transform", "python"): 5.0,
    ("search, literal", "ripgrep x2"): 1.0,
    ("search, expression", "ripgrep x2"): 1.0,
}
"""By row and contender, its time over that of Rust with two threads, at least."""


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each measured target, with the figure reached."""
    del figures
    return [
        at_least(
            f"{row}: {peer}'s time over that of Rust x2",
            rows[row][peer]["ratio"] / rows[row]["rust x2"]["ratio"],
            bound,
        )
        for (row, peer), bound in REACHED.items()
        if row in rows
    ]


COMPARISON = Comparison(
    contenders=(
        "rust", "rust x2", "python", "os.open/read", "pathlib", "ripgrep", "ripgrep x2", "blake3",
        "blake3 x2",
    ),
    rows=ROWS,
    judge=judge,
)  # fmt: skip
