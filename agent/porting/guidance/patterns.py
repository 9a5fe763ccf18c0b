"""Texts that a regular expression matches: one for each choice that it leaves."""

from __future__ import annotations

import re
from itertools import groupby, islice
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["choices_of"]

_MOST = 40
"""Texts of one pattern."""

_EACH = 8
"""Texts of one part of it."""

_LONGEST = 2_000
"""Letters of what is repeated at most."""

_NUMERALS = {1: ("1", "0", "9"), 2: ("01", "12", "29", "00"), 4: ("2024", "1900", "0001")}
"""Digits that are a number of that many digits, and mostly one of a date."""

_DIGIT = codes.IN, [(codes.CATEGORY, codes.CATEGORY_DIGIT)]
"""What ``\\d`` is parsed to."""

_OF_CATEGORY = {
    "CATEGORY_DIGIT": "107\u0663", "CATEGORY_SPACE": " \t\x1c\xa0", "CATEGORY_WORD": "aB_0\xe9",
    "CATEGORY_NOT_DIGIT": "a-", "CATEGORY_NOT_SPACE": "a0-", "CATEGORY_NOT_WORD": " -",
}  # fmt: skip

_ANY = "a 0-_\xe9A"
"""Letters of which some are in most sets."""


def choices_of(pattern: re.Pattern[Any]) -> list[Any]:
    """Return texts in which each alternative, option and range of a pattern is taken once.

    They match, the simplest first, but for what looks ahead or back: that is not tried, as a search
    may take for ever.
    """
    source = pattern.pattern
    text = source if isinstance(source, str) else source.decode("latin-1")
    try:
        tree = parser.parse(text, pattern.flags & ~re.UNICODE)
        found = _of_sequence(tree)
    except (re.error, RecursionError, ValueError, KeyError):
        return []
    made = found if isinstance(source, str) else [_octets(each) for each in found]
    return list(dict.fromkeys(made))[:_MOST]


def _octets(text: str) -> bytes:
    return text.encode("latin-1", "ignore")


def _of_sequence(nodes: Iterable[Any]) -> list[str]:
    """Return the simplest text of a sequence, then those with another choice in one place."""
    parts: list[list[str]] = []
    for digits, group in groupby(nodes, _DIGIT.__eq__):
        run = list(group)
        if digits and len(run) in _NUMERALS:
            parts.append(list(_NUMERALS[len(run)]))
        else:
            parts += [_of_node(*node) or [""] for node in run]
    simplest = [part[0] for part in parts]
    made = ["".join(simplest)]
    for index, part in enumerate(parts):
        made += ["".join([*simplest[:index], other, *simplest[index + 1 :]]) for other in part[1:]]
    return list(dict.fromkeys(made))[:_MOST]


def _of_node(code: Any, argument: Any) -> list[str]:  # noqa: PLR0911  # one for each kind
    if code is codes.LITERAL:
        return [chr(argument)]
    if code is codes.NOT_LITERAL:
        return [each for each in _ANY if ord(each) != argument][:2]
    if code is codes.ANY:
        return list(_ANY[:3])
    if code is codes.IN:
        return _of_set(argument)[:_EACH]
    if code is codes.BRANCH:
        return [text for branch in argument[1] for text in _of_sequence(branch)[:_EACH]]
    if code is codes.SUBPATTERN:
        return _of_sequence(argument[-1])
    if code is codes.ATOMIC_GROUP:
        return _of_sequence(argument)
    if code in {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}:
        return _repeated(*argument)
    return []


def _repeated(least: int, most: Any, nodes: Any) -> list[str]:
    """Return what comes as seldom as allowed, and once more; each choice of it once."""
    if list(nodes) == [_DIGIT] and least == most and least in _NUMERALS:
        return list(_NUMERALS[least])
    some = _of_sequence(nodes)[: 2 * _EACH]
    simplest = some[0]
    if len(simplest) * least > _LONGEST:
        return []
    made = [simplest * least]
    made += [other + simplest * max(0, least - 1) for other in (some if not least else some[1:])]
    if most is codes.MAXREPEAT or int(most) > max(1, least):
        made += [simplest * (max(1, least) + 1), "".join(islice([*some, *some], max(2, least)))]
    return made


def _of_set(items: list[Any]) -> list[str]:
    """Return letters of a set: of each of its parts one, or more."""
    if items[0][0] is codes.NEGATE:
        barred = set(_of_set(items[1:])) if len(items) > 1 else set()
        return [each for each in _ANY if each not in barred]
    firsts, others = [], []
    for code, argument in items:
        if code is codes.LITERAL:
            firsts.append(chr(argument))
        elif code is codes.RANGE:
            low, high = argument
            firsts.append(chr(low))
            others += [chr(high), chr((low + high) // 2)]
        elif code is codes.CATEGORY:
            letters = _OF_CATEGORY.get(str(argument), "")
            firsts += letters[:1]
            others += letters[1:]
    return [*firsts, *others]
