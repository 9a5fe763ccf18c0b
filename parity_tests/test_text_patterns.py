"""Literal patterns: wherever in a text they are, whatever they are made of, and among others."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

CHARACTERS = [*map(chr, range(1, 256)), "Σ", "\uffff", "\U0001f600"]
LETTERS = "bcdefghijkl"


def expected(patterns: list[str], item: str) -> list[tuple[int, int, int]]:
    """Return the matches: the earliest, and of those with the same start the longest."""
    found, place = [], 0
    while place < len(item):
        here = [each for each in patterns if item.startswith(each, place)]
        if here:
            longest = max(here, key=len)
            found.append((patterns.index(longest), place, place + len(longest)))
        place += len(longest) if here else 1
    return found


@pytest.fixture
def check(implementation: Any) -> Any:
    """Return what compares the matches of patterns in items with those that are expected."""

    def compare(patterns: list[str], items: list[str]) -> None:
        found = implementation("text")().patterns(patterns).find_all(items)
        assert list(found) == [expected(patterns, item) for item in items]

    return compare


@pytest.mark.parametrize("behind", ["", "é"], ids=["ASCII", "others"])
@pytest.mark.parametrize("other", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("length", range(1, 11))
def test_a_pattern_is_found_at_each_place(check: Any, length: int, other: str, behind: str) -> None:
    """Alone and with a shorter one, which decides how many characters of both are looked up."""
    pattern = LETTERS[:length]
    places = product(range(20), range(12))
    items = [f"{'a' * before}{pattern}{'a' * after}{behind}" for before, after in places]
    check([pattern, other] if other else [pattern], items)


@pytest.mark.parametrize(
    ("length", "place"), [(length, place) for length in (3, 4, 6, 9) for place in range(length)]
)
def test_a_pattern_may_be_of_any_character(check: Any, length: int, place: int) -> None:
    for character in CHARACTERS:
        pattern = LETTERS[:place] + character + LETTERS[place + 1 : length]
        near = LETTERS[:place] + "a" + LETTERS[place + 1 : length]
        check([pattern], [f"{'a' * before}{pattern}{near}aaaa" for before in (0, 1, 13)])


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 130])
@pytest.mark.parametrize("length", [0, 3, 8, 11, 12, 13, 40, 700])
def test_each_item_has_its_own_matches(check: Any, count: int, length: int) -> None:
    """Short items are searched together."""
    items = [
        (("bcde" if number % 3 else "fghi") + "a" * (number % 5)) * (1 + length // 4)
        for number in range(count)
    ]
    cut = [item[number % 4 :][:length] for number, item in enumerate(items)]
    check(["bcde", "fghij", "fghi", "ebcd"], cut)


@pytest.mark.parametrize("known", [1, 2, 3, 4, 5])
def test_the_longest_of_many_wins(check: Any, known: int) -> None:
    patterns = [
        "".join(letters)
        for length in range(known, known + 3)
        for letters in product("ab", repeat=length)
        if letters[0] == "a" or length != known
    ]
    words = map("".join, product("abc", repeat=7))
    items = [word + "c" * (number % 3) for number, word in enumerate(words)]
    check(patterns, [*items, *(item + "é" for item in items[::7])])


def test_matches_meet_their_replacements(implementation: Any) -> None:
    text = implementation("text")()
    patterns = text.patterns(["bcde", "bc", "é"])
    items = ["", "a", "bcde", "abcdebca", "bcbcbcde", "éa", "aébcdeΣ", "a" * 20 + "bc" + "a" * 20]
    assert patterns.replace_all(items, "<>") == [
        *("", "a", "<>", "a<><>a", "<><><>", "<>a", "a<><>Σ", "a" * 20 + "<>" + "a" * 20)
    ]
    assert patterns.replace_all(["bcdeébc"], ["1", "", "Σ"]) == ["1Σ"]


@pytest.mark.parametrize("length", [1, 15, 16, 17, 33, 5_000, 300_000])
def test_what_is_ascii_is_made_as_python_makes_it(implementation: Any, length: int) -> None:
    """As small as it can be, and known to be ASCII."""
    text = implementation("text")()
    for found in (
        *text.casefold(["A" * length]),
        *text.normalize(["a" * length], "NFC"),
        *text.patterns(["b"]).replace_all(["b" + "a" * (length - 1)], "a"),
    ):
        assert found == "a" * length
        assert (found.isascii(), found.__sizeof__()) == (True, ("a" * length).__sizeof__())
