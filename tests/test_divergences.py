"""What the register accepts is accepted, and nothing else; what it says must be true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from agent.errors import ContractError
from agent.porting.check.check import check
from agent.porting.check.known_divergences import load_register
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from tests import toy_pairs as toys

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.check.verdict import Verdict

ENTRY = {
    "component": '"slug"',
    "operation": '"__call__"',
    "when": "\"where == 'result' and arguments[0].split() != arguments[0].split(' ')\"",
    "reason": '"Rust takes spaces alone for what is between words"',
    "issue": '"#17"',
    "expires": "2999-12-31",
    "script": "[\"slug('a\\\\tb')\"]",
}


def registered(folder: Path, **changes: str) -> Path:
    """Write a register of one entry."""
    path = folder / "divergences.toml"
    lines = [f"{key} = {value}" for key, value in {**ENTRY, **changes}.items() if value]
    path.write_text("\n".join(["[[divergence]]", *lines, ""]), encoding="utf-8")
    return path


def checked(register: Path, wrong: object = toys.slug_of_spaces) -> Verdict:
    """Check a pair that differs in white space other than spaces."""
    return check(
        "slug", Loaded(toys.SLUG, toys.slug, wrong), CheckOptions(examples=2000, register=register)
    )


def test_an_accepted_difference_is_counted_and_passes(tmp_path: Path) -> None:
    verdict = checked(registered(tmp_path))
    assert (verdict.verdict, verdict.divergences) == ("identical", [])
    assert verdict.registered.total() > 10


def test_it_hides_no_other_difference(tmp_path: Path) -> None:
    def wrong(text: str, /, joint: str = "-") -> str:
        return toys.slug_of_spaces(text, joint).replace("é", "e")

    verdict = checked(registered(tmp_path), wrong)
    assert verdict.verdict == "divergent"
    calls = [found for found in verdict.divergences if found.topic is None]
    assert {found.where for found in calls} == {"result"}
    assert all("é" in found.call for found in calls)


def test_it_does_not_cover_another_place(tmp_path: Path) -> None:
    verdict = checked(registered(tmp_path, when="\"where == 'raised'\""))
    assert verdict.divergences
    assert "no longer occurs" in verdict.outdated[0]


def test_an_expired_entry_fails(tmp_path: Path) -> None:
    verdict = checked(registered(tmp_path, expires="2020-01-01"))
    assert verdict.verdict == "divergent"
    assert "expired on 2020-01-01" in verdict.outdated[0]


def test_an_entry_that_no_longer_occurs_fails(tmp_path: Path) -> None:
    verdict = checked(registered(tmp_path), toys.same_slug)
    assert (verdict.verdict, verdict.divergences) == ("divergent", [])
    assert "no longer occurs" in verdict.outdated[0]


def test_what_follows_from_an_accepted_difference_is_no_other(tmp_path: Path) -> None:
    register = registered(
        tmp_path, component='"tallies"', operation='"Tally.merge"',
        when='"arguments[0].total() >= 2**64"',
        script='["tallies = Tallies()", "tally = tallies.tally(\'a\')", "tally.add(2**64)",'
        ' "tally.merge(tally)"]',
    )  # fmt: skip
    verdict = check(
        "tallies",
        Loaded(toys.TALLIES, toys.tallies(), toys.tallies(most=2**65 - 1)),
        CheckOptions(examples=100, register=register),
    )
    assert verdict.outdated == []
    assert {found.operation for found in verdict.divergences} <= {"Tally.total", "tally"}


def test_no_register_is_an_empty_one(tmp_path: Path) -> None:
    assert load_register(tmp_path / "divergences.toml", "slug") == []


def test_entries_of_other_components_are_theirs(tmp_path: Path) -> None:
    assert load_register(registered(tmp_path), "cache") == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"reason": ""}, "has exactly component, expires, issue, operation, reason, script, when"),
        ({"owner": '"me"'}, "has exactly"),
        ({"reason": '" "'}, "reason must say something"),
        ({"expires": '"soon"'}, "expires is a date"),
        ({"script": "[]"}, "script is a list of lines"),
        ({"when": '"where =="'}, "when is not a Python expression"),
    ],
)
def test_what_is_no_entry_is_named(tmp_path: Path, changes: dict[str, str], told: str) -> None:
    with pytest.raises(ContractError, match=told):
        load_register(registered(tmp_path, **changes), "slug")


def test_a_predicate_that_fails_is_named(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="fails with NameError"):
        checked(registered(tmp_path, when='"size > 3"'))
