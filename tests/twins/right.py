"""What is to be ported: small, plain and annotated, as other people's code is."""

from __future__ import annotations

import operator
import unicodedata
from collections.abc import Hashable
from itertools import groupby
from typing import Any, SupportsIndex


def fields(text: str) -> list[str]:
    """Split at white space."""
    return text.split()


def letters(text: str) -> int:
    """Count the letters."""
    return sum(character.isalpha() for character in text)


def kinds(text: str) -> list[str]:
    """Return the general category of each character."""
    return [unicodedata.category(character) for character in text]


def size(text: str) -> int:
    """Return the length in UTF-8, lone surrogates included."""
    return len(text.encode("utf-8", "surrogatepass"))


def total(numbers: list[int]) -> int:
    """Add all up."""
    return sum(numbers)


def largest(numbers: list[float]) -> float:
    """Return the largest, the first of those that are as large; 0.0 for none."""
    return max(numbers, default=0.0)


def nearest(number: float) -> int:
    """Round, halves to even."""
    return round(number)


def runs(text: str) -> list[tuple[str, int]]:
    """Count how often each character comes in a row."""
    return [(character, len(list(group))) for character, group in groupby(text)]


def ranked(rows: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sort by the number alone; rows of one number stay in their order."""
    return sorted(rows, key=operator.itemgetter(0))


def distinct(items: list[Any]) -> list[Any]:
    """Leave out what equals an earlier item."""
    found: list[Any] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def shown(number: int) -> str:
    """Show a number as `repr` does."""
    return repr(number)


def copied(table: dict[str, int], key: str) -> int:
    """Look up as the table itself does."""
    return table[key]


def position(items: list[Any], wanted: Any) -> int:
    """Return where `wanted` is, or -1."""
    for index, item in enumerate(items):
        if item is wanted or item == wanted:
            return index
    return -1


def nth(items: list[int], index: SupportsIndex) -> int:
    """Return one item, whatever kind of index points to it."""
    return items[index]


def scaled(numbers: list[float]) -> list[float]:
    """Return all numbers doubled."""
    return [number * 2 for number in numbers]


def limited(items: list[int]) -> list[int]:
    """Return the list itself if it is short, else its beginning."""
    return items if len(items) <= 3 else items[:3]


def parsed(text: str) -> int:
    """Read a number; what stopped that is the cause of the error."""
    try:
        return int(text)
    except ValueError as error:
        message = f"not a number: {text!r}"
        raise ValueError(message) from error


class Tally:
    """Counts what it is given."""

    def __init__(self) -> None:
        self._counts: dict[Hashable, int] = {}

    def add(self, item: Hashable) -> int:
        """Count `item` once more; return how often that makes."""
        self._counts[item] = self._counts.get(item, 0) + 1
        return self._counts[item]

    def items(self) -> list[tuple[Hashable, int]]:
        """Return what was counted, in the order in which it first came."""
        return list(self._counts.items())
