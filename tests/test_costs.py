"""Calls that take seconds or gigabytes are learned, named, and not made again."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

import pytest

from agent.porting.check import heartbeat
from agent.porting.check.check import check
from agent.porting.check.costs import Costs, learn_anew
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.supervisor import supervised_check
from agent.porting.contract.reader import read_contract
from tests import stuck_pairs as stuck
from tests import toy_pairs as toys

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="no process tells its memory there")


HIDDEN = f"slug({stuck.WORD!r})"


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    learn_anew({})


@pytest.mark.parametrize(
    ("learned", "avoided", "made"),
    [
        ("f(10**9)", ["f(10**9)", "x = f(10**9)", "f(10**10)", "f(1 << 40)"], ["f(9)", "g(10**9)"]),
        ("x = f('a' * 2**30, 1)", ["f('b' * 2**31, 2)"], ["f('a', 2**31)", "f('a' * 9, 1)"]),
        ("o.f(times=5000)", ["o.f(times=5000)", "p.f(times=10_000)"], ["o.f(times=40)"]),
        ("f([1, 2])", ["f([1, 2])"], ["f([1, 2, 3])", "f([])"]),
        ("f(-1e300)", ["f(1e301)"], ["f(1.5)", "f(float('inf'))"]),
        ("o[10**9]", ["o[10**9]", "o[10**9 + 1]"], ["o[1]"]),
        ("o ** (2**64 - 1)", ["x = p ** (2**64 - 1)", "o ** 10**30"], ["o ** 2", "2**64 + o"]),
    ],
)
def test_what_is_as_large_is_avoided_too(learned: str, avoided: list[str], made: list[str]) -> None:
    costs = Costs()
    assert not costs.avoids(learned)
    costs.learn(learned, "3 s")
    assert [line for line in avoided if not costs.avoids(line)] == []
    assert [line for line in made if costs.avoids(line)] == []


def test_a_slow_call_is_made_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The clock moves with that call alone."""
    now, times = 0.0, 0

    class Clock:
        @staticmethod
        def monotonic() -> float:
            return now

    def slug(text: str, /, joint: str = "-") -> str:
        nonlocal now, times
        if stuck.is_hidden(text):
            now, times = now + 3.0, times + 1
        return toys.slug(text, joint)

    def other(text: str, /, joint: str = "-") -> str:
        return toys.slug(text, joint)

    monkeypatch.setattr(heartbeat, "time", Clock)
    lines = ["slug('before')", HIDDEN, HIDDEN, "slug('after')"]
    (tmp_path / "slow.py").write_text("\n".join(lines), encoding="utf-8")
    pair = Loaded(toys.SLUG, slug, other)
    verdict = check("slug", pair, CheckOptions(folder=tmp_path, examples=200))
    assert verdict.costly == {HIDDEN: "3 s"}
    assert times == 1
    assert verdict.verdict == "identical"
    assert f"not called again: {HIDDEN}: 3 s" in verdict.report()


def test_an_argument_of_several_costly_calls_is_avoided() -> None:
    costs = Costs()
    for joint in "abc":
        assert not costs.avoids("f('slow', 'x')")
        costs.learn(f"f('slow', '{joint}')", "3 s")
    assert costs.avoids("f('slow', 'x')")
    assert not costs.avoids("f('x', 'slow')")


@LINUX
def test_a_call_that_takes_gigabytes_is_ended_and_the_check_goes_on(tmp_path: Path) -> None:
    lines = ["slug('before')", HIDDEN, "slug('after')"]
    (tmp_path / "large.py").write_text("\n".join(lines), encoding="utf-8")
    options = CheckOptions(folder=tmp_path, examples=200, memory=300.0)
    verdict = supervised_check("slug", stuck.load_growing, options)
    assert verdict.costly == {HIDDEN: "the reference took more than 300 MiB of memory"}
    assert verdict.examples > 200
    assert (verdict.verdict, verdict.doubts) == ("identical", [])


@LINUX
def test_where_rust_alone_takes_gigabytes_there_is_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text(HIDDEN, encoding="utf-8")
    options = CheckOptions(folder=tmp_path, examples=200, memory=300.0)
    verdict = supervised_check("slug", stuck.load_growing_rust, options)
    assert verdict.verdict == "inconclusive"
    assert f"Rust took more than 300 MiB of memory in {HIDDEN}" in verdict.doubts[0]


@LINUX
def test_memory_that_only_the_limit_refuses_is_no_difference(tmp_path: Path) -> None:
    (tmp_path / "large.py").write_text(HIDDEN, encoding="utf-8")
    options = CheckOptions(folder=tmp_path, examples=200, memory=300.0)
    verdict = supervised_check("slug", stuck.load_reserving, options)
    assert verdict.divergences == []
    assert verdict.costly == {HIDDEN: "more memory than a check may take"}


def test_a_call_that_nothing_interrupts_is_ended_with_the_time(tmp_path: Path) -> None:
    (tmp_path / "stuck.py").write_text(HIDDEN, encoding="utf-8")
    options = CheckOptions(folder=tmp_path, seconds=8.0)
    verdict = supervised_check("slug", stuck.load_stuck_python, options)
    assert verdict.verdict == "inconclusive"
    assert not verdict.interrupted
    assert verdict.bounded


def test_loading_that_does_not_end_is_ended_with_the_time() -> None:
    verdict = supervised_check("slug", stuck.load_never, CheckOptions(seconds=8.0))
    assert (verdict.bounded, verdict.examples) == (["loading"], 0)
    assert any("nothing was compared" in doubt for doubt in verdict.doubts)


class Switch(Protocol):
    """Is on or off."""

    def turn(self) -> bool:
        """Turn it, and return whether it is on."""


class MakesSwitch(Protocol):
    """The factory."""

    def __call__(self) -> Switch: ...


class Lamp:
    """A switch."""

    def __init__(self) -> None:
        self._on = False

    def turn(self) -> bool:
        """Turn it."""
        self._on = not self._on
        return self._on


class Other(Lamp):
    """Does the same."""


def test_an_object_is_not_made_where_that_is_costly() -> None:
    pair = Loaded(read_contract(Switch, MakesSwitch), Lamp, Other)
    options = CheckOptions(examples=50, seed=0)
    assert check("switch", pair, options).reach.calls > 50
    verdict = check("switch", pair, options, avoided={"switch = Switch()": "3 s"})
    assert verdict.costly == {"Switch()": "3 s"}
    assert (verdict.verdict, verdict.divergences) == ("inconclusive", [])
    assert verdict.unexercised["turn"].endswith("had an object to act on")
