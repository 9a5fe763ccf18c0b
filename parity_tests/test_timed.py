"""The decorator `timed`, on both sides."""

from __future__ import annotations

from typing import Any

import pytest

from agent import registry
from agent.components.metrics.timed import timed


def test_each_call_is_observed_whatever_comes_of_it(side: Any, clock: Any) -> None:
    timer = registry.implementation("metrics", side)(clock=clock).timer("latency")

    @timed(timer)
    def divide(dividend: int, *, divisor: int) -> float:
        """Divide."""
        clock.now += 0.5
        return dividend / divisor

    assert divide(3, divisor=2) == 1.5
    with pytest.raises(ZeroDivisionError):
        divide(3, divisor=0)
    assert (timer.count, timer.sum) == (2, 1.0)
    assert (divide.__name__, divide.__doc__) == ("divide", "Divide.")


def test_a_method_is_bound(side: Any) -> None:
    timer = registry.implementation("metrics", side)().timer("latency")

    class Square:
        @timed(timer)
        def of(self, side: int) -> int:
            return side * side

    assert Square().of(3) == 9
    assert timer.count == 1


def test_what_does_not_return_at_once_is_refused(side: Any) -> None:
    timer = registry.implementation("metrics", side)().timer("latency")

    async def later() -> None: ...

    for wrong in (later, 5):
        with pytest.raises(TypeError, match="timed takes a function"):
            timed(timer)(wrong)  # type: ignore[arg-type]
