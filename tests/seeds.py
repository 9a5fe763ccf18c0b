"""Seeds of what tests draw: the first two in each run, the others in `nox -s seeds`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["few_or_all"]

_FEW = 2


def few_or_all(seeds: Iterable[int]) -> list[object]:
    """Return seeds as parameters of a test."""
    return [
        pytest.param(seed, marks=pytest.mark.more_seeds if number >= _FEW else ())
        for number, seed in enumerate(seeds)
    ]
