"""Text beside others: in Rust, in C++, in C, and in Python alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers.comparison import Comparison, Target, at_least, at_most
from benchmarks.peers.text.rows import FIND, MATRIX, ROWS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.peers.comparison import Cells

__all__ = ["COMPARISON"]

PEERS = ("ahocorasick_rs", "rapidfuzz", "google-re2", "polars", "CPython")
"""The contenders that Rust must not be slower than."""

PURE = ("dict walk", "rapidfuzz_py")
"""The contenders that the reference is compared with."""


def judge(rows: Mapping[str, Cells], figures: Mapping[str, Cells]) -> list[Target]:
    """Return each measured target, with the figure reached."""
    del figures
    targets = [
        at_least(f"{row}: the reference's time over Rust's", rows[row]["python"]["ratio"], 50.0)
        for row in ("find 1,000", *MATRIX)
        if row in rows
    ]
    targets += [
        at_least(f"{row}: {peer}'s time over Rust's", cells[peer]["ratio"], 1.0)
        for row, cells in rows.items()
        for peer in PEERS
        if peer in cells
    ]
    targets += [
        at_most(
            f"{row}: the reference's time over {pure}'s",
            rows[row]["python"]["ratio"] / rows[row][pure]["ratio"],
            1.3,
        )
        for row in (*FIND, *MATRIX)
        for pure in PURE
        if row in rows and pure in rows[row]
    ]
    return targets


COMPARISON = Comparison(
    contenders=("rust", "rust x2", "python", *PEERS, "str.lower", *PURE), rows=ROWS, judge=judge
)
