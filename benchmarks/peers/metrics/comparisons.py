"""The metrics beside the libraries one would pick instead, and a call of Rust that does nothing."""

from __future__ import annotations

from benchmarks.peers.comparison import Comparison
from benchmarks.peers.metrics.memory import kib_per_histogram
from benchmarks.peers.metrics.rows import ROWS
from benchmarks.peers.metrics.targets import judge

__all__ = ["COMPARISON"]

COMPARISON = Comparison(
    contenders=("rust", "python", "prometheus", "hdrhistogram", "no-op"),
    rows=ROWS,
    figures={"KiB for 1,000,000 observations": kib_per_histogram},
    judge=judge,
)
