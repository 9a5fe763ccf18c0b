"""The regular-expression dialect: parses a pattern and translates it for `re`.

Only syntax with the same meaning in every engine is accepted, so that another engine can implement
the same dialect.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from agent.components.text.contract import MAX_DEPTH, MAX_PATTERN, MAX_REPEAT, MAX_SIZE
from agent.components.text.errors import PatternError

__all__ = ["translate"]

_SPECIAL = frozenset(r"\.^$*+?{}[]|()")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_SETS = frozenset("dswDSW")
_ASCII_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


@dataclass(frozen=True)
class _Piece:
    """A part of a pattern, translated for `re`."""

    source: str
    least: int = 0
    """The fewest characters that it matches."""
    size: int = 0
    """The number of characters and sets in it, each repetition counted."""
    plain: bool = True
    """Whether it has no repetition, alternative or anchor, so that it may be repeated."""


def translate(pattern: str) -> str:
    """Return `pattern` translated for `re`; raise `PatternError` if it is not in the dialect."""
    if len(pattern) > MAX_PATTERN:
        message = f"a pattern may have {MAX_PATTERN} characters, not {len(pattern)}"
        raise PatternError(message)
    reader = _Reader(pattern)
    piece = reader.choice(MAX_DEPTH)
    if reader.at < len(pattern):
        reader.refuse("there is no ( for this )")
    if piece.least == 0:
        message = "a pattern that can match nothing would match everywhere"
        raise PatternError(message)
    if piece.size > MAX_SIZE:
        message = f"a pattern may come to {MAX_SIZE} characters written out, not {piece.size}"
        raise PatternError(message)
    return piece.source


class _Reader:
    """Parses a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0

    def refuse(self, reason: str, at: int | None = None) -> NoReturn:
        """Raise `PatternError` for a position in the pattern."""
        message = f"{reason}, at {self.at if at is None else at}"
        raise PatternError(message)

    def choice(self, depth: int) -> _Piece:
        """Read alternatives up to the end or to a closing parenthesis."""
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        if len(options) == 1:
            return options[0]
        return _Piece(
            "|".join(option.source for option in options),
            min(option.least for option in options),
            sum(option.size for option in options),
            plain=False,
        )

    def _sequence(self, depth: int) -> _Piece:
        parts = []
        while self._next() not in {"", "|", ")"}:
            parts.append(self._repeated(depth))
        return _Piece(
            "".join(part.source for part in parts),
            sum(part.least for part in parts),
            sum(part.size for part in parts),
            all(part.plain for part in parts),
        )

    def _repeated(self, depth: int) -> _Piece:
        begin = self.at
        piece = self._atom(depth)
        repeat = self._repeat()
        if repeat is None:
            return piece
        least, most, source = repeat
        if not piece.plain or piece.least == 0:
            self.refuse("what is repeated must be a character, a set or a plain group", begin)
        if self._take("?"):
            source += "?"
        size = piece.size * max(least, 1 if most is None else most)
        return _Piece(piece.source + source, piece.least * least, size, plain=False)

    def _repeat(self) -> tuple[int, int | None, str] | None:
        """Read a repetition, if there is one."""
        if self._take("*"):
            return 0, None, "*"
        if self._take("+"):
            return 1, None, "+"
        if self._take("?"):
            return 0, 1, "?"
        begin = self.at
        if not self._take("{"):
            return None
        least = self._number(begin)
        most: int | None = least
        if self._take(","):
            most = None if self._next() == "}" else self._number(begin)
        if not self._take("}") or (most is not None and most < max(least, 1)):
            self.refuse("a repetition is {m}, {m,} or {m,n} with m up to n, and n above 0", begin)
        return least, most, self._pattern[begin : self.at]

    def _number(self, begin: int) -> int:
        start = self.at
        while self._next() in _ASCII_DIGITS:
            self.at += 1
        digits = self._pattern[start : self.at]
        if not digits or len(digits) > len(str(MAX_REPEAT)) or int(digits) > MAX_REPEAT:
            self.refuse(f"a repetition counts up to {MAX_REPEAT}", begin)
        return int(digits)

    def _atom(self, depth: int) -> _Piece:  # noqa: PLR0911  # one for each kind
        begin = self.at
        character = self._any()
        match character:
            case "(":
                return self._group(depth, begin)
            case "[":
                return _Piece(self._set(begin), 1, 1)
            case ".":
                return _Piece(".", 1, 1)
            case "^":
                return _Piece(r"\A", plain=False)
            case "$":
                return _Piece(r"\Z", plain=False)
            case "\\":
                return _Piece(self._escaped(begin), 1, 1)
        if character in _SPECIAL:
            self.refuse(f"{character} needs a \\ here", begin)
        return _Piece(re.escape(character), 1, 1)

    def _group(self, depth: int, begin: int) -> _Piece:
        if depth == 0:
            self.refuse(f"groups may be {MAX_DEPTH} deep", begin)
        if self._take("?") and not self._take(":"):
            self.refuse("a group begins with ( or (?:", begin)
        inside = self.choice(depth - 1)
        if not self._take(")"):
            self.refuse("there is no ) for this (", begin)
        return _Piece(f"(?:{inside.source})", inside.least, inside.size, inside.plain)

    def _escaped(self, begin: int) -> str:
        r"""Read what follows a ``\``; return one character or set."""
        character = self._any()
        if character in _SETS:
            return "\\" + character
        if character in _CONTROLS:
            return re.escape(_CONTROLS[character])
        if character in _DIGITS:
            digits = self._pattern[self.at : self.at + _DIGITS[character]]
            self.at += len(digits)
            if len(digits) < _DIGITS[character] or not _HEX_DIGITS.issuperset(digits):
                self.refuse(f"\\{character} takes {_DIGITS[character]} hexadecimal digits", begin)
            if int(digits, 16) > 0x10FFFF:
                self.refuse("there is no such character", begin)
            return re.escape(chr(int(digits, 16)))
        if character == "" or (character.isascii() and character.isalnum()):
            self.refuse("this escape is not known", begin)
        return re.escape(character)

    def _set(self, begin: int) -> str:
        """Read a set of characters up to its bracket."""
        parts = ["[^" if self._take("^") else "["]
        while not self._take("]"):
            first = self._member(begin)
            if self._next() == "-" and self._pattern[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                last = self._member(begin)
                if _is_set(first) or _is_set(last) or _code(first) > _code(last):
                    self.refuse("a range goes from a character to one not before it", begin)
                first += "-" + last
            parts.append(first)
        if len(parts) == 1:
            self.refuse("a set needs a member", begin)
        return "".join(parts) + "]"

    def _member(self, begin: int) -> str:
        at = self.at
        character = self._any()
        if character == "":
            self.refuse("there is no ] for this [", begin)
        if character == "[":
            self.refuse("[ needs a \\ here", at)
        return self._escaped(at) if character == "\\" else re.escape(character)

    def _next(self) -> str:
        return self._pattern[self.at : self.at + 1]

    def _any(self) -> str:
        character = self._next()
        self.at += 1
        return character

    def _take(self, wanted: str) -> bool:
        taken = self._next() == wanted
        self.at += taken
        return taken


def _is_set(member: str) -> bool:
    return len(member) == 2 and member[1] in _SETS


def _code(member: str) -> int:
    """Return the code point of a member, which may be escaped."""
    return ord(member[-1])
