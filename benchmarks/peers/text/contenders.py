"""What one would use instead of the text component, each made to its own best."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import polars as pl
import re2  # type: ignore[import-untyped]
from ahocorasick_rs import AhoCorasick, Implementation, MatchKind
from rapidfuzz import fuzz, fuzz_py, process
from rapidfuzz.distance import JaroWinkler, JaroWinkler_py, Levenshtein, Levenshtein_py

from agent import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    Work = Callable[[list[str]], Any]

__all__ = [
    "COMPARED",
    "best",
    "count_words",
    "find",
    "lower",
    "matrix",
    "regex",
    "split",
    "strings",
]

OURS: dict[str, Any] = {
    "rust": registry.implementation("text", "rust")(),
    "rust x2": registry.implementation("text", "rust")(workers=2),
    "python": registry.implementation("text", "python")(),
}

COMPARED: dict[str, tuple[Any, Any, float]] = {
    "levenshtein": (Levenshtein.normalized_similarity, Levenshtein_py.normalized_similarity, 1.0),
    "jaro_winkler": (JaroWinkler.similarity, JaroWinkler_py.similarity, 1.0),
    "token_set": (fuzz.token_set_ratio, fuzz_py.token_set_ratio, 100.0),
}
"""What rapidfuzz calls each measure, in C++ and in Python, and its largest similarity."""


def find(patterns: list[str]) -> dict[str, Work]:
    """Return a function that finds literal patterns in lines by position."""
    automaton = AhoCorasick(
        patterns, matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
    )
    search = automaton.find_matches_as_indexes
    ours = {name: text.patterns(patterns).find_all for name, text in OURS.items()}
    return {
        **ours,
        "ahocorasick_rs": lambda lines: [search(line) for line in lines],
        "dict walk": dict_walk(patterns),
    }


def dict_walk(patterns: list[str]) -> Work:
    """Return a search from place to place through a trie of dicts: Python without `re`."""
    root: dict[str, Any] = {}
    for index, pattern in enumerate(patterns):
        node = root
        for character in pattern:
            node = node.setdefault(character, {})
        node[""] = index

    def search(line: str) -> list[tuple[int, int, int]]:
        found, start, end = [], 0, len(line)
        while start < end:
            node: Any = root.get(line[start])
            place, best = start + 1, None
            while node is not None:
                if "" in node:
                    best = (node[""], start, place)
                if place == end:
                    break
                node = node.get(line[place])
                place += 1
            if best is None:
                start += 1
            else:
                found.append(best)
                start = best[2]
        return found

    return lambda lines: [search(line) for line in lines]


def regex(pattern: str) -> dict[str, Work]:
    """Return what finds a regular expression in lines; RE2 is asked for the strings alone."""
    findall = re2.compile(pattern).findall
    ours = {name: text.regex(pattern).find_all for name, text in OURS.items()}
    return {**ours, "google-re2": lambda lines: [findall(line) for line in lines]}


def strings(form: str | None) -> dict[str, Work]:
    """Return what brings lines into a normalization form; with None, what folds them."""
    if form is None:
        ours = {name: text.casefold for name, text in OURS.items()}
        return {**ours, "CPython": lambda lines: [line.casefold() for line in lines]}
    normalize: Any = unicodedata.normalize
    return {
        **{name: _normalizing(text, form) for name, text in OURS.items()},
        "CPython": lambda lines: [normalize(form, line) for line in lines],
    }


def lower() -> dict[str, Work]:
    """Return what puts lines of ASCII into lower case, which is all that folding does to them."""
    ours = {name: text.casefold for name, text in OURS.items()}
    return {**ours, "str.lower": lambda lines: [line.lower() for line in lines]}


def _normalizing(text: Any, form: str) -> Work:
    return lambda lines: text.normalize(lines, form)


def split() -> dict[str, Work]:
    """Return what finds the words of lines; polars makes a column of lists of strings."""
    return {
        **{name: text.words for name, text in OURS.items()},
        "polars": lambda lines: pl.Series(lines).str.extract_all(r"\w+"),
    }


def count_words() -> dict[str, Work]:
    """Return what counts the words of lines."""
    return {
        **{name: text.count_words for name, text in OURS.items()},
        "polars": lambda lines: pl.Series(lines).str.extract_all(r"\w+").explode().value_counts(),
    }


def matrix(measure: str, choices: list[str]) -> dict[str, Work]:
    """Return what compares queries with all choices."""
    fast, pure, _ = COMPARED[measure]
    return {
        **{name: _comparing(text, choices, measure) for name, text in OURS.items()},
        "rapidfuzz": lambda queries: process.cdist(queries, choices, scorer=fast),
        "rapidfuzz_py": lambda queries: [
            [pure(query, choice) for choice in choices] for query in queries
        ],
    }


def _comparing(text: Any, choices: list[str], measure: str) -> Work:
    return lambda queries: text.similarity_matrix(queries, choices, measure)


def best(measure: str, choices: list[str]) -> dict[str, Work]:
    """Return what finds the best choice for each query, if it reaches 0.6."""
    fast, _, most = COMPARED[measure]
    cutoff = 0.6 * most
    return {
        **{name: _choosing(text, choices, measure) for name, text in OURS.items()},
        "rapidfuzz": lambda queries: [
            process.extractOne(query, choices, scorer=fast, score_cutoff=cutoff)
            for query in queries
        ],
    }


def _choosing(text: Any, choices: list[str], measure: str) -> Work:
    return lambda queries: text.best_match(queries, choices, measure, cutoff=0.6)
