"""Text: its contract, clause by clause, on each side; then the sides against each other."""

from __future__ import annotations

import re
import sys
import threading
import time
import unicodedata
from array import array
from collections import Counter
from itertools import product
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from agent import registry
from agent.components.text.contract import (
    MAX_PATTERN,
    MAX_WORKERS,
    MEASURES,
    BestMatch,
    ItemError,
    Matches,
    Spans,
)
from agent.errors import PatternError
from agent.testing import parity

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def text(implementation: Any) -> Any:
    """Return the text component of one side."""
    return implementation.text()


def test_casefold_sees_a_capital_wherever_it_stands(text: Any) -> None:
    items = [
        "x" * before + letter + "y" * behind
        for before in range(34)
        for behind in range(34)
        for letter in "AZ@[q"
    ]
    assert text.casefold(items) == [item.casefold() for item in items]


@pytest.mark.parametrize("letter", "éΣ\U0001f600")
def test_long_strings_of_each_width(text: Any, letter: str) -> None:
    item = (letter + "A") * 140_000
    assert text.casefold([item]) == [item.casefold()]


@pytest.mark.parametrize("length", [2, 1023, 1024, 1025, 3000])
def test_marks_in_a_row_are_put_in_order(text: Any, length: int) -> None:
    marks = "".join("\u0301\u0327\u0300\u0334\u0345\u0316"[place**2 % 6] for place in range(length))
    items = [f"{marks}", f"é{marks}ạ{marks}", f"a{marks}\n{marks}"]
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert text.normalize(items, form) == [unicodedata.normalize(form, item) for item in items]


LETTERS = ("a", "é", "Σ", "\U0001f600")
"""One of each width that a string may have."""


@pytest.mark.parametrize(
    ("block", "letter"), [*product([1 << 10, 1 << 14], LETTERS), (1 << 18, "Σ")]
)
def test_what_lies_across_two_blocks(text: Any, block: int, letter: str) -> None:
    items = [
        f"{'-' * (block - before)}{letter}x1y e\u0301\u0327 -{'z ' * behind}{letter}x"
        for before in range(6)
        for behind in (0, 1, 5)
    ]
    words = [[match.span() for match in re.finditer(r"\w+", item)] for item in items]
    assert list(text.words(items)) == words
    assert text.count_words(items) == Counter(
        item[start:stop] for item, spans in zip(items, words, strict=True) for start, stop in spans
    )
    literal = re.compile(f"{letter}x1|1y e|z z|{letter}x")
    patterns = text.patterns(literal.pattern.split("|"))
    found = [[match.span() for match in literal.finditer(item)] for item in items]
    assert [[match[1:] for match in matches] for matches in patterns.find_all(items)] == found
    assert patterns.replace_all(items, "Ω") == [literal.sub("Ω", item) for item in items]
    assert list(text.regex(literal.pattern).find_all(items)) == found
    for form in ("NFC", "NFD"):
        assert text.normalize(items, form) == [unicodedata.normalize(form, item) for item in items]
    assert text.casefold(items) == [item.casefold() for item in items]


