"""What the tests of the pairs share: each runs on both sides, and fails where one cannot run."""

from __future__ import annotations

from typing import Any

import pytest

from agent import registry


@pytest.fixture(params=["python", "rust"])
def side(request: pytest.FixtureRequest) -> Any:
    """Name one side after the other."""
    return request.param


@pytest.fixture
def cache_class(side: Any) -> Any:
    """Return the cache of one side; the test fails if it cannot be loaded."""
    return registry.implementation("cache", side)


class Clock:
    """Stands still until it is set."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()
