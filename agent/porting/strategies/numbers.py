"""Numbers: mostly small ones, and those beyond common limits."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.porting.strategies.byte_source import Choices

__all__ = ["FLOATS", "INTS", "compose_float", "compose_int"]

INTS = [
    *("2", "1", "0", "3", "-1", "10", "-7", "Int(2)", "255", "256", "-128"),
    *("2**31 - 1", "2**31", "-2**31", "-2**31 - 1", "2**32", "2**53 + 1"),
    *("2**63 - 1", "2**63", "-2**63", "-2**63 - 1", "2**64 - 1", "2**64", "10**30", "-10**30"),
]
"""Each side of what 8, 31, 32, 53, 63 and 64 bits hold, and far beyond."""

FLOATS = [
    *("1.0", "0.5", "2", "0.25", "0.0", "-0.0", "-1.0", "1.5", "2.5", "0.1 + 0.2", "2.675", "0"),
    *("5e-324", "2.2250738585072014e-308", "1e308", "1e16", "1e-05", "123456789.125"),
    *("2.0**53", "2.0**53 + 2", "2**53 + 1", "0.1", "1e22", "1e23", "nan", "inf", "-inf"),
    *("Float(1.5)", "Int(2)", "10**30"),
]
"""Signed zeros, subnormals, ties of rounding, where repr changes its form; an int is a float too,
as long as it is exact, and longer."""

_EXPONENTS = (31, 63, 64, 32, 8, 7, 15, 16, 53, 62, 127, 100)
_TENTHS = (4, 1, 10, 8, 100, 3, 1000)


def compose_int(choices: Choices, lowest: int | None = None, highest: int | None = None) -> str:
    """Write a number from `lowest` to `highest`, mostly one near the lowest, or near 0."""
    first = lowest if lowest is not None else -3 if highest is None else highest - 20
    last = first + 23 if highest is None else highest
    size = last - first + 1
    way = choices.below(8)
    if way < 4 or size <= 1:
        return str(first + choices.below(max(1, min(size, 24))))
    if lowest is not None and highest is not None:
        if way == 7:
            return str(highest - choices.below(min(size, 24)))
        return str(first + choices.number(8) % size)
    if way < 6:
        number = choices.number(1 + choices.below(8)) * choices.of((1, -1))
    else:
        exponent, step = choices.of(_EXPONENTS), choices.below(5) - 2
        number = (2**exponent) * choices.of((1, -1)) + step
    if (lowest is not None and number < lowest) or (highest is not None and number > highest):
        number = first + abs(number) if highest is None else highest - abs(number)
    return str(number)


def compose_float(choices: Choices) -> str:
    """Write a number: a short decimal, one that a rule of rounding decides, or any 64 bits."""
    way = choices.below(8)
    if way < 4:
        return repr((choices.below(64) - 16) / choices.of(_TENTHS))
    if way < 6:
        return repr((choices.number(3) - 2**20) / choices.of(_TENTHS))
    if way == 6:
        return f"{choices.number(2) - 2**15}e{choices.below(60) - 30}"
    (number,) = struct.unpack(">d", choices.number(8).to_bytes(8))
    return "nan" if math.isnan(number) else repr(number)
