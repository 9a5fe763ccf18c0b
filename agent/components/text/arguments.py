"""Argument checks of the reference, batches included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agent.components.text.contract import MAX_WORKERS, ItemError

__all__ = [
    "checked_cutoff",
    "checked_pattern",
    "checked_patterns",
    "checked_replacements",
    "checked_strings",
    "checked_word",
    "checked_workers",
    "put_back",
    "read_items",
    "read_pairs",
]


def _listed(name: str, value: Any) -> list[Any]:
    """Return the items of an iterable; refuse a single string."""
    if isinstance(value, str | bytes) or not isinstance(value, Iterable):
        message = f"{name} must be an iterable of str, not {type(value).__name__}"
        raise TypeError(message)
    return list(value)


def read_items(name: str, items: Any) -> tuple[list[str], list[ItemError]]:
    """Return the strings of a batch and its errors; an invalid item becomes an empty string."""
    texts = _listed(name, items)
    errors = []
    if not set(map(type, texts)) <= {str}:
        for index, item in enumerate(texts):
            if isinstance(item, str):
                texts[index] = str.__str__(item)
            else:
                message = f"an item must be a str, not {type(item).__name__}"
                errors.append(ItemError(index, message))
                texts[index] = ""
    return texts, errors


def read_pairs(lefts: Any, rights: Any) -> tuple[list[str], list[str], list[ItemError]]:
    """Return two batches of equal length and their errors, at most one for each pair."""
    ours, errors = read_items("lefts", lefts)
    theirs, more = read_items("rights", rights)
    if len(ours) != len(theirs):
        message = f"lefts and rights must be equally many, not {len(ours)} and {len(theirs)}"
        raise ValueError(message)
    by_index = {error.index: error for error in [*more, *errors]}
    return ours, theirs, list(by_index.values())


def put_back(results: list[Any], errors: Sequence[ItemError]) -> list[Any]:
    """Return `results` with each error at the index of its item."""
    for error in errors:
        results[error.index] = error
    return results


def checked_strings(name: str, value: Any) -> list[str]:
    """Return the items of `value` if all are strings."""
    strings = _listed(name, value)
    for index, string in enumerate(strings):
        if not isinstance(string, str):
            message = f"{name}[{index}] must be a str, not {type(string).__name__}"
            raise TypeError(message)
    return [str.__str__(string) for string in strings]


def checked_patterns(value: Any) -> list[str]:
    """Return the literal patterns if none is empty."""
    patterns = checked_strings("patterns", value)
    if "" in patterns:
        message = f"patterns[{patterns.index('')}] must not be empty"
        raise ValueError(message)
    return patterns


def checked_replacements(value: Any, count: int) -> list[str]:
    """Return one replacement for each of `count` patterns."""
    if isinstance(value, str):
        return [str.__str__(value)] * count
    replacements = checked_strings("replacements", value)
    if len(replacements) != count:
        message = f"replacements must be as many as the patterns: {count}, not {len(replacements)}"
        raise ValueError(message)
    return replacements


def checked_pattern(value: Any) -> str:
    """Return `value` if it is the text of a regular expression."""
    if not isinstance(value, str):
        message = f"pattern must be a str, not {type(value).__name__}"
        raise TypeError(message)
    return str.__str__(value)


def checked_word(name: str, value: Any, known: Sequence[str]) -> str:
    """Return `value` if it is one of `known`."""
    if not isinstance(value, str):
        message = f"{name} must be a str, not {type(value).__name__}"
        raise TypeError(message)
    if value not in known:
        message = f"{name} must be one of {', '.join(known)}, not {value!r}"
        raise ValueError(message)
    return str.__str__(value)


def checked_workers(value: Any) -> int:
    """Return `value` if it is a valid number of threads."""
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"workers must be an int, not {type(value).__name__}"
        raise TypeError(message)
    if not 1 <= value <= MAX_WORKERS:
        message = f"workers must be from 1 to {MAX_WORKERS}, not {value!r}"
        raise ValueError(message)
    return int(value)


def checked_cutoff(value: Any) -> float:
    """Return `value` if it is a valid similarity."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        message = f"cutoff must be a float or an int, not {type(value).__name__}"
        raise TypeError(message)
    if not 0.0 <= value <= 1.0:
        message = f"cutoff must be from 0.0 to 1.0, not {value!r}"
        raise ValueError(message)
    return float(value)
