"""Memory: what a side holds, and what the process gains."""

from __future__ import annotations

import sys
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from agent.components.cache.reference import Cache
from agent.components.cache.workloads import WORKLOADS
from agent.porting.benchmark.memory import Footprint, footprint, held_bytes
from agent.porting.benchmark.workload import select

if TYPE_CHECKING:
    from tests.conftest import Run


class Heap:
    """An allocator that says that 5,000 bytes are there."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def heap_start(self) -> None:
        self.told.append("start")

    def heap_stats(self) -> tuple[int, int, int]:
        return 1, 5_000, 9_000

    def heap_stop(self) -> None:
        self.told.append("stop")


def test_bytes_held_are_those_of_what_was_built() -> None:
    assert 100_000 <= held_bytes(lambda: bytearray(100_000)) < 101_000
    assert held_bytes(lambda: None) < 1_000


def test_what_is_let_go_again_is_not_held() -> None:
    assert held_bytes(lambda: len(bytearray(1_000_000))) < 1_000


def test_bytes_of_both_sides_add_up() -> None:
    heap = Heap()
    assert 105_000 <= held_bytes(lambda: bytearray(100_000), heap) < 106_000
    assert heap.told == ["start", "stop"]


def test_counting_ends_when_the_build_fails() -> None:
    heap, calls = Heap(), iter([None])
    with pytest.raises(StopIteration):
        held_bytes(lambda: next(calls), heap)
    assert heap.told == ["start", "stop"]
    assert not tracemalloc.is_tracing()


PEAKS = """\
from agent.porting.benchmark.memory import peak_rss
print(peak_rss(lambda: len(bytearray(b"x" * 50_000_000))), peak_rss(lambda: None))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forgets a peak on request")
def test_the_peak_is_what_the_work_gained(run: Run) -> None:
    gained, again = map(int, run("-c", PEAKS).stdout.split())
    assert 95_000_000 < gained < 110_000_000
    assert again < 1_000_000


def test_a_footprint_counts_the_cache_and_not_its_inputs() -> None:
    (workload,) = select(WORKLOADS, ["hit"])
    found = footprint(workload, Cache, counted=Cache)
    assert found.held is not None
    # An entry is a tuple of five, its place in an ordered dict, and its share of the tables.
    assert 100 * workload.entries < found.held < 300 * workload.entries


def test_nothing_is_counted_without_a_build_that_counts() -> None:
    (workload,) = select(WORKLOADS, ["expiry"])
    found = footprint(workload, Cache)
    assert isinstance(found, Footprint)
    assert found.held is None
