"""What is proposed as arguments: constants of Rust, relations, small changes, and what is known."""

from __future__ import annotations

import re
from itertools import product
from random import Random
from typing import Any

import pytest

from agent.porting.check.explore import Exploration
from agent.porting.guidance.constants import Constants
from agent.porting.guidance.edits import edited, resized
from agent.porting.guidance.hints import Hints, plain
from agent.porting.guidance.relations import operands, replacements
from agent.porting.guidance.rust_constants import constants_in_rust, constants_of
from agent.porting.guidance.tracer import Compared
from agent.porting.script.hostile import Having


class TestRelations:
    """What a comparison suggests."""

    @pytest.mark.parametrize(
        ("value", "compared", "wanted"),
        [
            ("zz", ("eq", "zz", "word"), "word"),
            ("a zz b", ("eq", "zz", "word"), "a word b"),
            ("abc", ("lt", 3, 5), "abcabc"),
            ([1], ("lt", 1, 3), [1, 1, 1]),
            ("v17", ("eq", 17, 400), "v400"),
            (19, ("eq", 19, 400), 400),
            (19, ("lt", 19, 400), 399),
            (19, ("eq", 3, 0), 16),  # 19 % 8 == 0
            (5, ("eq", -5, 12), -12),
            ("zz", ("starts", "zz", "http://"), "http://zz"),
            ("zz", ("ends", "zz", ".py"), "zz.py"),
            ("zz", ("in", "=", "zz"), "zz="),
            (b"zz", ("in", 61, b"zz"), b"zz="),
            ({"k": "zz"}, ("eq", "zz", "word"), {"k": "word"}),
            ({"k": 1}, ("eq", "k", "key"), {"key": 1}),
            (("zz", 1), ("eq", "zz", "word"), ("word", 1)),
            ("A", ("eq", 65, 0x130), "\u0130"),
            (b"A", ("eq", 65, 255), b"\xff"),
        ],
    )
    def test_it_is_put_where_the_compared_piece_is(
        self, value: Any, compared: tuple[str, Any, Any], wanted: Any
    ) -> None:
        found = [
            changed
            for old, others in operands(Compared(*compared))
            for new in others
            for changed in replacements(value, old, new)
        ]
        assert any(type(each) is type(wanted) and each == wanted for each in found)
        assert len(found) < 40

    def test_a_pattern_suggests_what_it_matches(self) -> None:
        ((old, others),) = operands(Compared("regex", "zz", r"\d{4}-\d\d"))
        assert old == "zz"
        assert any(re.fullmatch(r"\d{4}-\d\d", each) for each in others)

    def test_a_test_of_a_text_suggests_what_passes_it(self) -> None:
        ((old, others),) = operands(Compared("kind", "", "isdecimal"))
        assert "port:7" in [each for new in others for each in replacements("port:", old, new)]

    @pytest.mark.parametrize("compared", [("in", 300, b"a"), ("in", 1, "a"), ("starts", "a", b"a")])
    def test_nothing_is_suggested_for_what_cannot_be_compared(
        self, compared: tuple[str, Any, Any]
    ) -> None:
        assert list(operands(Compared(*compared))) == []

    def test_nothing_is_suggested_for_what_is_not_there(self) -> None:
        assert list(replacements("abc", "q", "word")) == []
        assert list(replacements("abc", "abc", 5)) == []


class TestEdits:
    """Small changes."""

    @pytest.mark.parametrize(
        "value", [5, 2.5, "a1b", b"ab", [1, "a"], (1, 2), {"a": 1}, True, "", [], {}, 10**400]
    )
    def test_the_class_stays(self, value: Any) -> None:
        constants = Constants()
        for each in ("word", 400, 2.5, b"w"):
            constants.add(each)
        chance = Random(1)
        found = [edited(value, chance, constants) for _ in range(300)]
        assert {type(each) for each in found} == {type(value)}
        if value and value is not True:
            assert len({repr(each) for each in found}) > 1

    def test_numbers_in_texts_mostly_stay_as_wide(self) -> None:
        chance = Random(1)
        found = {edited("2024-02-29", chance, Constants()) for _ in range(2_000)}
        dates = {each for each in found if re.fullmatch(r"\d{4}-\d\d-\d\d", each)}
        assert len(dates) > 100
        assert {"1900-02-29", "2024-12-29", "2024-02-28"} <= dates

    def test_what_ends_words_and_lines_comes_beside_each_other(self) -> None:
        made = {edited("ab", Random(seed), Constants()) for seed in range(2_000)}
        assert any(re.search(r"\r\t", each) for each in made)

    def test_a_size_is_reached_or_the_value_stays(self) -> None:
        assert resized("ab", 5) == "ababa"
        assert resized([], 2) == [0, 0]
        assert resized("ab", 1) == "a"
        assert resized("ab", 10**9) == "ab"
        assert resized(7, 2) == 7


