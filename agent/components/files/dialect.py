r"""The dialect of regular expressions, written in the words that all engines share.

What comes out consists of bytes ``\xHH``, sets of them, ``(?:``, ``|``, quantifiers, ``(?m:^)``,
``(?m:$)``, ``\b`` and ``\B``. No set holds a line feed, so that no match crosses lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from agent.components.files.contract import MAX_REPEAT
from agent.components.files.errors import ExpressionError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["literal", "translated"]

_ALL = frozenset(range(256)) - {0x0A}
_DIGITS = frozenset(b"0123456789")
_LETTERS = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_KINDS = {
    "d": _DIGITS,
    "s": frozenset(b"\t\v\f\r "),
    "w": _DIGITS | _LETTERS | {0x5F},
}
_KINDS |= {kind.upper(): _ALL - members for kind, members in _KINDS.items()}

_ESCAPED = {"t": 0x09, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_HEX = "0123456789abcdefABCDEF"
_SPECIAL = "*+?{}[]"
_DEEPEST = 50
"""Groups within each other."""


def literal(text: str, *, ignore_case: bool) -> bytes:
    """Return the expression of a text, all of whose characters match themselves."""
    return b"".join(_character(each, ignore_case=ignore_case) for each in text)


def translated(text: str, *, ignore_case: bool) -> bytes:
    """Return the expression of a text in the dialect; raise `ExpressionError` for any other."""
    return _Reader(text, ignore_case=ignore_case).expression()


def _character(character: str, *, ignore_case: bool) -> bytes:
    encoded = character.encode()
    if len(encoded) == 1:
        return _set(encoded, ignore_case=ignore_case)
    return b"(?:" + b"".join(b"\\x%02x" % each for each in encoded) + b")"


def _set(members: Iterable[int], *, ignore_case: bool) -> bytes:
    """Return the expression of one byte of `members`."""
    wanted = set(members)
    if ignore_case:
        wanted |= {each ^ 0x20 for each in wanted & _LETTERS}
    ordered = sorted(wanted - {0x0A})
    if len(ordered) == 1:
        return b"\\x%02x" % ordered[0]
    ranges: list[list[int]] = []
    for each in ordered:
        if ranges and ranges[-1][1] == each - 1:
            ranges[-1][1] = each
        else:
            ranges.append([each, each])
    if not ranges:
        return b"[^\\x00-\\xff]"
    return b"[" + b"".join(b"\\x%02x-\\x%02x" % (low, high) for low, high in ranges) + b"]"


class _Reader:
    """Reads an expression from its beginning to its end."""

    def __init__(self, text: str, *, ignore_case: bool) -> None:
        self._text = text
        self._at = 0
        self._ignore_case = ignore_case

    def expression(self) -> bytes:
        """Return the whole expression."""
        parts: list[bytes] = []
        depth = 0
        while self._at < len(self._text):
            match self._text[self._at]:
                case "|":
                    self._at += 1
                    parts.append(b"|")
                case "(":
                    depth += 1
                    if depth > _DEEPEST:
                        self._refuse("groups are too deep")
                    self._at += 3 if self._text.startswith("(?:", self._at) else 1
                    parts.append(b"(?:")
                case ")":
                    depth -= 1
                    if depth < 0:
                        self._refuse("no group is open")
                    self._at += 1
                    self._refuse_quantifier()
                    parts.append(b")")
                case _:
                    parts.append(self._piece())
        if depth:
            self._refuse("a group is not closed")
        return b"".join(parts)

    def _piece(self) -> bytes:
        """Return an edge, or what matches a character with its quantifier."""
        text, at = self._text, self._at
        edges = {"^": b"(?m:^)", "$": b"(?m:$)"}
        escaped = {"\\b": b"\\b", "\\B": b"\\B"}
        edge = edges.get(text[at]) or escaped.get(text[at : at + 2])
        if edge is not None:
            self._at += 1 if text[at] in edges else 2
            self._refuse_quantifier()
            return edge
        return self._atom() + self._quantifier()

    def _atom(self) -> bytes:
        character = self._text[self._at]
        if character == "[":
            return self._class()
        if character == "\\":
            return _set(self._escape(), ignore_case=self._ignore_case)
        if character in _SPECIAL:
            self._refuse(f"{character} has to be escaped here")
        self._at += 1
        if character == ".":
            return _set(_ALL, ignore_case=False)
        return _character(character, ignore_case=self._ignore_case)

    def _escape(self) -> frozenset[int]:
        r"""Return what an escape matches, of which the ``\`` is next."""
        character = self._text[self._at + 1 : self._at + 2]
        if character in _KINDS:
            self._at += 2
            return _KINDS[character]
        if character in _ESCAPED:
            self._at += 2
            return frozenset([_ESCAPED[character]])
        if character == "x":
            digits = self._text[self._at + 2 : self._at + 4]
            if len(digits) == 2 and all(each in _HEX for each in digits):
                self._at += 4
                return frozenset([int(digits, 16)])
        elif character and character.isascii() and not character.isalnum():
            self._at += 2
            return frozenset(character.encode())
        return self._refuse("no such escape")

    def _class(self) -> bytes:
        start = self._at
        self._at += 1
        negated = self._text.startswith("^", self._at)
        self._at += negated
        members: set[int] = set()
        first = True
        while first or not self._text.startswith("]", self._at):
            first = False
            if self._at >= len(self._text):
                self._at = start
                self._refuse("a set is not closed")
            members |= self._members()
        self._at += 1
        wanted = members
        if negated:
            if self._ignore_case:
                members |= {each ^ 0x20 for each in members & _LETTERS}
            wanted = set(_ALL - members)
        return _set(wanted, ignore_case=self._ignore_case and not negated)

    def _members(self) -> frozenset[int]:
        """Return the members of a set that are next: a character, an escape or a range."""
        start = self._at
        low = self._member()
        after = self._text[self._at + 1 : self._at + 2]
        if not self._text.startswith("-", self._at) or after in {"", "]"}:
            return low
        self._at += 1
        high = self._member()
        if len(low) != 1 or len(high) != 1 or min(low) > max(high):
            self._at = start
            self._refuse("no such range")
        return frozenset(range(min(low), max(high) + 1))

    def _member(self) -> frozenset[int]:
        character = self._text[self._at]
        if character == "\\":
            return self._escape()
        if character == "[" or not character.isascii():
            self._refuse("a set holds characters of ASCII and escapes")
        self._at += 1
        return frozenset(character.encode())

    def _quantifier(self) -> bytes:
        """Return the quantifier that is next, if one is."""
        start = self._at
        character = self._text[start : start + 1]
        if character and character in "*+?":
            self._at += 1
            found = character
        elif character == "{":
            found = self._counts()
        else:
            return b""
        if self._text.startswith("?", self._at):
            self._at += 1
            found += "?"
        self._refuse_quantifier()
        return found.encode()

    def _counts(self) -> str:
        """Return ``{m}``, ``{m,}`` or ``{m,n}``, which is next."""
        stop = self._text.find("}", self._at)
        low, comma, high = self._text[self._at + 1 : max(stop, self._at)].partition(",")
        numbers = [low, high] if comma and high else [low]
        if not all(each.isascii() and each.isdigit() and len(each) <= 3 for each in numbers):
            self._refuse("no such quantifier")
        counts = [int(each) for each in numbers]
        if max(counts) > MAX_REPEAT or counts[0] > counts[-1]:
            self._refuse("no such quantifier")
        self._at = stop + 1
        return "{" + str(counts[0]) + comma + (str(counts[1]) if len(counts) > 1 else "") + "}"

    def _refuse_quantifier(self) -> None:
        if self._text[self._at : self._at + 1] in {"*", "+", "?", "{"}:
            self._refuse("nothing that repeats stands before it")

    def _refuse(self, reason: str) -> NoReturn:
        message = f"at {self._at}: {reason}"
        raise ExpressionError(message)