class TestBatches:
    """Strings in, answers in their order, what is no string an error of its own."""

    def test_what_is_no_string_is_an_error_in_its_place(self, text: Any) -> None:
        message = "an item must be a str, not NoneType"
        assert text.casefold(["A", None, "B"]) == ["a", ItemError(1, message), "b"]
        assert text.levenshtein(["a", None], [b"", "b"]) == [
            ItemError(0, "an item must be a str, not bytes"),
            ItemError(1, message),
        ]
        found = text.words(["a", None, "b"])
        assert (list(found), found.errors) == ([[(0, 1)], [], [(0, 1)]], (ItemError(1, message),))

    @pytest.mark.parametrize("batch", ["abc", b"abc", 5, None])
    def test_a_single_string_is_no_batch(self, text: Any, batch: Any) -> None:
        kind = type(batch).__name__
        with pytest.raises(TypeError, match=f"^items must be an iterable of str, not {kind}$"):
            text.casefold(batch)

    def test_a_batch_may_be_any_iterable(self, text: Any) -> None:
        assert text.casefold(iter("AB")) == text.casefold(("A", "B")) == ["a", "b"]

    def test_a_subclass_counts_as_the_string_it_holds(self, text: Any) -> None:
        class Shout(str):
            __slots__ = ()

            def casefold(self) -> str:
                return "!"

        (folded,) = text.casefold([Shout("A")])
        (same,) = text.normalize([Shout("a")], "NFC")
        assert (type(folded), folded, type(same), same) == (str, "a", str, "a")

    def test_pairs_must_be_equally_many(self, text: Any) -> None:
        with pytest.raises(ValueError, match=r"equally many, not 1 and 2$"):
            text.levenshtein(["a"], ["a", "b"])

    def test_lone_surrogates_are_characters(self, text: Any) -> None:
        lone = "a\ud800b\udc00"
        assert text.normalize([lone], "NFKD") == [lone]
        assert text.casefold([lone.upper()]) == [lone]
        assert list(text.words([lone])) == [[(0, 1), (2, 3)]]
        assert list(text.patterns(["\ud800b"]).find_all([lone])) == [[(0, 1, 3)]]
        assert text.patterns(["\udc00"]).replace_all([lone], "\udfff") == ["a\ud800b\udfff"]
        assert list(text.regex(r"[\ud800-\udbff].\udc00").find_all([lone])) == [[(1, 4)]]
        assert text.levenshtein([lone], ["ab"]) == [2]
        # A pair of them is two characters, and not the one that they would encode.
        assert text.levenshtein(["\ud83d\ude00"], ["\U0001f600"]) == [2]
        assert text.count_words(["\ud83dx\ude00"]) == {"x": 1}


def longest_first(patterns: list[str], item: str) -> list[tuple[int, int, int]]:
    """Return the matches of literal patterns, found by `re`: it takes the first that matches."""
    choices = re.compile("|".join(map(re.escape, sorted(patterns, key=len, reverse=True))))
    return [(patterns.index(found[0]), *found.span()) for found in choices.finditer(item)]


