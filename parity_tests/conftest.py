"""What the tests of the pairs share."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def side(implementation: Any) -> Any:
    """Name one side after the other."""
    return implementation.side


@pytest.fixture
def cache_class(implementation: Any) -> Any:
    """Return the cache of one side."""
    return implementation("cache")


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()
