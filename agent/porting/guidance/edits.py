"""Small changes of plain values: the next value to try beside one that is known to matter."""

from __future__ import annotations

import re
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from agent.porting.guidance.constants import Constants

__all__ = ["edited", "resized"]

S = TypeVar("S", str, bytes)

_EDGES = (
    0, 1, 2, 7, 8, 9, 10, 12, 13, 16, 23, 24, 28, 29, 30, 31, 32, 52, 53, 59, 60, 63, 64, 99, 100,
    127, 128, 200, 255, 256, 257, 365, 366, 999, 1000, 1023, 1024, 1900, 1970, 2000, 2038, 2100,
    9999, 10_000, 32_767, 32_768, 65_535, 65_536, 2**31 - 1, 2**31,
    2**32 - 1, 2**32, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64,
)  # fmt: skip
"""Whole numbers at which programs, machines and calendars change their ways."""

_FILLINGS: dict[type, Any] = {str: "a", bytes: b"a", list: [0], tuple: (0,)}
"""What an empty value is filled with."""

_NUMBER = re.compile(r"\d+")

_LONGEST = 4_000
"""Letters and items beyond which nothing is made longer."""


def edited(value: Any, chance: Random, constants: Constants) -> Any:
    """Return a value of the same class, changed a little, or `value` if none is known."""
    if value is None or isinstance(value, bool):
        return not value
    change = _CHANGES.get(type(value))
    return value if change is None else change(value, chance, constants)


