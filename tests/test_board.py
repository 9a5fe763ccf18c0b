"""What a process is in can be read by another, however long the script is."""

from __future__ import annotations

import pytest

from agent.porting.check import heartbeat as module
from agent.porting.check.executor import Pair
from agent.porting.check.heartbeat import Board, Turn, Watch, Whose
from tests import toy_pairs as toys


@pytest.fixture
def memory() -> bytearray:
    """Return room for a short script."""
    return bytearray(400)


def test_at_first_no_thread_has_a_turn(memory: bytearray) -> None:
    assert Board(memory).read() is None


def test_lines_are_added_to_those_before(memory: bytearray) -> None:
    board, lines = Board(memory), ["one()"]
    board.begin(lines)
    board.turn(Whose.PYTHON)
    lines.append("two('\ud800')")
    board.begin(lines)
    board.turn(Whose.RUST)
    assert Board(memory).read() == Turn(Whose.RUST, ["one()", "two('\ud800')"])


def test_another_script_begins_anew(memory: bytearray) -> None:
    board = Board(memory)
    for lines in (["one()", "two()"], ["three()"]):
        board.begin(lines)
        board.turn(Whose.COMPARISON)
    assert Board(memory).read() == Turn(Whose.COMPARISON, ["three()"])


def test_of_a_long_script_the_last_lines_are_kept(
    memory: bytearray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_LAST", 50)
    board, lines, cut = Board(memory), list[str](), False
    for number in range(1000):
        lines.append(f"line({number})")
        board.begin(lines)
        board.turn(Whose.PYTHON)
        turn = Board(memory).read()
        assert turn is not None
        kept = [line for line in turn.lines if line != "..."]
        assert kept == lines[-len(kept) :]
        cut |= turn.lines[0] == "..."
    assert cut


def test_a_line_that_is_too_long_leaves_an_ellipsis(memory: bytearray) -> None:
    board = Board(memory)
    board.begin(["x" * 1_000_000])
    board.turn(Whose.PYTHON)
    assert Board(memory).read() == Turn(Whose.PYTHON, ["..."])


def test_a_pair_writes_down_who_is_running(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = bytearray(4000)
    monkeypatch.setattr(module, "_here", Board(memory))
    seen: list[Turn | None] = []

    def watched(text: str, /, joint: str = "-") -> str:
        seen.append(Board(memory).read())
        return toys.slug(text, joint)

    def other(text: str, /, joint: str = "-") -> str:
        return watched(text, joint)

    Pair(toys.SLUG, watched, other).run("slug('a')")
    Pair(toys.SLUG, other, other).run("slug('b')")
    assert seen == [
        Turn(Whose.PYTHON, ["slug('a')"]),
        Turn(Whose.RUST, ["slug('a')"]),
        Turn(Whose.PYTHON, ["slug('b')"]),
        Turn(Whose.PYTHON, ["slug('b')"]),
    ]
    assert Board(memory).read() is None


class Clock:
    """Shows the time that it is set to."""

    now = 0.0

    def monotonic(self) -> float:
        """Return it."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock that watches look at."""
    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


def test_a_turn_is_over_when_it_was_the_same_for_too_long(memory: bytearray, clock: Clock) -> None:
    board, watch = Board(memory), Watch(memory, 2.0)
    board.begin(["one()"])
    board.turn(Whose.PYTHON)
    looks = []
    for clock.now in (0.0, 0.5, 1.0, 1.5, 1.9):
        looks.append(watch.over())
    board.turn(Whose.RUST)
    for clock.now in (2.0, 2.9, 3.8, 4.1):
        looks.append(watch.over())
    assert looks == [False] * 8 + [True]


def test_a_wait_without_a_turn_is_not_limited(memory: bytearray, clock: Clock) -> None:
    watch = Watch(memory, 2.0)
    for number in range(10):
        clock.now = float(number)
        assert not watch.over()


def test_time_in_which_the_watch_itself_was_stopped_does_not_count(
    memory: bytearray, clock: Clock
) -> None:
    board, watch = Board(memory), Watch(memory, 2.0)
    board.turn(Whose.PYTHON)
    assert not watch.over()
    clock.now = 3600.0
    assert not watch.over()
