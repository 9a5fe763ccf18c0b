"""The time of a check holds in every part of it, and the verdict says what it ended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import INTERRUPTED
from agent.cli.verdicts import conclude
from agent.porting.check import check as parts
from agent.porting.check.bounds import EDGES, EXAMPLES, doubt_what_was_left_out
from agent.porting.check.budget import Budget
from agent.porting.check.check import check
from agent.porting.check.explore import Exploration
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.reach import OperationReach, Reach
from agent.porting.check.verdict import Verdict
from tests import toy_pairs as toys

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    """Moves by a second with each call of either side, and not by itself."""

    def __init__(self) -> None:
        self.calls = 0
        self.share = 1.0
        """The part of a second that the processor is this process's."""

    def monotonic(self) -> float:
        return float(self.calls)

    def process_time(self) -> float:
        return self.calls * self.share

    def slug(self, text: str, /, joint: str = "-") -> str:
        self.calls += 1
        return toys.slug(text, joint)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for name in ("budget", "shrink", "explore", "determinism"):
        monkeypatch.setattr(f"agent.porting.check.{name}.time", clock)
    return clock


def checked(clock: Clock, seconds: float, **options: Any) -> Verdict:
    """Check a pair each of whose calls takes a second."""

    def slug(text: str, /, joint: str = "-") -> str:
        return clock.slug(text, joint)

    def other(text: str, /, joint: str = "-") -> str:
        return clock.slug(text, joint)

    return check(
        "slug", Loaded(toys.SLUG, slug, other), CheckOptions(seconds=seconds, seed=0, **options)
    )


@pytest.mark.parametrize("seconds", [1, 10, 100, 500])
def test_the_time_holds_in_whichever_part_it_ends(clock: Clock, seconds: int) -> None:
    verdict = checked(clock, seconds)
    assert seconds <= clock.calls <= seconds + 100  # one line, which may be called by threads
    assert "drawing calls" in verdict.bounded
    assert verdict.verdict == "inconclusive"
    needed = f"the time was over after {verdict.examples:,} calls, and a verdict needs 3,000"
    assert any(needed in doubt for doubt in verdict.doubts)
    assert "ended by its time while" in str(verdict)
    assert verdict.as_json()["bounded"] == verdict.bounded


def test_exploring_goes_on_for_longer_where_the_machine_is_busy(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def run(exploration: Exploration, *bounds: Any) -> None:
        before = clock.calls
        explores(exploration, *bounds)
        taken.append(clock.calls - before)

    explores = Exploration.run
    monkeypatch.setattr(Exploration, "run", run)
    for clock.share in (1.0, 0.5, 0.01):
        checked(clock, 4_000)
    quiet, busy, busier = taken
    assert 1.8 <= busy / quiet <= 2.2
    assert 2.2 < busier / quiet < 3


def test_a_long_script_is_ended_between_two_lines(clock: Clock, tmp_path: Path) -> None:
    lines = [f"slug('example {number}')" for number in range(5_000)]
    (tmp_path / "long.py").write_text("\n".join(lines), encoding="utf-8")
    verdict = checked(clock, 1_000, folder=tmp_path)
    assert clock.calls < 1_100
    assert EXAMPLES in verdict.bounded
    assert "the time was over before all examples were replayed" in verdict.doubts


def test_a_check_that_its_time_ended_is_identical_once_it_compared_enough(clock: Clock) -> None:
    verdict = checked(clock, 1_000, examples=1_000)
    assert verdict.bounded
    assert verdict.examples >= 100
    assert (verdict.verdict, verdict.doubts) == ("identical", [])


def test_one_operation_that_was_not_exercised_is_enough_for_a_doubt() -> None:
    called = OperationReach(returned=5_000, results={1, 2}, varied=True)
    verdict = Verdict("letters", 0, Reach({"distinct": called}), bounded=[EDGES])
    doubt_what_was_left_out(verdict, toys.LETTERS, CheckOptions())
    assert verdict.unexercised == {"size": "never called"}
    assert verdict.verdict == "inconclusive"


def test_what_ends_in_time_is_not_said_to_be_ended() -> None:
    verdict = check("slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(examples=50))
    assert (verdict.bounded, verdict.doubts) == ([], [])
    assert "ended by its time" not in str(verdict)


def test_what_comes_before_the_calls_takes_its_time(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*_: object) -> None:
        clock.calls += 100

    monkeypatch.setattr(parts, "note_hidden_state", look)
    assert checked(clock, 99, examples=500).examples == 0


def test_an_interruption_after_the_time_is_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(campaign: Any) -> None:
        monkeypatch.setattr(Budget, "ended", True)
        raise KeyboardInterrupt

    monkeypatch.setattr(parts, "probe_objects", interrupt)
    pair = Loaded(toys.SLUG, toys.slug, toys.same_slug)
    verdict = check("slug", pair, CheckOptions(examples=50))
    assert (verdict.bounded, verdict.interrupted) == (["comparing the object protocol"], False)


def test_an_interruption_has_an_exit_status_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(campaign: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(parts, "probe_objects", interrupt)
    verdict = check("slug", Loaded(toys.SLUG, toys.slug, toys.same_slug), CheckOptions(examples=50))
    assert verdict.examples > 0
    assert conclude(verdict) == INTERRUPTED
    assert verdict.as_json()["interrupted"]


def test_a_part_of_the_time_is_given_back() -> None:
    budget = Budget.of(1_000.0)
    whole = budget.deadline
    with budget.part(0.1):
        assert budget.deadline < time.monotonic() + 101
        assert not budget.late
    assert (budget.deadline, budget.cut) == (whole, False)
