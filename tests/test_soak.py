"""What grows while an operation is repeated is found, with the side and the figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.porting.check.options import CheckOptions
from agent.porting.check.resources import growth_between
from agent.porting.check.soak import soak
from tests import leaking, stuck_pairs

if TYPE_CHECKING:
    from agent.porting.check.loading import Reload


def test_a_clean_pair_is_steady() -> None:
    soaked = soak("slug", leaking.load_clean, CheckOptions())
    assert (soaked.verdict, soaked.findings, soaked.both, soaked.doubts) == ("steady", [], [], [])
    assert soaked.repeated == 1


@pytest.mark.parametrize(
    ("load", "unit", "side"),
    [
        (leaking.load_keeping, "blocks of Python", "python"),
        (leaking.load_descriptors, "1 descriptors", "rust"),
        (leaking.load_threads, "1 threads", "rust"),
    ],
)
def test_what_one_side_keeps_is_found(load: Reload, unit: str, side: str) -> None:
    soaked = soak("slug", load, CheckOptions())
    assert soaked.verdict == "grows"
    assert any(unit in found for found in soaked.findings)
    for found in soaked.findings:
        assert found.startswith("Slug.__call__ takes ")
        assert found.endswith(f" a call on {side} alone")


def test_what_both_sides_keep_is_told_and_no_finding() -> None:
    soaked = soak("slug", leaking.load_keeping_both, CheckOptions())
    assert (soaked.verdict, soaked.findings) == ("steady", [])
    assert any("blocks of Python" in each for each in soaked.both)


def test_an_operation_that_does_not_end_is_named() -> None:
    soaked = soak("slug", stuck_pairs.load_always_stuck, CheckOptions(seconds=8.0))
    assert soaked.verdict == "inconclusive"
    assert any("was not done in time while repeating" in each for each in soaked.doubts)


@pytest.mark.parametrize(
    ("counts", "grows"),
    [
        ([0, 10_000, 20_000], True),
        ([0, 10_000, 10_000], False),  # a cache that is full
        ([0, 10_000, 13_000], False),
        ([0, 0, 10_000], False),
        ([5_000, 5_010, 5_020], False),  # noise
        ([20_000, 10_000, 0], False),
    ],
)
def test_only_what_goes_on_growing_counts(counts: list[float], *, grows: bool) -> None:
    stocks = [{"blocks of Python": count} for count in counts]
    assert bool(growth_between(stocks, 5_000)) is grows
