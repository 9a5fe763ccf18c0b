"""Argument checks of the reference. Both languages use the same error messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from math import inf
from typing import Any

from agent.components.cache.contract import MAX_CAPACITY, MAX_WEIGHT

__all__ = [
    "checked_callable",
    "checked_capacity",
    "checked_max_weight",
    "checked_moment",
    "checked_pairs",
    "checked_ttl",
    "checked_weight",
]


def _checked_int(name: str, value: Any, low: int, high: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name} must be an int, not {type(value).__name__}"
        raise TypeError(message)
    if not low <= value <= high:
        message = f"{name} must be from {low} to {high}, not {value!r}"
        raise ValueError(message)
    return int(value)


def checked_capacity(value: Any) -> int:
    """Return `value` if it is a valid capacity."""
    return _checked_int("capacity", value, 1, MAX_CAPACITY)


def checked_max_weight(value: Any) -> int | None:
    """Return `value` if it is a valid bound for the total weight, or None."""
    return None if value is None else _checked_int("max_weight", value, 1, MAX_WEIGHT)


def checked_weight(value: Any) -> int:
    """Return `value` if it is a valid weight of an entry."""
    return _checked_int("weight", value, 0, MAX_WEIGHT)


def checked_ttl(value: Any) -> float | None:
    """Return `value` as seconds if it is a valid time to live, or None."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | timedelta):
        message = f"ttl must be a float, an int, a timedelta or None, not {type(value).__name__}"
        raise TypeError(message)
    try:
        seconds = float(timedelta.total_seconds(value) if isinstance(value, timedelta) else value)
    except OverflowError:
        seconds = inf
    if not 0.0 < seconds < inf:
        message = f"ttl must be positive and finite, not {value!r}"
        raise ValueError(message)
    return seconds


def checked_moment(what: str, value: Any) -> float:
    """Return `value` as seconds if it is a valid time of a clock; `what` begins the message."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        message = f"{what} a float or an int, not {type(value).__name__}"
        raise TypeError(message)
    try:
        seconds = float(value)
    except OverflowError:
        seconds = inf
    if not -inf < seconds < inf:
        message = f"{what} a finite number, not {value!r}"
        raise ValueError(message)
    return seconds


def checked_callable(name: str, value: Any) -> Any:
    """Return `value` if it is callable."""
    if not callable(value):
        message = f"{name} must be callable, not {type(value).__name__}"
        raise TypeError(message)
    return value


def checked_pairs(items: Any) -> list[tuple[Any, Any]]:
    """Return the pairs of a mapping or of an iterable of pairs."""
    if isinstance(items, Mapping):
        items = items.items()
    elif not isinstance(items, Iterable):
        message = f"items must be a mapping or an iterable of pairs, not {type(items).__name__}"
        raise TypeError(message)
    pairs: list[tuple[Any, Any]] = []
    for pair in items:
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            message = f"each of items must be a (key, value) pair, not {type(pair).__name__}"
            raise TypeError(message)
        pairs.append((pair[0], pair[1]))
    return pairs
