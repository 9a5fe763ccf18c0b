"""Modules, functions and contracts with parts are checked as classes are."""

from __future__ import annotations

import pytest

from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from tests import toy_pairs as toys


def test_a_function_is_checked() -> None:
    verdict = check(
        "slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(examples=2000)
    )
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert set(verdict.operations) == {"__call__"}


def test_a_difference_in_a_function_is_shown_short() -> None:
    verdict = check(
        "slug", Loaded(toys.SLUG, toys.slug, toys.slug_of_spaces), CheckOptions(examples=2000)
    )
    found = next(each for each in verdict.divergences if each.where == "result")
    assert len(found.script) == 1
    assert found.call.startswith("slug('")
    assert len(found.call) <= len("slug('\\U00003000')")


def test_a_module_is_checked() -> None:
    verdict = check(
        "letters",
        Loaded(toys.LETTERS, toys.letters, toys.same_letters),
        CheckOptions(examples=2000),
    )
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert set(verdict.operations) == {"distinct", "size"}


def test_a_script_of_a_module_names_it() -> None:
    verdict = check(
        "letters",
        Loaded(toys.LETTERS, toys.letters, toys.hashed_letters),
        CheckOptions(examples=2000),
    )
    assert verdict.divergences[0].call.startswith("letters.distinct(")


def test_parts_are_gone_on_with() -> None:
    verdict = check(
        "tallies", Loaded(toys.TALLIES, toys.tallies(), toys.tallies()), CheckOptions(examples=3000)
    )
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert set(verdict.operations) == {
        "Tallies", "tally", "names", "Tally.add", "Tally.merge", "Tally.total",
    }  # fmt: skip


def test_a_difference_in_a_part_is_found() -> None:
    wrong = toys.tallies(most=2**64 - 1)
    verdict = check(
        "tallies", Loaded(toys.TALLIES, toys.tallies(), wrong), CheckOptions(examples=5000)
    )
    assert verdict.verdict == "divergent"
    # A total may also be merged with itself until it is large, by one line many times.
    assert all(len(set(found.script)) <= 5 for found in verdict.divergences)
    assert {found.operation for found in verdict.divergences} & {"Tally.total", "Tally.merge"}


@pytest.mark.parametrize("examples", [1, 137, 2500])
def test_as_many_calls_are_drawn_as_were_asked_for(examples: int) -> None:
    none = (
        check(
            "slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(examples=1)
        ).examples
        - 1
    )
    verdict = check(
        "slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(examples=examples)
    )
    assert verdict.examples == none + examples
