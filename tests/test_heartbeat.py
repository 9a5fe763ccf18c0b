"""What a process is in can be read by another, however long the script is."""

from __future__ import annotations

import os
import sys
import time

import pytest

from agent.porting.check import heartbeat as module
from agent.porting.check.executor import Pair
from agent.porting.check.heartbeat import Heartbeat, Phase, RunningCall, Watchdog
from agent.porting.check.processes import computed_by
from tests import toy_pairs as toys


@pytest.fixture
def memory() -> bytearray:
    """Return room for a short script."""
    return bytearray(400)


def test_no_call_is_running_at_first(memory: bytearray) -> None:
    assert Heartbeat(memory).read() is None


def test_lines_are_added_to_those_before(memory: bytearray) -> None:
    heartbeat, lines = Heartbeat(memory), ["one()"]
    heartbeat.begin(lines)
    heartbeat.enter(Phase.PYTHON)
    lines.append("two('\ud800')")
    heartbeat.begin(lines)
    heartbeat.enter(Phase.RUST)
    assert Heartbeat(memory).read() == RunningCall(Phase.RUST, ["one()", "two('\ud800')"])


def test_another_script_begins_anew(memory: bytearray) -> None:
    heartbeat = Heartbeat(memory)
    for lines in (["one()", "two()"], ["three()"]):
        heartbeat.begin(lines)
        heartbeat.enter(Phase.COMPARISON)
    assert Heartbeat(memory).read() == RunningCall(Phase.COMPARISON, ["three()"])


def test_of_a_long_script_the_last_lines_are_kept(
    memory: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LAST", 50)
    heartbeat, lines, cut = Heartbeat(memory), list[str](), False
    for number in range(1000):
        lines.append(f"line({number})")
        heartbeat.begin(lines)
        heartbeat.enter(Phase.PYTHON)
        call = Heartbeat(memory).read()
        assert call is not None
        kept = [line for line in call.lines if line != "..."]
        assert kept == lines[-len(kept) :]
        cut |= call.lines[0] == "..."
    assert cut


def test_a_line_that_is_too_long_leaves_an_ellipsis(memory: bytearray) -> None:
    heartbeat = Heartbeat(memory)
    heartbeat.begin(["x" * 1_000_000])
    heartbeat.enter(Phase.PYTHON)
    assert Heartbeat(memory).read() == RunningCall(Phase.PYTHON, ["..."])


def test_a_pair_writes_down_which_side_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = bytearray(4000)
    monkeypatch.setattr(module, "_here", Heartbeat(memory))
    seen: list[RunningCall | None] = []

    def watched(text: str, /, joint: str = "-") -> str:
        seen.append(Heartbeat(memory).read())
        return toys.slug(text, joint)

    def other(text: str, /, joint: str = "-") -> str:
        return watched(text, joint)

    Pair(toys.SLUG, watched, other).run("slug('a')")
    Pair(toys.SLUG, other, other).run("slug('b')")
    assert seen == [
        RunningCall(Phase.PYTHON, ["slug('a')"]),
        RunningCall(Phase.RUST, ["slug('a')"]),
        RunningCall(Phase.PYTHON, ["slug('b')"]),
        RunningCall(Phase.PYTHON, ["slug('b')"]),
    ]
    assert Heartbeat(memory).read() is None


class Clock:
    """Shows the time that it is set to."""

    now = 0.0

    def monotonic(self) -> float:
        """Return it."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that watchdogs look at."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_phase_is_over_when_it_was_the_same_for_too_long(memory: bytearray, clock: Clock) -> None:
    heartbeat, watchdog = Heartbeat(memory), Watchdog(memory, 2.0)
    heartbeat.begin(["one()"])
    heartbeat.enter(Phase.PYTHON)
    looks = []
    for clock.now in (0.0, 0.5, 1.0, 1.5, 1.9):
        looks.append(watchdog.over())
    heartbeat.enter(Phase.RUST)
    for clock.now in (2.0, 2.9, 3.8, 4.1):
        looks.append(watchdog.over())
    assert looks == [""] * 8 + ["did not return within 2 s"]


@pytest.mark.parametrize(
    ("phase", "share", "seconds"),
    [
        (Phase.PYTHON, 1.0, 2.0),
        (Phase.PYTHON, 0.5, 4.0),
        (Phase.PYTHON, 0.0, 30.0),  # it waits
        (Phase.RUST, 1.0, 30.0),
    ],
)
def test_a_call_of_the_reference_may_compute_for_less_time_than_wait(  # noqa: PLR0913, PLR0917
    memory: bytearray,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    phase: Phase,
    share: float,
    seconds: float,
) -> None:
    monkeypatch.setattr(module, "computed_by", lambda process: process + clock.now * share)
    heartbeat, watchdog = Heartbeat(memory), Watchdog(memory, 30.0, 7, 2.0)
    heartbeat.enter(phase)
    while not (how := watchdog.over()):
        clock.now += 0.5
    assert clock.now == seconds
    waited = "did not return within 30 s"
    assert how == (waited if seconds == 30.0 else "did not return after 2 s of computing")


def test_what_a_process_computed_is_told() -> None:
    if sys.platform != "linux":
        assert computed_by(os.getpid()) == 0.0
        return
    before = computed_by(os.getpid())
    start = time.process_time()
    while time.process_time() - start < 0.1:
        pass
    assert computed_by(os.getpid()) - before >= 0.08
    assert computed_by(None) == 0.0


def test_an_idle_process_takes_as_long_as_it_takes(memory: bytearray, clock: Clock) -> None:
    watchdog = Watchdog(memory, 2.0)
    for number in range(10):
        clock.now = float(number)
        assert not watchdog.over()


def test_time_in_which_the_watchdog_itself_was_stopped_does_not_count(
    memory: bytearray, clock: Clock
) -> None:
    heartbeat, watchdog = Heartbeat(memory), Watchdog(memory, 2.0)
    heartbeat.enter(Phase.PYTHON)
    assert not watchdog.over()
    clock.now = 3600.0
    assert not watchdog.over()
