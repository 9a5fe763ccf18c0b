"""Keys of calls: what a decorated function's results are stored under."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = [
    "KEYWORDS",
    "arguments",
    "method_arguments",
    "typed_arguments",
    "typed_method_arguments",
]


class _Mark:
    """An object that pickles, copies and prints as a name of this module."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def __reduce__(self) -> str:
        return self._name

    def __repr__(self) -> str:
        return self._name


KEYWORDS = _Mark("KEYWORDS")
"""Separates positional from keyword arguments in a key; never an argument itself.

A pickle holds its name, so that the keys of a pickled cache are found again where it is loaded.
"""


def arguments(*args: Hashable, **kwargs: Hashable) -> Hashable:
    """Return a key for the arguments of a call. The order of keyword arguments is irrelevant."""
    if not kwargs:
        return args
    return (*args, KEYWORDS, *sorted(kwargs.items()))  # by their names, which are distinct


def typed_arguments(*args: Hashable, **kwargs: Hashable) -> Hashable:
    """Return a key that also tells arguments of different types apart, such as 1, 1.0 and True."""
    if not kwargs:
        return (*args, *map(type, args))
    pairs = sorted(kwargs.items())
    types = [type(value) for _, value in pairs]
    return (*args, KEYWORDS, *pairs, *map(type, args), *types)


def method_arguments(_: object, /, *args: Hashable, **kwargs: Hashable) -> Hashable:
    """Return the key of `arguments` without the instance, whose own cache it is for."""
    return arguments(*args, **kwargs)


def typed_method_arguments(_: object, /, *args: Hashable, **kwargs: Hashable) -> Hashable:
    """Return the key of `typed_arguments` without the instance, whose own cache it is for."""
    return typed_arguments(*args, **kwargs)
