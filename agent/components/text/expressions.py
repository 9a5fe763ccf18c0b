"""Regular expressions of the dialect: `re` where it is fast for sure, otherwise an automaton."""

from __future__ import annotations

import re
import sys
from array import array
from typing import TYPE_CHECKING, Any

from agent.components.text.arguments import checked_pattern, put_back, read_items
from agent.components.text.automaton import Automaton
from agent.components.text.backtracking import longest_text
from agent.components.text.contract import ItemError, Spans
from agent.components.text.dialect import parse
from agent.components.text.sealed import Sealed
from agent.components.text.syntax import source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Regex", "Span", "spans_of"]

Span = tuple[int, int]
"""Start and end, exclusive."""


class Regex(Sealed):
    """The reference implementation of `agent.components.text.contract.Regex`."""

    __slots__ = ("_built", "_longest", "_pattern", "_regex", "_tree")

    def __init__(self, pattern: Any) -> None:
        self._pattern = checked_pattern(pattern)
        self._tree = parse(self._pattern)
        self._regex = re.compile(source(self._tree))
        self._longest = longest_text(self._tree)
        self._built: Automaton | None = None

    @property
    def pattern(self) -> str:
        return self._pattern

    def find_all(self, items: Any, /) -> Spans:
        return spans_of(self._regex, items, self._longest, self._find)

    def search(self, items: Any, /) -> list[Span | ItemError | None]:
        texts, errors = read_items("items", items)
        return put_back([self._first(text) for text in texts], errors)

    @property
    def _automaton(self) -> Automaton:
        """The automaton, which is built when it is first needed."""
        built = self._built
        if built is None:
            built = self._built = Automaton(self._tree)
        return built

    def _find(self, text: str) -> Iterable[Span]:
        return self._automaton.find(text)

    def _first(self, text: str) -> Span | None:
        if len(text) <= self._longest:
            match = self._regex.search(text)
            return match and match.span()
        return next(self._automaton.find(text), None)

    def __repr__(self) -> str:
        return f"Regex({self._pattern!r})"


def spans_of(
    regex: re.Pattern[str],
    items: Any,
    longest: int = sys.maxsize,
    find: Callable[[str], Iterable[Span]] = lambda _: (),
) -> Spans:
    """Return the matches of `regex` in each item, as found by `find` in any above `longest`."""
    texts, errors = read_items("items", items)
    offsets, starts, stops = array("q", [0]), array("q"), array("q")
    for text in texts:
        if len(text) <= longest:
            for match in regex.finditer(text):
                starts.append(match.start())
                stops.append(match.end())
        else:
            for start, stop in find(text):
                starts.append(start)
                stops.append(stop)
        offsets.append(len(starts))
    return Spans(offsets, starts, stops, tuple(errors))
