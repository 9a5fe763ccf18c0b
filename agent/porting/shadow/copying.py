"""Copies arguments for each side, so that neither sees changes by the other."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any, TypeVar

__all__ = ["ATOMS", "Clone", "Uncopied", "copied", "copied_exception", "share", "together"]

T = TypeVar("T")

Clone = Callable[[Any], Any]
"""Returns a copy of a value, or the value itself where that is as good."""

ATOMS = frozenset({
    bool, bytes, complex, Decimal, float, Fraction, int, str, type, type(None), type(...),
    type(NotImplemented),
})  # fmt: skip
"""Classes whose instances need no copy: nothing can change them."""


class Uncopied(Exception):
    """A value cannot be copied; the message says why."""


def share(value: T) -> T:
    """Return the value itself: for components to which values are opaque, as to a cache."""
    return value


def together(clone: Clone) -> Clone:
    """Return what copies several values so that what they share is shared by the copies too."""
    return partial(copy.deepcopy, memo={}) if clone is copy.deepcopy else clone


def copied_exception(error: BaseException) -> BaseException:
    """Return a copy of an exception: the caller gets the exception itself, and may change it.

    Raises what its class raises.
    """
    twin = copy.copy(error)
    twin.__context__ = error.__context__
    twin.__cause__ = error.__cause__
    twin.__suppress_context__ = error.__suppress_context__
    return twin


def copied(value: Any, clone: Clone) -> Any:
    """Return a copy of `value`; raise `Uncopied`, which is no fault of the caller's."""
    if type(value) in ATOMS:
        return value
    if isinstance(value, Iterator):
        message = "an iterator, which reading would consume"
        raise Uncopied(message)
    try:
        return clone(value)
    except Exception as error:
        message = f"no copy of {type(value).__name__} ({type(error).__name__})"
        raise Uncopied(message) from error
