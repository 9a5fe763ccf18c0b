"""The cache beside others: in Rust, in C, in Python, and a dict without any bound."""

from __future__ import annotations

from benchmarks.peers.cache.memory import bytes_per_entry
from benchmarks.peers.cache.rows import ROWS
from benchmarks.peers.cache.targets import judge
from benchmarks.peers.comparison import Comparison

__all__ = ["COMPARISON"]

COMPARISON = Comparison(
    contenders=("rust", "python", "cachebox", "cachetools", "lru-dict", "lru_cache", "dict"),
    rows=ROWS,
    figures={"bytes an entry": bytes_per_entry},
    judge=judge,
)
