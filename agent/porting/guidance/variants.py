"""Variants of a value that may well count as the same, or as its neighbour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agent.porting.guidance.hints import plain

if TYPE_CHECKING:
    from random import Random

__all__ = ["variant"]


def variant(text: str, chance: Random) -> str:
    """Return an expression for a variant of what `text` gives, or `text` where none is known."""
    found = plain(text)
    if found is None:
        return text
    others = [each for each in _variants(found[0]) if _is_other(each, found[0])]
    return repr(chance.choice(others)) if others else text


def _is_other(one: Any, other: Any) -> bool:
    return type(one) is not type(other) or repr(one) != repr(other)


def _variants(value: Any) -> list[Any]:  # noqa: PLR0911  # one for each kind
    if isinstance(value, bool) or value is None:
        return [not value]
    if isinstance(value, int):
        near = [value + 1, value - 1, -value]
        return [*near, float(value)] if abs(value) < 2**53 else near
    if isinstance(value, float):
        whole = abs(value) < 2**53 and value == int(value)
        return [-value, value + 1, *([int(value)] if whole else [])] if value == value else []  # noqa: PLR0124  # no NaN
    if isinstance(value, str):
        return [value.swapcase(), value.upper(), value.lower(), f" {value} ", value[:-1]]
    if isinstance(value, bytes):
        return [value.swapcase(), value + b"\0", value[:-1]]
    if isinstance(value, list | tuple):
        kind = type(value)
        return [kind(reversed(value)), kind([*value, *value[:1]]), kind(value[:-1])]
    if isinstance(value, dict):
        return [dict(reversed(value.items())), dict(list(value.items())[:-1])]
    return []
