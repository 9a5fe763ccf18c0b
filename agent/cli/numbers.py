"""Readers of numbers on the command line, for the `type` of an argument."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["natural", "positive"]


def positive(kind: type[int | float]) -> Callable[[str], float]:
    """Return what reads a number above zero."""

    def read(text: str) -> float:
        value = kind(text)
        if not value > 0:
            message = f"{text} is not above zero"
            raise ArgumentTypeError(message)
        return value

    read.__name__ = kind.__name__  # argparse names it when the text is no number
    return read


def natural(text: str) -> int:
    """Read a whole number of at least zero."""
    value = int(text)
    if value < 0:
        message = f"{text} is below zero"
        raise ArgumentTypeError(message)
    return value
