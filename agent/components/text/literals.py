"""Literal patterns: one regular expression with the structure of their trie."""

from __future__ import annotations

import re
from array import array
from typing import Any

from agent.components.text.arguments import (
    checked_patterns,
    checked_replacements,
    put_back,
    read_items,
)
from agent.components.text.contract import ItemError, Matches
from agent.components.text.sealed import Sealed

__all__ = ["Patterns"]

_DEEPEST = 8
"""Depth of the trie; beyond it, the rest of each pattern is an alternative."""


class Patterns(Sealed):
    """The reference implementation of `agent.components.text.contract.Patterns`."""

    __slots__ = ("_count", "_index", "_regex")

    def __init__(self, patterns: Any) -> None:
        texts = checked_patterns(patterns)
        self._count = len(texts)
        self._index = {text: index for index, text in reversed(list(enumerate(texts)))}
        self._regex = re.compile(_longest_of(list(self._index), _DEEPEST) if texts else "(?!)")

    def find_all(self, items: Any, /) -> Matches:
        texts, errors = read_items("items", items)
        index = self._index
        finditer = self._regex.finditer
        offsets, patterns, starts, stops = array("q", [0]), array("q"), array("q"), array("q")
        for text in texts:
            for match in finditer(text):
                patterns.append(index[match[0]])
                starts.append(match.start())
                stops.append(match.end())
            offsets.append(len(starts))
        return Matches(offsets, patterns, starts, stops, tuple(errors))

    def replace_all(self, items: Any, replacements: Any, /) -> list[str | ItemError]:
        texts, errors = read_items("items", items)
        chosen = checked_replacements(replacements, self._count)
        by_text = {text: chosen[index] for text, index in self._index.items()}
        replace = self._regex.sub
        return put_back([replace(lambda match: by_text[match[0]], text) for text in texts], errors)

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Patterns({self._count})"


def _longest_of(tails: list[str], depth: int) -> str:
    """Return an expression for the longest of `tails` that branches at each character."""
    if depth == 0 or len(tails) == 1:
        return "|".join(map(re.escape, sorted(tails, key=len, reverse=True)))
    by_first: dict[str, list[str]] = {}
    for tail in tails:
        if tail:
            by_first.setdefault(tail[0], []).append(tail[1:])
    options = [
        f"{re.escape(first)}(?:{_longest_of(rest, depth - 1)})"
        if rest != [""]
        else re.escape(first)
        for first, rest in by_first.items()
    ]
    chosen = f"(?:{'|'.join(options)})"
    return f"{chosen}?" if "" in tails else chosen