class TestLiteralPatterns:
    """The earliest, then the longest, then behind it."""

    def test_the_longest_of_those_that_begin_together(self, text: Any) -> None:
        found = text.patterns(["b", "abc", "ab", "ab"]).find_all(["abcab"])
        assert list(found) == [[(1, 0, 3), (2, 3, 5)]]

    def test_the_earliest_even_if_a_later_one_is_longer(self, text: Any) -> None:
        assert list(text.patterns(["ab", "bcd"]).find_all(["abcd"])) == [[(0, 0, 2)]]

    def test_columns_are_arrays_of_64_bits(self, text: Any) -> None:
        assert text.patterns(["a"]).find_all(["ba", "", "aa"]) == Matches(
            offsets=array("q", [0, 1, 1, 3]),
            patterns=array("q", [0, 0, 0]),
            starts=array("q", [1, 0, 1]),
            stops=array("q", [2, 1, 2]),
            errors=(),
        )

    def test_each_is_replaced_by_its_own_or_all_by_one(self, text: Any) -> None:
        patterns = text.patterns(["cat", "dog"])
        assert patterns.replace_all(["cat & dog"], ["katze", "hund"]) == ["katze & hund"]
        assert patterns.replace_all(["cat & dog"], "") == [" & "]
        with pytest.raises(ValueError, match=r"^replacements must be as many as the patterns: 2, "):
            patterns.replace_all([], ["katze"])

    def test_an_empty_pattern_is_refused_and_none_at_all_finds_nothing(self, text: Any) -> None:
        with pytest.raises(ValueError, match=r"^patterns\[1\] must not be empty$"):
            text.patterns(["a", ""])
        assert list(text.patterns([]).find_all(["a"])) == [[]]

    def test_patterns_may_be_long_and_alike(self, text: Any) -> None:
        runs = ["a" * length for length in range(1, 300)]
        (found,) = text.patterns(runs).find_all(["a" * 700])
        assert found == [(298, 0, 299), (298, 299, 598), (101, 598, 700)]

    @pytest.mark.parametrize("length", range(1, 10))
    def test_at_each_place_of_a_text_of_any_length(self, text: Any, length: int) -> None:
        pattern, other = "abcdefghi"[:length], "0123456789"
        places = [(before, behind) for before in range(28) for behind in range(28)]
        items = ["-" * before + pattern + "-" * behind for before, behind in places]
        almost = [item.replace(pattern, f"{pattern[:-1]}_") for item in items]
        begun = ["-" * before + pattern[:-1] for before in range(28)]
        found = text.patterns([other, pattern]).find_all([*items, *almost, *begun])
        assert list(found) == [
            *([(1, before, before + length)] for before, _ in places),
            *([] for _ in [*almost, *begun]),
        ]

    @pytest.mark.parametrize("count", [0, 1, 63, 64, 65, 200])
    @pytest.mark.parametrize("odd", ["", "é abcd", "Σ", "\U0001f600abcd ", "abcd " * 600])
    def test_in_many_short_texts_and_others_among_them(
        self, text: Any, count: int, odd: str
    ) -> None:
        patterns = ["abcde", "abcd"]
        items = [f"{'abcd ' * (number % 4)}abcde{number}"[number % 3 :] for number in range(count)]
        for place in {0, count // 2, count}:
            batch = [*items[:place], odd, *items[place:]]
            found = text.patterns(patterns).find_all(batch)
            assert list(found) == [longest_first(patterns, item) for item in batch]

    @pytest.mark.parametrize("length", [1_990, *range(2_020, 2_052), 5_000])
    def test_in_texts_about_as_long_as_are_searched_together(self, text: Any, length: int) -> None:
        items = [("-" * length + "abcd")[-length:], ("abcd" * length)[:length], "abcd"]
        found = text.patterns(["abcd"]).find_all(items)
        assert list(found) == [longest_first(["abcd"], item) for item in items]

    @pytest.mark.parametrize("letters", ["ab", "\0a", "aé"])
    @pytest.mark.parametrize("shortest", [1, 3, 4, 6])
    def test_whatever_overlaps(self, text: Any, shortest: int, letters: str) -> None:
        random = Random(shortest)

        def drawn(least: int, most: int) -> str:
            return "".join(random.choices(letters, k=random.randint(least, most)))

        for _ in range(20):
            patterns = [drawn(shortest, 12) for _ in range(random.randint(1, 20))]
            items = [drawn(0, 60) for _ in range(100)]
            found = text.patterns(patterns)
            expected = [longest_first(patterns, item) for item in items]
            assert list(found.find_all(items)) == expected
            assert found.replace_all(items, "") == [
                "".join(
                    item[stop:start]
                    for stop, start in zip(
                        [0, *(stop for _, _, stop in matches)],
                        [*(start for _, start, _ in matches), len(item)],
                        strict=True,
                    )
                )
                for item, matches in zip(items, expected, strict=True)
            ]


class TestRegularExpressions:
    """A dialect that needs no backtracking."""

    def test_what_it_finds(self, text: Any) -> None:
        regex = text.regex(r"(?:ab)+c|[\w-]{2,3}?\x41")
        assert list(regex.find_all(["ababc ab-A"])) == [[(0, 5), (6, 10)]]
        assert regex.search(["-", "xxA"]) == [None, (0, 3)]

    def test_columns(self, text: Any) -> None:
        expected = Spans(array("q", [0, 2]), array("q", [0, 2]), array("q", [2, 4]), ())
        assert text.regex("a.").find_all(["abac"]) == expected

    @pytest.mark.parametrize(
        ("pattern", "message"),
        [
            ("a*", "a pattern that can match nothing would match everywhere"),
            ("", "a pattern that can match nothing would match everywhere"),
            (r"(a)\1", "this escape is not known, at 3"),
            (r"a(?=b)", r"a group begins with \( or \(\?:, at 1"),
            (r"\bword", "this escape is not known, at 0"),
            ("(?:a+)+", "what is repeated must be a character, a set or a plain group, at 0"),
            ("a**", r"\* needs a \\ here, at 2"),
            ("a{2,1}", "a repetition is"),
            ("[b-a]", "a range goes from a character to one not before it, at 0"),
            ("[[a]", r"\[ needs a \\ here, at 1"),
            ("(a", r"there is no \) for this \(, at 0"),
            ("a)", r"there is no \( for this \), at 1"),
            ("(" * 30 + "a" + ")" * 30, "groups may be 20 deep, at 20"),
            ("a" * (MAX_PATTERN + 1), "a pattern may have 1000 characters, not 1001"),
            ("(?:aaaaaaaaaaa){100}", "a pattern may come to 1000 characters written out, not 1100"),
        ],
    )
    def test_what_it_has_not_is_refused(self, text: Any, pattern: str, message: str) -> None:
        with pytest.raises(PatternError, match=f"^{message}"):
            text.regex(pattern)


class TestSimilarity:
    """0.0 for nothing in common, 1.0 for equal."""

    def test_known_values(self, text: Any) -> None:
        assert text.levenshtein(["kitten", ""], ["sitting", "abc"]) == [3, 3]
        assert text.jaro_winkler(["MARTHA"], ["MARHTA"]) == [0.9611111111111111]
        assert text.token_set(["fuzzy was a bear"], ["a bear fuzzy fuzzy was"]) == [1.0]

    @pytest.mark.parametrize("measure", ["levenshtein", "jaro_winkler", "token_set"])
    def test_empty_strings(self, text: Any, measure: str) -> None:
        rows = text.similarity_matrix(["", "a"], ["", "a"], measure)
        assert rows == [array("d", [1.0, 0.0]), array("d", [0.0, 1.0])]

    def test_the_first_of_the_best_that_reaches_the_cutoff(self, text: Any) -> None:
        best = text.best_match(["abc", "xyz"], ["abd", "abc", "abc"], cutoff=0.5)
        assert best == [BestMatch(1, 1.0), None]
        assert text.best_match(["a"], []) == [None]


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("letters", ["ab ", "ab é\u00ff", "a b\u0100Σ\U0001f600"])
def test_strings_of_every_length_side_by_side(measure: Any, letters: str) -> None:
    random = Random(f"{measure} {letters}")
    # Around the lengths of one word of bits, and as many as do not fit into one group.
    lengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 150]
    choices = ["".join(random.choices(letters, k=length)) for length in lengths]
    choices += ["".join(random.choices(letters, k=3 + 9 * (place % 4))) for place in range(140)]
    queries = [choice[::-1] + "a" * (place % 2) for place, choice in enumerate(choices[:22])]
    python, rust = (registry.implementation("text", side)() for side in SIDES)
    ours, theirs = (text.similarity_matrix(queries, choices, measure) for text in (python, rust))
    assert ours == theirs
    for cutoff in (0.0, 0.5):
        best = rust.best_match(queries, choices, measure, cutoff=cutoff)
        assert best == [
            BestMatch(row.index(max(row)), max(row)) if max(row) >= cutoff else None for row in ours
        ]
    lefts, rights = queries * 18, [choice for choice in choices[:18] for _ in queries]
    pairs = getattr(python, measure)(lefts, rights)
    assert pairs == getattr(rust, measure)(lefts, rights)


