# ruff: noqa: RUF001  # what is easily confused is the point
"""Texts and bytes: what breaks ports by itself, and what is composed of it and ordinary words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from agent.porting.strategies.byte_source import Choices

__all__ = ["BYTES", "TEXTS", "compose_bytes", "compose_text"]

_LETTERS = ("a", "b", "ab", "A", "c")
_WORDS = (
    "a", " ", "the", "cat", "The", "cats", "b", "x1", ", ", ". ", "-", "'", "_", "\n", "it's",
    "don", "Hello", "foo_bar", "  ", "e", "ana", "\t", "naïve", "straße", "\u2019", "…", "?", "(",
    ")", "42",
)  # fmt: skip
_NUMBERS = (
    "1", "0", "2", "10", "-", ".", "12", "007", "+", "1e5", "_", " ", ",", "nan", "inf", "0x1f",
    "1.50", "\u0663", "²", "½", "Ⅷ", "一", "\U0001d7d8", "\u0be7",
)  # fmt: skip
_SYNTAX = (
    ".", "*", "[", "]", "(", ")", "\\", "$", "^", "|", "{", "}", "%s", "%", "{0}", "&", "<", ">",
    '"', "'", "#", "/", "+", "?", "=", ";", ":", "@", "~", "`", "!", ",",
)  # fmt: skip

_FAMILIES = (
    # White space to one and not to another; line ends; what prints as nothing.
    ("\x1c", "\x1d", "\x1e", "\x1f", "\x1c\x1d", "\x85", "\t"),
    ("\u3000", "\xa0", "\u1680", "\u2003", "\u202f", "\u205f", "\u180e", "\u200b", "\ufeff"),
    ("\n", "\r", "\r\n", "\x0b", "\x0c", "\u2028", "\u2029", "\x85", "\x1c"),
    ("\x00", "\x01", "\x7f", "\x80", "\xad", "\u2060", "\u202e", "\u200e"),
    ("\u200d", "\u200c", "\ufe0f", "\U0001f468\u200d\U0001f469", "\u2764\ufe0f", "\U0001f468"),
    # Case that changes length, depends on its place, or is there in one direction only.
    ("ß", "ss", "ẞ", "ſ", "SS", "s", "S", "ﬆ", "st"),
    ("İ", "i", "I", "ı", "i\u0307", "\u0307", "J\u030c", "ǰ"),
    ("σ", "Σ", "ς", "ΑΣ", "ας", "Σ.", "Σ\u0301", "α"),
    ("\u0345", "α\u0345", "ᾳ", "ᾼ", "Α\u0345", "\u0345\u0301", "ι", "\u1fbe"),
    ("ŉ", "ʼn", "ΐ", "ΰ", "և", "ﬁ", "fi", "ﬃ", "FI"),
    ("ǆ", "ǅ", "Ǆ", "Ⅷ", "ⅷ", "Ⓐ", "ⓐ", "ª", "ʰ", "ⁿ"),
    ("\u212a", "k", "K", "\u212b", "å", "Å", "Ω", "\u2126", "µ", "\u03bc"),
    ("ა", "Ა", "Ꭰ", "ꭰ", "ᏸ", "\u13f8", "\U00010400", "\U00010428", "\u1c80", "в"),
    # Normal forms: composed, decomposed, reordered, never composed, compatible.
    ("é", "e\u0301", "e", "\u0301", "\u0323", "\u0323\u0301", "\u0301\u0323", "ệ", "e\u0323\u0302"),
    ("가", "\u1100\u1161", "\u1100", "\u1161", "\u11a8", "각", "가\u11a8", "\u11a7"),
    ("\u0958", "\u0344", "\u2adc", "\ufb1d", "\U0001d15e", "\u0f73", "\u0340", "\u037e", "\ufb2c"),
    ("ﷺ", "½", "²", "㎏", "ｱﾞ", "ガ", "Ａ", "ſ\u0323\u0307", "\u1e9b\u0323", "\U0002f800", "豈"),
    # Marks and scripts that are part of a word to one and not to another; right to left.
    ("कि", "क", "ि", "क्ष", "\u0903", "์", "ก", "ー", "·", "‿", "\u203f", "ـ"),
    ("א", "ש\u05c1", "ב", "ع", "\u0660", "٣", "\u0600", "\u06dd", "\u200f"),
    # Code points that a table of another version knows differently, or that no table knows.
    ("\u0378", "\ufdd0", "\uffff", "\ue000", "\U0010ffff", "\U000e0001", "\U000e01ef", "\u0530"),
    (
        "\u2c2f", "\ua7c0", "\ua7d0", "\U00010570", "\U00010597", "\U0001df00", "\U0001df25",
        "\u2ffc", "\u1c89", "\ua7cb", "\ua7da", "\U00010d50", "\U00010d70", "\ua7ce", "\u088f",
        "\U0001e6c0", "\U0001fae8",
    ),
    # Halves of surrogate pairs, alone, in order and out of it; what is beyond 16 bits.
    ("\ud800", "\udfff", "\udc80", "\ud83d\ude00", "\ude00\ud83d", "\U0001f600", "\udcff"),
    ("\U0001f600", "\U00010000", "\U0001d4b3", "\U0001f1e9\U0001f1ea", "\U0001f44d\U0001f3fd", "𝒳"),
)  # fmt: skip
"""Pieces that are easily confused form a family: a text of one resembles the others."""

_COMMON = ("a", " ", "b", "A")
_ALPHABETS = (
    *[_LETTERS, _WORDS, _LETTERS, _WORDS, _NUMBERS, _WORDS, _SYNTAX],
    *[family + _COMMON for family in _FAMILIES],
    tuple(family[index] for index in range(6) for family in _FAMILIES if index < len(family)),
)
_COUNTS = (1, 2, 3, 4, 5, 2, 3, 6, 8, 12, 20)
_REPEATS = (2, 3, 17, 64, 256, 1000)
_LONGEST = 1100
"""Characters of a composed text at most: what takes quadratic time must still come to an end."""

TEXTS = [
    *("'a'", "''", "'b'", "'A'", "'ab'", "' '", "'a b'", "'\\xe9'", "'e\\u0301'", "'\\xdf'"),
    *("'\\u0130'", "'\\ud800'", "'\\x00'", "'\\U0001f600'", "'\\u2028'", "'\\x1c'", "Str('a')"),
    *("'\\u3000'", "'a\\u0345'", "'\\u0378'", "'\\u1c89'", "'\\u0391\\u03a3'", "'\\u0149'"),
    *("'\\ufb01'", "'\\ude00\\ud83d'", "'a\\n'", "'1'", "'a' * 300", "'ab' * 500"),
]
"""Empty, composed and decomposed, changing length with case, halves of surrogates, not-quite
spaces, code points that no table or only a newer one knows, long."""

BYTES = [
    *("b'a'", "b''", "b'\\x00\\xff'", "b'ab'", "Bytes(b'a')", "b'\\xe2\\x82'", "b'ab' * 500"),
]

_OCTETS = (
    b"a", b"b", b" ", b"\x00", b"\n", b"\xff", b"\x80", b"A", b"1", b"\r\n", b"\x1c", b"\x7f",
    b"\xc3\xa9", b"\xe2\x82", b"\xe2\x82\xac", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xc0\xaf",
    b"\xef\xbb\xbf", b"\xf4\x90\x80\x80", b"\x85", b"\\", b"%s", b"=", b"\xfe\xff",
)  # fmt: skip
"""Well-formed UTF-8 and not: cut short, too long, surrogates, beyond the last code point."""


def compose_text(choices: Choices, shortest: int = 0, longest: int | None = None) -> str:
    """Write a text of pieces that belong together, from `shortest` to `longest` characters long."""
    alphabet = choices.of(_ALPHABETS)
    pieces = [choices.of(alphabet) for _ in range(choices.of(_COUNTS))]
    return _sized("".join(pieces), choices, shortest, longest)


def compose_bytes(choices: Choices, shortest: int = 0, longest: int | None = None) -> str:
    """Write bytes, from `shortest` to `longest` of them."""
    pieces = [choices.of(_OCTETS) for _ in range(choices.of(_COUNTS))]
    return _sized(b"".join(pieces), choices, shortest, longest)


def _sized(value: str | bytes, choices: Choices, shortest: int, longest: int | None) -> str:
    """Write `value`, or now and then many of it; cut, or said often enough, to be of its size."""
    most = max(_LONGEST, shortest)
    longest = most if longest is None else min(longest, most)
    value = value[:longest]
    times = 1
    if choices.one_in(20) and value:
        value = value[:1] if choices.below(2) else value
        times = min(choices.of(_REPEATS), longest // len(value))
    if value and len(value) * times < shortest:
        times = -(-shortest // len(value))
        if len(value) * times > longest:
            return f"({value!a} * {times})[:{longest}]"
    return ascii(value) if times == 1 else f"{value!a} * {times}"
