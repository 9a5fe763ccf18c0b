"""`agent.testing.state_machine` runs, fails and shrinks under plain pytest and Hypothesis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.database import InMemoryExampleDatabase
from hypothesis.internal.conjecture import providers
from hypothesis.stateful import run_state_machine_as_test

from agent.errors import UsageError
from agent.testing import state_machine
from tests import async_depot, strategy_toys, toy_files, toy_pairs
from tests.strategy_toys import READER, Right

pytest_plugins = ["pytester"]

QUICK = settings(
    max_examples=60, stateful_step_count=15, database=None, deadline=None, derandomize=True,
    phases=[Phase.generate, Phase.shrink],
)  # fmt: skip


class SameReader(Right):
    """The same under another name."""


SameReader.__name__ = SameReader.__qualname__ = "Right"

TestSlug = state_machine(toy_pairs.SLUG, toy_pairs.slug, toy_pairs.same_slug).TestCase
TestSlug.settings = QUICK
TestReader = state_machine(READER, Right, SameReader).TestCase
TestReader.settings = QUICK
TestTallies = state_machine(
    toy_pairs.Tallies, toy_pairs.tallies(), toy_pairs.tallies(), factory=toy_pairs.MakesTallies
).TestCase
TestTallies.settings = QUICK
TestCache = state_machine("cache").TestCase
TestCache.settings = settings(QUICK, max_examples=20)


def failure(machine: Any, **more: Any) -> str:
    """Return what a machine fails with."""
    with pytest.raises(AssertionError) as raised:
        run_state_machine_as_test(machine, settings=settings(QUICK, **more))
    return "\n".join([str(raised.value), *getattr(raised.value, "__notes__", [])])


def test_a_difference_of_a_function_is_shown_short() -> None:
    said = failure(state_machine(toy_pairs.SLUG, toy_pairs.slug, toy_pairs.slug_of_spaces))
    assert "differs in result" in said
    script = said.partition("  after\n")[2].partition("\n")[0]
    assert script.startswith("    slug('")
    assert len(script) <= len("    slug('\\U00003000')")


@pytest.fixture
def no_constants(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no draw depend on which modules are loaded, from which Hypothesis takes constants."""
    monkeypatch.setattr(providers, "_get_local_constants", lambda: providers._local_constants)
    monkeypatch.setattr(providers, "_local_constants", type(providers._local_constants)())
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", {})


@pytest.mark.usefixtures("no_constants")
def test_a_difference_in_a_part_is_found_and_shrunk() -> None:
    wrong = toy_pairs.tallies(most=2**64 - 1)
    said = failure(state_machine(toy_pairs.TALLIES, toy_pairs.tallies(), wrong), max_examples=400)
    script = said.partition("  after\n")[2].split("\nFail")[0].splitlines()
    assert 3 <= len(script) <= 5
    assert script[0] == "    tallies = Tallies()"
    assert "state.Tally_add(amount=" in said


@pytest.mark.parametrize(
    ("wrong", "operation"), [(wrong, name) for wrong, name in strategy_toys.WRONG if name != "base"]
)
def test_what_a_strategy_draws_is_shrunk_by_hypothesis(wrong: type, operation: str) -> None:
    said = failure(state_machine(READER, Right, wrong), max_examples=300)
    call = said.partition("(")[0]
    assert call in {f"reader.{operation}", "reader.all"}
    assert "reader = Reader(2000)\n" in said


def test_asynchronous_operations_are_awaited() -> None:
    depot = async_depot
    same = state_machine(depot.DEPOT, depot.Reference, depot.Twin)
    run_state_machine_as_test(same, settings=settings(QUICK, max_examples=20))
    said = failure(state_machine(depot.DEPOT, depot.Reference, depot.LosesAnItem))
    assert said.startswith("await drain(depot.items(")


def test_each_example_has_worlds_of_its_own() -> None:
    class Again(toy_files.Right):
        """The same under another name."""

    Again.__name__ = Again.__qualname__ = "Right"
    same = state_machine(toy_files.STORE, toy_files.Right, Again)
    run_state_machine_as_test(same, settings=settings(QUICK, max_examples=10))
    said = failure(state_machine(toy_files.STORE, toy_files.Right, toy_files.OtherContents))
    assert "differs in world[" in said


def test_failures_are_kept_in_the_database_that_is_set() -> None:
    database = InMemoryExampleDatabase()
    machine = state_machine(toy_pairs.SLUG, toy_pairs.slug, toy_pairs.slug_of_spaces)
    failure(machine, database=database, derandomize=False)
    assert database.data
    again = failure(machine, database=database, derandomize=False, phases=[Phase.reuse])
    assert "differs in result" in again


def test_it_fails_under_plain_pytest(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent))
    pytester.makeconftest(
        """
        from hypothesis import settings
        settings.register_profile("mine", max_examples=30, derandomize=True, database=None)
        """
    )
    pytester.makepyfile(
        test_machine="""
        from agent.testing import state_machine
        from tests import toy_pairs as toys
        TestRight = state_machine(toys.SLUG, toys.slug, toys.same_slug).TestCase
        TestWrong = state_machine(toys.SLUG, toys.slug, toys.slug_of_spaces).TestCase
        """
    )
    result = pytester.runpytest_subprocess("--hypothesis-profile=mine", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*AssertionError: slug('*') differs in result*"])
    result.stdout.fnmatch_lines(["*state.call(*text=*"])


def test_bad_pairs_are_refused() -> None:
    with pytest.raises(UsageError, match="proves nothing"):
        state_machine(toy_pairs.SLUG, toy_pairs.slug, toy_pairs.slug)
    with pytest.raises(UsageError, match="Slug is no component of a table: give both"):
        state_machine("tests.toy_pairs:Slug", toy_pairs.slug)
