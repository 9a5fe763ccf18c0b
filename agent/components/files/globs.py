r"""The patterns of ``.gitignore``, which globs are too, as regular expressions of bytes.

The rules are those of git: gitignore(5), and ``wildmatch.c`` for sets and ``**``.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass

__all__ = ["Glob", "Rule", "read_rules"]

_BOM = b"\xef\xbb\xbf"

_CLASSES = {
    b"alnum": rb"0-9A-Za-z", b"alpha": rb"A-Za-z", b"blank": b" \t", b"cntrl": rb"\x00-\x1f\x7f",
    b"digit": rb"0-9", b"graph": rb"!-~", b"lower": rb"a-z", b"print": rb" -~",
    b"punct": rb"!-/:-@\[-`{-~", b"space": b"\t-\r ", b"upper": rb"A-Z", b"xdigit": rb"0-9A-Fa-f",
}  # fmt: skip
"""The classes of POSIX, of ASCII, as what is in the brackets of a regular expression."""

_SETS = {
    name: frozenset(b"".join(re.findall(rb"(?s)[%b]" % inside, bytes(range(256)))))
    for name, inside in _CLASSES.items()
}


class _NeverMatchesError(Exception):
    """The pattern is broken, or matches nothing."""


@dataclass(frozen=True)
class Glob:
    """A pattern of names."""

    expression: re.Pattern[bytes] | None
    """Of a whole path, relative to where the pattern is from, or of a name alone; None if it
    matches nothing."""
    anchored: bool
    """Whether it is of a path."""
    folders: bool
    """Whether it matches folders alone."""

    @classmethod
    def of(cls, text: bytes) -> Glob:
        """Read a pattern."""
        folders = text.endswith(b"/")
        text = text[: len(text) - folders]
        anchored = b"/" in text
        text = text.removeprefix(b"/")
        expression = None
        if text:
            with suppress(_NeverMatchesError):
                expression = re.compile(_translated(text), re.DOTALL)
        return cls(expression, anchored, folders)

    def matches(self, path: bytes, name: bytes, *, is_folder: bool) -> bool:
        """Return whether it matches a path, of which `name` is the last part."""
        if self.expression is None or (self.folders and not is_folder):
            return False
        return self.expression.fullmatch(path if self.anchored else name) is not None


@dataclass(frozen=True)
class Rule:
    """A line of an ignore file."""

    glob: Glob
    ignores: bool
    """False for a line that begins with ``!``."""


def read_rules(content: bytes) -> list[Rule]:
    """Return the rules of an ignore file, in their order."""
    rules = []
    for line in content.removeprefix(_BOM).split(b"\n"):
        if line and not line.startswith(b"#"):
            text = _trimmed(line.removesuffix(b"\r").partition(b"\0")[0])
            negated = text.startswith(b"!")
            rules.append(Rule(Glob.of(text[negated:]), not negated))
    return rules


def _trimmed(line: bytes) -> bytes:
    r"""Return a line without the spaces at its end; those after a ``\`` stay."""
    spaces = None
    at = 0
    while at < len(line):
        if line[at] == 0x20:
            spaces = at if spaces is None else spaces
        else:
            if line[at] == 0x5C:
                at += 1
                if at == len(line):
                    return line
            spaces = None
        at += 1
    return line[:spaces]


def _translated(text: bytes) -> bytes:
    """Return the regular expression of a pattern."""
    parts: list[bytes] = []
    at = 0
    while at < len(text):
        byte = text[at : at + 1]
        if byte == b"*":
            stop = at
            while text[stop : stop + 1] == b"*":
                stop += 1
            bounded = (at == 0 or text[at - 1 : at] == b"/") and text[stop : stop + 1] in {
                b"",
                b"/",
            }
            if stop - at == 1 or not bounded:
                parts.append(b"[^/]*")
            elif stop == len(text):
                parts.append(b".*")
            else:
                parts.append(b"(?:.*/)?")
                stop += 1
            at = stop
        elif byte == b"?":
            parts.append(b"[^/]")
            at += 1
        elif byte == b"[":
            members, at = _set(text, at + 1)
            parts.append(members)
        else:
            if byte == b"\\":
                at += 1
                byte = text[at : at + 1]
                if not byte:
                    raise _NeverMatchesError
            parts.append(re.escape(byte))
            at += 1
    return b"".join(parts)


def _set(text: bytes, at: int) -> tuple[bytes, int]:
    """Return the expression of a set whose first member is at `at`, and where it ends."""
    negated = text[at : at + 1] in {b"!", b"^"}
    at += negated
    members: set[int] = set()
    before = 0  # the member that a range may begin with
    first = True
    while first or text[at : at + 1] != b"]":
        first = False
        if text[at : at + 1] == b"-" and before and text[at + 1 : at + 2] not in {b"", b"]"}:
            byte, at = _escaped(text, at + 1)
            members.update(range(before, byte + 1))
            before = 0
        elif (named := _class(text, at)) is not None:
            found, at = named
            members |= found
            before = 0
        else:
            before, at = _escaped(text, at)
            members.add(before)
    if negated:
        members = set(range(256)) - members
    members.discard(0x2F)
    if not members:
        raise _NeverMatchesError
    return b"[" + b"".join(b"\\x%02x" % each for each in sorted(members)) + b"]", at + 1


def _escaped(text: bytes, at: int) -> tuple[int, int]:
    """Return the member of a set at `at`, and where the next is."""
    at += text[at : at + 1] == b"\\"
    if at >= len(text):
        raise _NeverMatchesError
    return text[at], at + 1


def _class(text: bytes, at: int) -> tuple[frozenset[int], int] | None:
    """Return the class, ``[:alpha:]``, at `at`, and where the next member is; None for no class."""
    if not text.startswith(b"[:", at):
        return None
    stop = text.find(b"]", at + 2)
    if stop < 0:
        raise _NeverMatchesError
    if stop == at + 2 or text[stop - 1 : stop] != b":":
        return None  # the bracket is a member
    name = text[at + 2 : stop - 1]
    if name not in _SETS:
        raise _NeverMatchesError
    return _SETS[name], stop + 1
