"""Regular expressions of the dialect, implemented with `re`."""

from __future__ import annotations

import re
from array import array
from typing import Any

from agent.components.text.arguments import checked_pattern, put_back, read_items
from agent.components.text.contract import ItemError, Spans
from agent.components.text.dialect import translate

__all__ = ["Regex", "spans_of"]


class Regex:
    """The reference implementation of `agent.components.text.contract.Regex`."""

    def __init__(self, pattern: Any) -> None:
        self._pattern = checked_pattern(pattern)
        self._regex = re.compile(translate(self._pattern))

    @property
    def pattern(self) -> str:
        return self._pattern

    def find_all(self, items: Any, /) -> Spans:
        return spans_of(self._regex, items)

    def search(self, items: Any, /) -> list[tuple[int, int] | ItemError | None]:
        texts, errors = read_items("items", items)
        matches = map(self._regex.search, texts)
        return put_back([match and match.span() for match in matches], errors)

    def __repr__(self) -> str:
        return f"Regex({self._pattern!r})"


def spans_of(regex: re.Pattern[str], items: Any) -> Spans:
    """Return the matches of `regex` in each item."""
    texts, errors = read_items("items", items)
    offsets, starts, stops = array("q", [0]), array("q"), array("q")
    for text in texts:
        for match in regex.finditer(text):
            starts.append(match.start())
            stops.append(match.end())
        offsets.append(len(starts))
    return Spans(offsets, starts, stops, tuple(errors))
