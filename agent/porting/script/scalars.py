"""Writes scalar values as expressions of a script."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["BRACKETS", "CONTAINERS", "EXTENDED", "LEAVES", "OWN_WORDS", "Unwritable"]


class Unwritable(Exception):
    """No expression is known for a value; the message says why, as a clause."""


def _whole(value: int) -> str:
    """Write a number; in hexadecimal if it exceeds Python's limit for decimal digits."""
    return int.__repr__(value) if value.bit_length() < 1_000 else hex(int.__index__(value))


def _complex(value: complex) -> str:
    return f"complex({value.real!r}, {value.imag!r})"  # its repr is an addition, not a literal


def _memory(value: memoryview) -> str:
    if value.format != "B" or value.ndim != 1:
        message = "a memoryview of something else than bytes"
        raise Unwritable(message)
    return f"memoryview({value.tobytes()!r})"


def _moment(value: Any) -> str:
    text = repr(value)
    if "zoneinfo" in text:
        message = "a time in a named zone"
        raise Unwritable(message)
    return text.replace("datetime.", "")


def _path(value: Any) -> str:
    text = repr(value)
    if "Windows" in text:
        message = "a path of another system"
        raise Unwritable(message)
    return text if text.startswith("Pure") else text.removeprefix("Posix")


LEAVES: dict[type, Callable[[Any], str]] = {
    type(None): repr,
    type(...): lambda _: "...",
    type(NotImplemented): repr,
    bool: repr,
    int: _whole,
    float: float.__repr__,  # scripts know `nan` and `inf`
    complex: _complex,
    str: str.__repr__,
    bytes: bytes.__repr__,
    bytearray: lambda value: f"bytearray({bytes(memoryview(value))!r})",
    memoryview: _memory,
    range: repr,
}
"""The writer of a value, by class."""

EXTENDED: dict[type, str] = {
    str: "Str({})",
    int: "Int({})",
    float: "Float({})",
    complex: "{}",
    bytes: "Bytes({})",
    bytearray: "{}",
}
"""The class that a value of a subclass is written as: one of the script's, or the class itself."""

OWN_WORDS: dict[str, Callable[[Any], str]] = {
    "datetime": _moment,
    "decimal": repr,
    "fractions": repr,
    "pathlib": _path,
    "uuid": repr,
}
"""The writers of values of the standard library, by module; scripts know the classes."""

CONTAINERS: dict[type, Callable[[Any], Any]] = {
    list: lambda value: list(list.__iter__(value)),
    tuple: lambda value: list(tuple.__iter__(value)),
    dict: lambda value: list(dict.items(value)),
    set: lambda value: list(set.__iter__(value)),
    frozenset: lambda value: list(frozenset.__iter__(value)),
    deque: lambda value: list(deque.__iter__(value)),
}
"""The function that reads each container without calling a subclass, which is program code."""

BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[]", "[{}]"),
    tuple: ("()", "({})"),
    dict: ("{}", "{{{}}}"),
    set: ("set()", "{{{}}}"),
    frozenset: ("frozenset()", "frozenset({{{}}})"),
    deque: ("deque()", "deque([{}])"),
}
"""How each container is written, empty and with items."""
