"""Finds in arguments what was compared, and puts in what it was compared with.

Source: C. Aschermann et al., REDQUEEN: Fuzzing with Input-to-State Correspondence, NDSS 2019. There
the pieces are bytes; here they are values, and also sizes, numbers within texts and patterns.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from agent.porting.guidance.constants import examples_of
from agent.porting.guidance.edits import resized

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from agent.porting.guidance.tracer import Compared

__all__ = ["operands", "replacements"]

_OF_KIND: dict[str, tuple[str, ...]] = {
    "float": ("1", "2.5", "-1e3", "inf"), "int": ("7", "-12", "300", "70000"),
    "isalnum": ("a1", "-"), "isalpha": ("ab", "1"), "isascii": ("a", "\xe9"),
    "isdecimal": ("7", "300", "70000", "\u0663"), "isdigit": ("7", "300", "70000", "\xb2"),
    "isidentifier": ("a_1", "1a"), "islower": ("ab", "Ab"), "isnumeric": ("7", "\xbd"),
    "isspace": (" ", "\t\x1c"), "istitle": ("Ab", "AB"), "isupper": ("AB", "Ab"),
}  # fmt: skip
"""Texts that pass a test, and some that another implementation may take otherwise."""

_DEEPEST = 3
"""Containers inside each other that are looked into."""

_ITEMS = 40
"""Items that are looked at in each."""

_PER_OPERAND = 8
"""Replacements in one argument for one value, at most."""

_LARGEST_NUMBER = 1 << 128
"""Numbers beyond this are not looked for in texts."""

_LARGEST = 4_000
"""The size that a value is given at most because a size was compared."""


def operands(compared: Compared) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield what may stand in an argument, each with what to try in its place."""
    how, left, right = compared
    if how in {"in", "starts", "ends"}:
        yield from _of_texts(how, left, right)
    elif how == "regex":
        pattern = right
        if isinstance(pattern, str | bytes):
            try:
                pattern = re.compile(pattern)
            except re.error:
                return
        yield left, examples_of(pattern)
    elif how == "key":
        yield right, [{**right, left: value} for value in (1, "a", "", None)]
    elif how == "kind":
        yield left, _OF_KIND.get(right, ())
    elif how == "index":
        yield left, [right, right - 1, -right, -right - 1]
        yield right, [left, left + 1]
    else:
        yield left, _beside(right, how)
        yield right, _beside(left, how)


def _of_texts(how: str, left: Any, right: Any) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield what two texts suggest of which one is looked for in the other."""
    if how == "in" and type(left) is int and 0 <= left < 256:
        left = bytes([left])
    if type(left) is not type(right):  # the call raised TypeError
        return
    if how == "in":
        yield right, [left, right + left, left + right]
        yield left, [right[:1], right]
    else:
        ahead = how == "starts"
        yield left, [right, right + left if ahead else left + right, right[:-1], right[1:]]


def replacements(value: Any, old: Any, new: Any) -> Iterator[Any]:
    """Yield `value` with `new` wherever `old`, or something made of it, stands in it."""
    yield from islice(_replaced(value, old, new, 0), _PER_OPERAND)


def _beside(value: Any, how: str) -> list[Any]:
    if type(value) is bool:
        return [value]
    if how == "lt" and type(value) in {int, float}:
        return [value, value + 1, value - 1]
    if type(value) is int:
        return [value, value + 1]
    return [value]


def _replaced(  # noqa: C901, PLR0912  # one for each kind
    value: Any, old: Any, new: Any, depth: int
) -> Iterator[Any]:
    kind, other = type(value), type(old)
    if kind is other and value == old:
        if type(new) is kind:
            yield new
        return
    if kind in {str, bytes}:
        if other is kind and type(new) is kind:
            if not old:  # such as what is behind the last separator
                yield from (value + new, new + value)
            elif old in value:
                yield value.replace(old, new, 1)
            elif old in (value.lower(), value.upper(), value.strip()):
                yield new
        elif other is int and type(new) is int:
            yield from _sized(value, old, new)
            yield from _numbered(value, old, new)
    elif kind in {int, float} and other in {int, float} and type(new) in {int, float}:
        yield from _moved(value, old, new)
    elif kind in {list, tuple} and depth < _DEEPEST:
        if other is int and type(new) is int:
            yield from _sized(value, old, new)
        for index, item in enumerate(value[:_ITEMS]):
            for each in _replaced(item, old, new, depth + 1):
                yield kind([*value[:index], each, *value[index + 1 :]])
    elif kind is dict and depth < _DEEPEST:
        for key, item in list(value.items())[:_ITEMS]:
            for each in _replaced(item, old, new, depth + 1):
                yield {**value, key: each}
            for each in _replaced(key, old, new, depth + 1):
                yield {(each if one == key else one): held for one, held in value.items()}


def _sized(value: Any, old: int, new: int) -> Iterator[Any]:
    """Yield `value` at the size `new`, if its size is `old`."""
    if len(value) == old and 0 <= new <= _LARGEST:
        yield resized(value, new)


def _numbered(value: Any, old: int, new: int) -> Iterator[Any]:
    """Yield a text with another number in it, or of another letter's code."""
    if type(value) is str:
        small = 0 <= old < _LARGEST_NUMBER and abs(new) < _LARGEST_NUMBER
        if small and (shown := str(old)) in value:
            yield value.replace(shown, str(new), 1)
        if 0 <= new <= 0x10FFFF and 0 <= old <= 0x10FFFF and chr(old) in value:
            yield value.replace(chr(old), chr(new), 1)
    elif 0 <= new < 256 and 0 <= old < 256 and bytes([old]) in value:
        yield value.replace(bytes([old]), bytes([new]), 1)


def _moved(value: Any, old: Any, new: Any) -> Iterator[Any]:
    """Yield a number that is moved, or grown, as `old` would have to be to become `new`."""
    if type(value) is bool or type(old) is bool:
        return
    try:
        if old == -value:
            yield type(value)(-new)
        yield type(value)(value + (new - old))
        if old and value % old == 0 and value != old:
            yield type(value)(new * (value // old))
    except (OverflowError, ValueError):
        return
