"""A decorator that observes how long a function takes."""

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
    """Decorate a function so that `histogram` observes the seconds of each call.

    A call that raises is observed too. Most often the histogram is a timer; of a metric with
    labels, it is one of the series.

    Raises:
        TypeError: what is decorated cannot be called, or is a coroutine function.
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
