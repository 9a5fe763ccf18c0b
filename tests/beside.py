"""Pairs that give the same, of which one side does something else beside it."""

from __future__ import annotations

import logging
import sys
import warnings
from typing import Protocol

from agent.porting.contract.terms import Effect, operation


class Size(Protocol):
    """A function."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str, /) -> int: ...


class Quiet(Protocol):
    """The same, of which warnings and output are not compared."""

    @operation(
        effect=Effect.PURE,
        ignores={
            "warnings": "they are the application's",
            "logging": "they are the application's",
            "stdout": "it shows progress",
            "stderr": "it shows progress",
        },
    )
    def __call__(self, text: str, /) -> int: ...


class MisspeltWord(Protocol):
    """Ignores an effect that there is not."""

    @operation(effect=Effect.PURE, ignores={"warning": "is misspelt"})
    def __call__(self, text: str, /) -> int: ...


class NoReason(Protocol):
    """Gives no reason."""

    @operation(effect=Effect.PURE, ignores={"stdout": ""})
    def __call__(self, text: str, /) -> int: ...


class OddError(Warning):
    """A warning of the package's own."""


def size(text: str, /) -> int:
    """Return the length, and nothing else."""
    if type(text) is not str:
        message = "a str is needed"
        raise TypeError(message)
    return len(text)


def _odd(text: str) -> bool:
    return size(text) == 3


def warns(text: str, /) -> int:
    """Warn the caller."""
    if _odd(text):
        warnings.warn("odd", DeprecationWarning, stacklevel=2)
    return size(text)


def warns_of_another_category(text: str, /) -> int:
    """Warn the caller of something else."""
    if _odd(text):
        warnings.warn("odd", FutureWarning, stacklevel=2)
    return size(text)


def warns_in_other_words(text: str, /) -> int:
    """Warn the caller in other words."""
    if _odd(text):
        warnings.warn("very odd", DeprecationWarning, stacklevel=2)
    return size(text)


def warns_of_itself(text: str, /) -> int:
    """Attribute the warning to its own line."""
    if _odd(text):
        warnings.warn("odd", DeprecationWarning, stacklevel=1)
    return size(text)


def warns_above(text: str, /) -> int:
    """Attribute the warning to the caller's caller."""
    if _odd(text):
        warnings.warn("odd", DeprecationWarning, stacklevel=3)
    return size(text)


def warns_twice(text: str, /) -> int:
    """Warn twice."""
    warns(text)
    return warns(text)


def logs(text: str, /) -> int:
    """Log what is odd."""
    if _odd(text):
        logging.getLogger(__name__).warning("odd: %a", text)
    return size(text)


def logs_an_error(text: str, /) -> int:
    """Log it at another level."""
    if _odd(text):
        logging.getLogger(__name__).error("odd: %a", text)
    return size(text)


def logs_elsewhere(text: str, /) -> int:
    """Log it to another logger."""
    if _odd(text):
        logging.getLogger("elsewhere").warning("odd: %a", text)
    return size(text)


def prints(text: str, /) -> int:
    """Print it."""
    if _odd(text):
        print("odd")  # noqa: T201
    return size(text)


def prints_more(text: str, /) -> int:
    """Print something else."""
    if _odd(text):
        sys.stdout.buffer.write(b"even\n")
    return size(text)


def complains(text: str, /) -> int:
    """Print it to the other stream."""
    if _odd(text):
        print("odd", file=sys.stderr)  # noqa: T201
    return size(text)
