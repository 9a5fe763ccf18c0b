"""A decorator that measures the duration of calls."""

from __future__ import annotations

from functools import wraps
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from agent.components.metrics.contract import Histogram

__all__ = ["timed"]

P = ParamSpec("P")
R = TypeVar("R")


def timed(histogram: Histogram) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Return a decorator that makes `histogram` observe the duration of each call in seconds.

    A call that raises is observed too. The histogram is usually a timer; for a metric with labels,
    pass one of its series.

    Raises:
        TypeError: the decorated object is not callable, or is a coroutine function.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        given: Any = function
        if not callable(given) or iscoroutinefunction(given):
            message = f"timed takes a function that returns its result at once, not {function!r}"
            raise TypeError(message)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            with histogram.start():
                return function(*args, **kwargs)

        return call

    return decorate
