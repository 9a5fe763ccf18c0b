"""Text of files, builds and programs, made safe for a terminal or a page to show."""

from __future__ import annotations

__all__ = ["printable"]

_KEPT = "\n\t"

_DIRECTIONS = [0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
"""Marks that change the order in which other characters are shown, and other line ends."""

_CONTROLS = [*range(0x20), *range(0x7F, 0xA0)]
"""The controls of Unicode's blocks C0 and C1: what terminals take for commands."""

_ESCAPES = {
    code: chr(code).encode("unicode_escape").decode()
    for code in (*_CONTROLS, *_DIRECTIONS)
    if chr(code) not in _KEPT
}


def printable(text: str) -> str:
    """Return `text` with controls, marks of direction and surrogates written as Python escapes.

    Line feeds and tabs stay.
    """
    if text.isascii() and text.isprintable():
        return text
    return text.encode("utf-8", "backslashreplace").decode("utf-8").translate(_ESCAPES)