@pytest.mark.unsanitized("a million strings, one by one, take minutes")
class TestUnicode:
    """Both sides know of each character what the running Python knows.

    The characters stand in one string, a line each: what ends a line changes with nothing.
    """

    CHARACTERS = tuple(map(chr, range(sys.maxunicode + 1)))

    @pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
    def test_every_character_alone_and_behind_another(self, form: Any) -> None:
        python, rust = (registry.implementation("text", side)() for side in SIDES)
        for begin in ("", "a\u0323"):
            lines = "\n".join(f"{begin}{character}" for character in self.CHARACTERS)
            (ours,), (theirs,) = python.normalize([lines], form), rust.normalize([lines], form)
            assert _unequal(ours.split("\n"), theirs.split("\n")) == []

    def test_every_character_folded(self) -> None:
        python, rust = (registry.implementation("text", side)() for side in SIDES)
        lines = "\n".join(self.CHARACTERS)
        (ours,), (theirs,) = python.casefold([lines]), rust.casefold([lines])
        assert _unequal(ours.split("\n"), theirs.split("\n")) == []

    @pytest.mark.parametrize("kind", [r"\w", r"\d", r"\s", r"\W", r"\D", r"\S", "."])
    def test_every_character_of_a_kind(self, kind: str) -> None:
        python, rust = (registry.implementation("text", side)().regex(kind) for side in SIDES)
        lines = "\n".join(self.CHARACTERS)
        assert python.find_all([lines]) == rust.find_all([lines])

    def test_every_character_in_words_and_between_them(self) -> None:
        python, rust = (registry.implementation("text", side)() for side in SIDES)
        lines = "\n".join(f"a{character}b" for character in self.CHARACTERS)
        assert python.words([lines]) == rust.words([lines])
        batch = [f"a{character}b" for character in self.CHARACTERS[:0x3100]]  # the last space
        measured = [
            text.similarity_matrix(["a b"], batch, "token_set")[0] for text in (python, rust)
        ]
        assert _unequal(list(measured[0]), list(measured[1])) == []


