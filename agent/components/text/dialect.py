"""The regular-expression dialect: parses a pattern.

Only syntax with the same meaning in every engine is accepted, so that another engine can implement
the same dialect.
"""

from __future__ import annotations

import re
from typing import NamedTuple, NoReturn

from agent.components.text.contract import (
    MAX_DEPTH,
    MAX_PATTERN,
    MAX_REPEAT,
    MAX_SIZE,
    MAX_STATES,
)
from agent.components.text.errors import PatternError
from agent.components.text.syntax import (
    Anchor,
    Choice,
    Node,
    Repeat,
    Sequence,
    Single,
    least,
    singles,
    size,
    states,
)

__all__ = ["parse"]

_SPECIAL = frozenset(r"\.^$*+?{}[]|()")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}
_DIGITS = {"x": 2, "u": 4, "U": 8}
_SETS = {"d": 25, "D": 25, "s": 25, "S": 25, "w": 80, "W": 80}
"""The sets with a name of their own, and their states."""
_MANY = 10
"""The states of any other set with characters beyond ASCII that are not listed one by one."""
_LISTED = 256
"""The most characters of a range that are listed one by one."""
_ASCII_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def parse(pattern: str) -> Node:
    """Return the syntax tree of `pattern`; raise `PatternError` if it is not in the dialect."""
    if len(pattern) > MAX_PATTERN:
        message = f"a pattern may have {MAX_PATTERN} characters, not {len(pattern)}"
        raise PatternError(message)
    reader = _Reader(pattern)
    tree = reader.choice(MAX_DEPTH)
    if reader.at < len(pattern):
        reader.refuse("there is no ( for this )")
    if least(tree) == 0:
        message = "a pattern that can match nothing would match everywhere"
        raise PatternError(message)
    if (written := size(tree)) > MAX_SIZE:
        message = f"a pattern may come to {MAX_SIZE} characters written out, not {written}"
        raise PatternError(message)
    if (needed := states(tree)) > MAX_STATES:
        message = f"a pattern may come to {MAX_STATES} states, not {needed}"
        raise PatternError(message)
    return tree


class _Member(NamedTuple):
    """A character, a range or a named set, in a set or on its own."""

    source: str
    states: int
    characters: str
    """All that it matches, if they are few; otherwise empty."""

    @classmethod
    def of(cls, character: str) -> _Member:
        """Return a member that is a character."""
        return cls(re.escape(character), 1, character)


class _Reader:
    """Parses a pattern from left to right."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.at = 0

    def refuse(self, reason: str, at: int | None = None) -> NoReturn:
        """Raise `PatternError` for a position in the pattern."""
        message = f"{reason}, at {self.at if at is None else at}"
        raise PatternError(message)

    def choice(self, depth: int) -> Node:
        """Read alternatives up to the end or to a closing parenthesis."""
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self, depth: int) -> Sequence:
        parts = []
        while self._next() not in {"", "|", ")"}:
            parts.append(self._repeated(depth))
        return Sequence(tuple(parts))

    def _repeated(self, depth: int) -> Node:
        begin = self.at
        node = self._atom(depth)
        repeat = self._repeat()
        if repeat is None:
            return node
        fewest, most = repeat
        body = singles(node)
        if not body:
            self.refuse("what is repeated must be a character, a set or a plain group", begin)
        return Repeat(body, fewest, most, greedy=not self._take("?"))

    def _repeat(self) -> tuple[int, int | None] | None:
        """Read a repetition, if there is one."""
        if self._take("*"):
            return 0, None
        if self._take("+"):
            return 1, None
        if self._take("?"):
            return 0, 1
        begin = self.at
        if not self._take("{"):
            return None
        fewest = self._number(begin)
        most: int | None = fewest
        if self._take(","):
            most = None if self._next() == "}" else self._number(begin)
        if not self._take("}") or (most is not None and most < max(fewest, 1)):
            self.refuse("a repetition is {m}, {m,} or {m,n} with m up to n, and n above 0", begin)
        return fewest, most

    def _number(self, begin: int) -> int:
        start = self.at
        while self._next() in _ASCII_DIGITS:
            self.at += 1
        digits = self._pattern[start : self.at]
        if not digits or len(digits) > len(str(MAX_REPEAT)) or int(digits) > MAX_REPEAT:
            self.refuse(f"a repetition counts up to {MAX_REPEAT}", begin)
        return int(digits)

    def _atom(self, depth: int) -> Node:  # noqa: PLR0911  # one for each kind
        begin = self.at
        character = self._any()
        match character:
            case "(":
                return self._group(depth, begin)
            case "[":
                return self._set(begin)
            case ".":
                return Single(".", _MANY)
            case "^":
                return Anchor(r"\A")
            case "$":
                return Anchor(r"\Z")
            case "\\":
                return Single(*self._escaped(begin))
        if character in _SPECIAL:
            self.refuse(f"{character} needs a \\ here", begin)
        return Single(*_Member.of(character))

    def _group(self, depth: int, begin: int) -> Node:
        if depth == 0:
            self.refuse(f"groups may be {MAX_DEPTH} deep", begin)
        if self._take("?") and not self._take(":"):
            self.refuse("a group begins with ( or (?:", begin)
        inside = self.choice(depth - 1)
        if not self._take(")"):
            self.refuse("there is no ) for this (", begin)
        return inside

    def _escaped(self, begin: int) -> _Member:
        r"""Read what follows a ``\``; return one character or set."""
        character = self._any()
        if character in _SETS:
            return _Member("\\" + character, _SETS[character], "")
        if character in _CONTROLS:
            return _Member.of(_CONTROLS[character])
        if character in _DIGITS:
            digits = self._pattern[self.at : self.at + _DIGITS[character]]
            self.at += len(digits)
            if len(digits) < _DIGITS[character] or not _HEX_DIGITS.issuperset(digits):
                self.refuse(f"\\{character} takes {_DIGITS[character]} hexadecimal digits", begin)
            if int(digits, 16) > 0x10FFFF:
                self.refuse("there is no such character", begin)
            return _Member.of(chr(int(digits, 16)))
        if character == "" or (character.isascii() and character.isalnum()):
            self.refuse("this escape is not known", begin)
        return _Member.of(character)

    def _set(self, begin: int) -> Single:
        """Read a set of characters up to its bracket."""
        negated = self._take("^")
        members = []
        while not self._take("]"):
            member = self._member(begin)
            if self._next() == "-" and self._pattern[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.at += 1
                member = self._range(member, self._member(begin), begin)
            members.append(member)
        if not members:
            self.refuse("a set needs a member", begin)
        source = "".join(member.source for member in members)
        needed = sum(member.states for member in members)
        if negated:
            return Single(f"[^{source}]", needed + _MANY)
        listed = all(member.characters for member in members)
        characters = "".join(member.characters for member in members) if listed else ""
        return Single(f"[{source}]", needed, characters)

    def _range(self, first: _Member, last: _Member, begin: int) -> _Member:
        low, high = first.characters, last.characters
        if not low or not high or low > high:
            self.refuse("a range goes from a character to one not before it", begin)
        codes = range(ord(low), ord(high) + 1)
        characters = "".join(map(chr, codes)) if len(codes) <= _LISTED else ""
        needed = 1 if high.isascii() else _MANY
        return _Member(f"{first.source}-{last.source}", needed, characters)

    def _member(self, begin: int) -> _Member:
        at = self.at
        character = self._any()
        if character == "":
            self.refuse("there is no ] for this [", begin)
        if character == "[":
            self.refuse("[ needs a \\ here", at)
        return self._escaped(at) if character == "\\" else _Member.of(character)

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