class TestHints:
    """What is proposed."""

    def test_what_a_docstring_shows_is_tried_early(self) -> None:
        hints, chance = Hints(Constants()), Random(1)
        hints.show("parse", ["3x4", 7, object()])
        drawn = {"text": "''", "base": "0"}
        made = [hints.propose("parse", dict(drawn), chance, lambda *_: True) for _ in range(60)]
        assert sum(each == {**drawn, "text": "'3x4'"} for each in made) == 3
        assert sum(each == {**drawn, "base": "7"} for each in made) == 3
        others = [hints.propose("other", dict(drawn), chance, lambda *_: True) for _ in range(60)]
        assert not any("'3x4'" in each.values() for each in others)

    def test_a_suggestion_comes_before_what_was_drawn(self) -> None:
        hints = Hints(Constants())
        compared = [Compared("eq", "zz", "word")]
        hints.learn("f", {"x": "'zz'"}, compared, lambda *_: True, matters=True)
        proposed = [
            hints.propose("f", {"x": "'zz'"}, Random(seed), lambda *_: True)["x"]
            for seed in range(40)
        ]
        assert "'word'" in proposed

    def test_nothing_is_proposed_that_the_contract_does_not_allow(self) -> None:
        hints = Hints(Constants())
        compared = [Compared("eq", 5, 400)]
        hints.learn("f", {"x": "5"}, compared, lambda _, value: value < 100, matters=True)
        hints.keep("f", {"x": "5"})
        chance = Random(1)
        for _ in range(500):
            text = hints.propose("f", {"x": "5"}, chance, lambda _, value: value < 100)["x"]
            assert plain(text)[0] < 100  # type: ignore[index]

    @pytest.mark.parametrize(
        "text",
        ["Spy('x', 1)", "no_such_name", "[Having(eq=5, hash=1)]", "{1: {2: [Odd(1, True)]}}"],
    )
    def test_what_may_do_harm_is_not_touched(self, text: str) -> None:
        assert plain(text) is None

    def test_results_that_may_do_harm_are_not_kept(self) -> None:
        harmful = [Having(eq=ValueError("eq"), hash=1)]
        hints = Hints(Constants())
        for _ in range(3):
            hints.note_result(harmful)
            hints.note_result([1])
        chance = Random(1)
        proposed = {
            hints.propose("f", {"x": "[2]"}, chance, lambda *_: True)["x"] for _ in range(200)
        }
        assert "[1]" in proposed

    def test_letters_that_are_compared_make_texts(self) -> None:
        hints = Hints(Constants())
        compared = [Compared("eq", "z", letter) for letter in ("X", "C", "Q", "LX")]
        hints.learn("f", {"x": "'zz'"}, compared, lambda *_: True, matters=False)
        chance = Random(1)
        proposed = {
            hints.propose("f", {"x": "'zz'"}, chance, lambda *_: True)["x"] for _ in range(3_000)
        }
        assert {f"'{one}{other}'" for one, other in product("QXC", repeat=2)} <= proposed

    def test_a_call_is_renewed_once_it_was_made(self) -> None:
        hints, chance = Hints(Constants()), Random(1)
        made = [
            hints.renew("f", {"x": "5", "y": "'a'"}, chance, lambda *_: True) for _ in range(100)
        ]
        assert made[0] == {"x": "5", "y": "'a'"}
        assert len({tuple(each.values()) for each in made}) > 90

    def test_what_cannot_be_changed_is_made_again(self) -> None:
        hints, chance = Hints(Constants()), Random(1)
        for _ in range(3):
            assert hints.renew("f", {"x": "Spy('x')"}, chance, lambda *_: True) == {"x": "Spy('x')"}

    def test_numbers_with_too_many_digits_are_left_out(self) -> None:
        constants = Constants()
        constants.add(10**5_000)
        hints, chance = Hints(constants), Random(1)
        compared = [Compared("eq", 5, 10**5_000)]
        hints.learn("f", {"x": "5", "y": "'v1'"}, compared, lambda *_: True, matters=False)
        for _ in range(2_000):
            given = hints.propose("f", {"x": "5", "y": "'v1'"}, chance, lambda *_: True)
            assert max(map(len, given.values())) < 4_300

    def test_what_is_no_plain_value_stays(self) -> None:
        hints = Hints(Constants())
        chance = Random(1)
        for _ in range(50):
            proposed = hints.propose("f", {"x": "Spy('x', 1)"}, chance, lambda *_: True)
            assert proposed == {"x": "Spy('x', 1)"}


def test_constants_of_rust() -> None:
    source = """
        #![forbid(unsafe_code)]
        use std::fmt; // "not this"
        /// Nor "this", nor 99.
        const MOST: usize = 0x1_0000; const RATE: f64 = 2.5e3;
        fn f(text: &str) -> Option<u8> {
            if text == "wo\\"rd\\u{e9}" && text.len() < 250usize { return Some(b'x'); }
            let octets = b"\\x00ab"; let letter = '\\u{130}'; let tuple = (1, 2).0;
            None
        }
    """
    assert [each for each in constants_in_rust(source) if type(each) is not int] == [
        'wo"rdé', "x", b"\x00ab", "\u0130", 2500.0,
    ]  # fmt: skip
    found = {each for each in constants_in_rust(source) if type(each) is int}
    assert found == {0x10000, 250, 1, 2}


def test_rust_names_its_constants_to_the_check() -> None:
    native = pytest.importorskip("agent._native")
    assert 10_000 in set(constants_of(native.Text, "text"))
    assert list(constants_of(len, "len")) == []
    assert list(constants_of(Exploration, "exploration")) == []
    assert list(constants_of(None, "none")) == []
