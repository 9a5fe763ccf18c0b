"""The text reference: `unicodedata`, `re`, and integers as bit sets."""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from agent.components.text.arguments import (
    checked_cutoff,
    checked_strings,
    checked_word,
    checked_workers,
    put_back,
    read_items,
    read_pairs,
)
from agent.components.text.contract import FORMS, MEASURES, BestMatch, ItemError, Spans
from agent.components.text.expressions import Regex, spans_of
from agent.components.text.literals import Patterns
from agent.components.text.measures import (
    MAKE_MEASURE,
    Measure,
    distance_to,
    jaro_winkler_to,
    token_set_to,
)
from agent.components.text.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Text"]

_WORD = re.compile(r"\w+")


class Text(Sealed):
    """The reference implementation of `agent.components.text.contract.Text`."""

    __slots__ = ("_workers",)

    def __init__(self, *, workers: Any = 1) -> None:
        self._workers = checked_workers(workers)

    @property
    def workers(self) -> int:
        return self._workers

    def normalize(self, items: Any, form: Any, /) -> list[str | ItemError]:
        texts, errors = read_items("items", items)
        chosen: Any = checked_word("form", form, FORMS)
        return put_back([normalize(chosen, text) for text in texts], errors)

    def casefold(self, items: Any, /) -> list[str | ItemError]:
        texts, errors = read_items("items", items)
        return put_back([text.casefold() for text in texts], errors)

    def words(self, items: Any, /) -> Spans:
        return spans_of(_WORD, items)

    def count_words(self, items: Any, /) -> dict[str, int]:
        texts, _ = read_items("items", items)
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_WORD.findall(text))
        return dict(counts)

    def patterns(self, patterns: Any, /) -> Patterns:
        return Patterns(patterns)

    def regex(self, pattern: Any, /) -> Regex:
        return Regex(pattern)

    def levenshtein(self, lefts: Any, rights: Any, /) -> list[int | ItemError]:
        return _each_pair(distance_to, lefts, rights)

    def jaro_winkler(self, lefts: Any, rights: Any, /) -> list[float | ItemError]:
        return _each_pair(jaro_winkler_to, lefts, rights)

    def token_set(self, lefts: Any, rights: Any, /) -> list[float | ItemError]:
        return _each_pair(token_set_to, lefts, rights)

    def similarity_matrix(
        self, queries: Any, choices: Any, measure: Any = "levenshtein", /
    ) -> list[Sequence[float] | ItemError]:
        texts, errors = read_items("queries", queries)
        others = checked_strings("choices", choices)
        make = MAKE_MEASURE[checked_word("measure", measure, MEASURES)]
        similar = [make(other) for other in others]
        rows = [array("d", [similarity(text) for similarity in similar]) for text in texts]
        return put_back(rows, errors)

    def best_match(
        self, queries: Any, choices: Any, measure: Any = "levenshtein", /, *, cutoff: Any = 0.0
    ) -> list[BestMatch | ItemError | None]:
        texts, errors = read_items("queries", queries)
        others = checked_strings("choices", choices)
        make = MAKE_MEASURE[checked_word("measure", measure, MEASURES)]
        least = checked_cutoff(cutoff)
        similar = [make(other) for other in others]
        return put_back([_best(similar, text, least) for text in texts], errors)

    def __repr__(self) -> str:
        return f"Text(workers={self._workers})"


def _each_pair(make: Callable[[str], Callable[[str], Any]], lefts: Any, rights: Any) -> list[Any]:
    ours, theirs, errors = read_pairs(lefts, rights)
    return put_back([make(right)(left) for left, right in zip(ours, theirs, strict=True)], errors)


def _best(similar: list[Measure], query: str, least: float) -> BestMatch | None:
    similarities = [similarity(query) for similarity in similar]
    best = max(similarities, default=-1.0)
    return BestMatch(similarities.index(best), best) if best >= least else None
