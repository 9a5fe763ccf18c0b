"""The ports: each does the same but for one trap, which is what Rust or C does by itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable
from contextlib import suppress
from typing import Any, SupportsIndex

_WHITE_SPACE = re.compile("[\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
"""The Unicode property, without U+001C to U+001F."""

_NEWER = {"\u1c89": "Lu", "\u1c8a": "Ll", "\ua7cb": "Lu", "\ua7da": "Lu", "\U00010d50": "Lu"}
"""What a later version of Unicode assigned."""


def fields(text: str) -> list[str]:
    """Split at what has the property White_Space, as `split_whitespace` does."""
    return [field for field in _WHITE_SPACE.split(text) if field]


def letters(text: str) -> int:
    """Count U+0345 too, as `is_alphabetic` does."""
    return sum(character.isalpha() or character == "\u0345" for character in text)


def kinds(text: str) -> list[str]:
    """Know some code points from a newer table."""
    return [_NEWER.get(character) or unicodedata.category(character) for character in text]


def size(text: str) -> int:
    """Count halves of surrogate pairs as what replaces them."""
    return len(re.sub("[\ud800-\udfff]", "?", text).encode())


def total(numbers: list[int]) -> int:
    """Add up in 64 bits."""
    return (sum(numbers) + 2**63) % 2**64 - 2**63


def largest(numbers: list[float]) -> float:
    """Ignore what is not a number, as `f64::max` does."""
    known = [number for number in numbers if number == number]  # noqa: PLR0124  # not NaN
    return max(known, default=max(numbers, default=0.0))


def nearest(number: float) -> int:
    """Round halves away from zero, as `f64::round` does."""
    whole = int(number)
    return whole + (number - whole >= 0.5) - (number - whole <= -0.5)


def runs(text: str) -> list[tuple[str, int]]:
    """Count in a byte."""
    found: list[tuple[str, int]] = []
    for character in text:
        if found and found[-1][0] == character:
            found[-1] = character, (found[-1][1] + 1) % 256
        else:
            found.append((character, 1))
    return found


def ranked(rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sort with `sort_unstable_by_key`, which may swap what ranks alike."""
    backwards = rows[::-1]
    return sorted(backwards, key=lambda row: row[0])


def distinct(items: list[Any]) -> list[Any]:
    """Keep the last of what is equal, in the place of the first."""
    found: list[Any] = []
    for item in items:
        if item in found:
            found[found.index(item)] = item
        else:
            found.append(item)
    return found


def shown(number: int) -> str:
    """Show the number that was extracted, whatever class it was of."""
    return int.__repr__(number)


def copied(table: dict[str, int], key: str) -> int:
    """Look up in the dictionary below, past what a subclass makes of a missing key."""
    return dict(table)[key]


def position(items: list[Any], wanted: Any) -> int:
    """Take a comparison that fails for one that says no."""
    for index, item in enumerate(items):
        with suppress(Exception):
            if item is wanted or item == wanted:
                return index
    return -1


def nth(items: list[int], index: SupportsIndex) -> int:
    """Take an int for an index, and nothing else."""
    if not isinstance(index, int):
        message = f"list indices must be integers or slices, not {type(index).__name__}"
        raise TypeError(message)
    return items[index]


def scaled(numbers: list[float]) -> list[float]:
    """Double the numbers where they are."""
    for index, number in enumerate(numbers):
        numbers[index] = number * 2
    return list(numbers)


def limited(items: list[int]) -> list[int]:
    """Return a copy always."""
    return items[:3]


def parsed(text: str) -> int:
    """Lose what stopped it."""
    with suppress(ValueError):
        return int(text)
    message = f"not a number: {text!r}"
    raise ValueError(message)


class Tally:
    """Counts by how things print: equal keys of different types are two."""

    def __init__(self) -> None:
        self._counts: dict[str, tuple[Hashable, int]] = {}

    def add(self, item: Hashable) -> int:
        """Count `item` once more; return how often that makes."""
        hash(item)
        first, count = self._counts.get(repr(item), (item, 0))
        self._counts[repr(item)] = first, count + 1
        return count + 1

    def items(self) -> list[tuple[Hashable, int]]:
        """Return what was counted, in the order in which it first came."""
        return list(self._counts.values())
