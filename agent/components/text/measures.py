"""Similarity measures: each is prepared for one string, then compares it with others."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile

__all__ = ["MAKE_MEASURE", "Measure", "distance_to", "jaro_winkler_to", "token_set_to"]

Measure = Callable[[str], float]
"""Returns the similarity of a string to the one it was prepared for."""


def _places(text: str) -> dict[str, int]:
    """Return the positions of each character, as the bits of a number."""
    places: dict[str, int] = {}
    for index, character in enumerate(text):
        places[character] = places.get(character, 0) | 1 << index
    return places


def distance_to(left: str) -> Callable[[str], int]:
    """Return a function that computes the Levenshtein distance to `left`.

    Hyyrö's variant of Myers's algorithm (2003): a column of the distance table is stored as the
    increments and decrements between rows, one bit for each row.
    """
    places = _places(left).get
    full = (1 << len(left)) - 1

    def distance(right: str) -> int:
        up, down = full, 0
        for character in right:
            same = places(character, 0) | down
            level = ((same & up) + up ^ up) | same
            ahead = (down | ~(level | up)) << 1 | 1
            behind = (level & up) << 1
            down = ahead & level & full
            up = (behind | ~(level | ahead)) & full
        return len(right) + up.bit_count() - down.bit_count()

    return distance


def levenshtein_to(left: str) -> Measure:
    """Return a function that computes the Levenshtein similarity to `left`."""
    distance = distance_to(left)
    length = len(left)

    def similarity(right: str) -> float:
        longer = max(length, len(right))
        return (longer - distance(right)) / longer if longer else 1.0

    return similarity


def jaro_winkler_to(right: str) -> Measure:
    """Return a function that computes the Jaro-Winkler similarity of a left string to `right`."""
    places = _places(right).get
    length = len(right)

    def similarity(left: str) -> float:
        reach = max(max(len(left), length) // 2 - 1, 0)
        window = (1 << reach + 1) - 1
        free = (1 << length) - 1
        found, taken = [], []
        for index, character in enumerate(left):
            near = places(character, 0) & free & window
            if near:
                first = near & -near
                free ^= first
                found.append(character)
                taken.append(first)
            window = window << 1 | (index < reach)
        matches = len(found)
        if not matches:
            return 0.0 if left or right else 1.0
        taken.sort()
        moved = sum(
            right[first.bit_length() - 1] != character
            for first, character in zip(taken, found, strict=True)
        )
        jaro = (matches / len(left) + matches / length + (matches - moved // 2) / matches) / 3
        if jaro > 0.7:
            equal = takewhile(lambda pair: pair[0] == pair[1], zip(left[:4], right, strict=False))
            prefix = sum(1 for _ in equal)
            jaro += prefix * 0.1 * (1.0 - jaro)
        return jaro

    return similarity


def _common(left: str, right: str) -> int:
    """Return the length of the longest common subsequence, by Hyyrö's algorithm (2004)."""
    if len(left) < len(right):
        left, right = right, left
    places = _places(left).get
    full = (1 << len(left)) - 1
    open_ = full
    for character in right:
        used = open_ & places(character, 0)
        open_ = (open_ + used | open_ - used) & full
    return len(left) - open_.bit_count()


def token_set_to(left: str) -> Measure:
    """Return a function that computes the token-set similarity to `left`."""
    ours = set(left.split())

    def similarity(right: str) -> float:
        theirs = set(right.split())
        both = ours & theirs
        left_only = " ".join(sorted(ours - theirs))
        right_only = " ".join(sorted(theirs - ours))
        if not (left_only or right_only) or (both and not (left_only and right_only)):
            return 1.0
        shared = sum(map(len, both)) + len(both)  # a space after each
        total = shared + len(left_only) + shared + len(right_only)
        best = 2 * (shared + _common(left_only, right_only)) / total
        if both:
            for alone in (left_only, right_only):
                best = max(best, 2 * (shared - 1) / (shared - 1 + shared + len(alone)))
        return best

    return similarity


MAKE_MEASURE: dict[str, Callable[[str], Measure]] = {
    "levenshtein": levenshtein_to,
    "jaro_winkler": jaro_winkler_to,
    "token_set": token_set_to,
}
"""The function that prepares each measure for a string, by the measure's name."""