def resized(value: Any, size: int) -> Any:
    """Return `value`, cut or repeated to have `size` letters or items; as it is if it cannot."""
    if not 0 <= size <= _LONGEST or type(value) not in {str, bytes, list, tuple}:
        return value
    if len(value) >= size:
        return value[:size]
    filling = value or _FILLINGS[type(value)]
    return (filling * (size // len(filling) + 1))[:size]


def _integer(value: int, chance: Random, constants: Constants) -> int:
    some: list[int] = constants.of(int) or [value]
    near = chance.choice(some)
    return chance.choice([
        value + 1, value - 1, -value, value * 2, value // 2, value + near, near, near + 1, near - 1,
        near * chance.choice([2, 3, 4, 5, 10]), chance.choice(_EDGES), -chance.choice(_EDGES),
        value + chance.choice(_EDGES), chance.randrange(-(2**16), 2**16), chance.randrange(100),
    ])  # fmt: skip


def _number(value: float, chance: Random, constants: Constants) -> float:
    near = chance.choice([*constants.of(float), *constants.of(int), value])
    try:
        return chance.choice([
            float(near), -value, value * 2, value / 3, value + 1e-9, value + 1, float(int(value)),
            value + 0.5, float(chance.choice(_EDGES)), chance.uniform(-1e3, 1e3),
        ])  # fmt: skip
    except (OverflowError, ValueError):
        return 0.0


def _text(value: str, chance: Random, constants: Constants) -> str:
    """Change a text: put in a word of the program, take out, repeat, or change a number in it."""
    numbers = list(_NUMBER.finditer(value))
    if numbers and chance.random() < 0.3:
        found = chance.choice(numbers)
        other = _numeral(found.group(), chance, constants)
        return value[: found.start()] + other + value[found.end() :]
    words = constants.of(str)
    word = chance.choice(words) if words and chance.random() < 0.7 else _letter(chance)
    return _sequence(value, word, chance)


def _letter(chance: Random) -> str:
    way = chance.random()
    if way < 0.1:
        return "".join(chance.choices(_SPACES, k=chance.randint(2, 4)))
    return chance.choice(_LETTERS) if way < 0.7 else chance.choice(ascii_lowercase)


def _numeral(digits: str, chance: Random, constants: Constants) -> str:
    """Change the digits of a number; mostly it stays as wide as it was, as formats want it."""
    width, way = len(digits), chance.random()
    if way < 0.3:
        place = chance.randrange(width)
        return digits[:place] + chance.choice("0123456789") + digits[place + 1 :]
    if way < 0.6:
        edges = [str(each).zfill(width) for each in _EDGES if len(str(each)) <= width]
        same = [each for each in edges if each[0] != "0"]
        return chance.choice(same if same and chance.random() < 0.7 else edges)
    try:
        other = str(abs(_integer(int(digits[:18]), chance, constants)))
    except ValueError:  # it has too many
        return digits
    if way < 0.8:
        return other.zfill(width)
    return "0" + other if way < 0.87 else other


_SPACES = " \t\n\r\x0b\x0c\x1c\x85\u2028"
"""What ends words and lines, of which some mean another thing beside each other."""

_LETTERS = (
    "a", "b", "A", "Z", "0", "1", "9", " ", "\t", "\n", "\r", "_", "-", ".", ",", ":", ";", "/",
    "\\", "'", '"', "(", ")", "[", "]", "{", "}", "<", ">", "&", "#", "%", "+", "*", "?", "=", "@",
    "\x00", "\x7f", "\x85", "\xa0", "\xdf", "\xe9", "\u0130", "\u0301", "\u2028", "\u3000",
    "\ufeff", "\u0663", "\ud800", "\U0001f600",
)  # fmt: skip


def _octets(value: bytes, chance: Random, constants: Constants) -> bytes:
    words = constants.of(bytes)
    rather = words and chance.random() < 0.5
    return _sequence(value, chance.choice(words) if rather else chance.randbytes(1), chance)


def _sequence(value: S, word: S, chance: Random) -> S:
    """Change a text, or bytes, with `word` at hand."""
    size = len(value)
    start = chance.choice([0, size, chance.randint(0, size)])
    stop = min(size, start + chance.choice([1, 1, 2, 3, 5]))
    piece = value[start:stop]
    changes = [
        value[:start] + word + value[start:],
        value[:start] + word + value[stop:],
        value[:start] + value[stop:],
        value[:start] + piece + value[start:],
        value[start:] + value[:start],
        word,
        value + word,
        word + value,
    ]
    if 0 < size <= _LONGEST // 2:
        changes += [
            value + value,
            value[:start] + piece * chance.choice([2, 3, 8, 9]) + value[stop:],
        ]
    if isinstance(value, str):
        changes.append(value.swapcase())
    return chance.choice(changes)


def _items(items: list[Any], chance: Random, constants: Constants) -> list[Any]:
    if not items:
        return items
    place = chance.randrange(len(items))
    way = chance.randrange(8)
    if way < 3:
        items[place] = edited(items[place], chance, constants)
    elif way == 3:
        del items[place]
    elif way == 4 and len(items) < _LONGEST:
        items.insert(chance.randint(0, len(items)), items[place])
    elif way == 5:
        other = chance.randrange(len(items))
        items[place], items[other] = items[other], items[place]
    elif way == 6 and len(items) < _LONGEST:
        items.insert(place, edited(items[place], chance, constants))
    elif chance.random() < 0.5:
        items.reverse()
    return items


def _pairs(pairs: list[tuple[Any, Any]], chance: Random, constants: Constants) -> Any:
    if not pairs:
        return pairs
    place = chance.randrange(len(pairs))
    key, value = pairs[place]
    way = chance.randrange(4)
    if way == 0:
        del pairs[place]
    elif way == 1:
        pairs[place] = (edited(key, chance, constants), value)
    elif way == 2:
        pairs[place] = (key, edited(value, chance, constants))
    else:
        pairs.append((edited(key, chance, constants), edited(value, chance, constants)))
    return pairs


_CHANGES: dict[type, Callable[[Any, Random, Constants], Any]] = {
    int: _integer,
    float: _number,
    str: _text,
    bytes: _octets,
    list: lambda value, *more: _items(list(value), *more),
    tuple: lambda value, *more: tuple(_items(list(value), *more)),
    dict: lambda value, *more: dict(_pairs(list(value.items()), *more)),
}