SIDES: Any = ("python", "rust")


def _unequal(python: list[Any], rust: list[Any]) -> list[tuple[int, Any, Any]]:
    pairs = zip(python, rust, strict=True)
    return [(index, one, other) for index, (one, other) in enumerate(pairs) if one != other]


@pytest.mark.parametrize("workers", [2, MAX_WORKERS])
def test_order_and_results_do_not_depend_on_workers(side: Any, workers: int) -> None:
    make = registry.implementation("text", side)
    alone, together = make(), make(workers=workers)
    batch = [f"{'Word ' * (number % 7)}{number}é" for number in range(8_000)]
    assert alone.casefold(batch) == together.casefold(batch)
    assert alone.words(batch) == together.words(batch)
    patterns = [str(number) for number in range(100, 200)]
    found = [text.patterns(patterns).find_all(batch) for text in (alone, together)]
    assert found[0] == found[1]
    best = [text.best_match(batch[:300], batch[300:700]) for text in (alone, together)]
    assert best[0] == best[1]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 7, 16])
def test_each_of_a_few_long_items_is_answered(side: Any, count: int) -> None:
    make = registry.implementation("text", side)
    alone, together = make(), make(workers=4)
    items: list[Any] = [f"{number}é e\u0301 ab" * 9_000 for number in range(count)]
    items[count // 2 :: 3] = [None] * len(items[count // 2 :: 3])
    short = [item and item[:60] for item in items]
    calls: list[Callable[[Any], object]] = [
        lambda text: text.normalize(items, "NFD"),
        lambda text: text.words(items),
        lambda text: text.count_words(items),
        lambda text: text.patterns(["ab", "1é"]).find_all(items),
        lambda text: text.patterns(["ab", "1é"]).replace_all(items, ["c", "d"]),
        lambda text: text.regex("[12]é.").find_all(items),
        lambda text: text.regex("[12]é.").search(items),
        lambda text: text.levenshtein(short, short[::-1]),
        lambda text: text.jaro_winkler(short, short[::-1]),
        lambda text: text.token_set(short, short[::-1]),
        lambda text: text.similarity_matrix(short, ["é ab"] * 400),
        lambda text: text.best_match(short, [f"{number}é e\u0301" for number in range(400)]),
    ]
    for call in calls:
        assert call(alone) == call(together)


def test_other_threads_run_while_rust_works() -> None:
    text = registry.implementation("text", "rust")()
    lines = [f"line {number}" for number in range(3000)]
    ticks: list[None] = []
    done = threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(None)
            time.sleep(0.001)

    other = threading.Thread(target=tick)
    other.start()
    stop = time.monotonic() + 60.0
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1000.0)  # the other thread runs only where this one lets it
    try:
        before = after = 0
        while before == after and time.monotonic() < stop:
            time.sleep(0.001)
            before = len(ticks)
            text.best_match(lines, lines)
            after = len(ticks)
    finally:
        sys.setswitchinterval(interval)
        done.set()
    other.join()
    assert before < after


class TestTheSides:
    """Python against Rust."""

    def test_the_classes_of_parts_are_where_they_say(self, text: Any) -> None:
        for part in (text, text.patterns(["a"]), text.regex("a")):
            cls = type(part)
            assert getattr(sys.modules[cls.__module__], cls.__name__) is cls

    def test_python_is_not_rust(self) -> None:
        python, rust = (registry.implementation("text", side) for side in SIDES)
        assert python is not rust
        assert (python.__name__, rust.__name__) == ("Text", "Text")


test_they_cannot_be_told_apart = parity("text")
