"""Scripts are drawn in other environments too, and find what depends on one."""

from __future__ import annotations

import decimal
import locale
import logging
import os
import sys
import time
from random import Random
from typing import TYPE_CHECKING, Any, Protocol, Self

import pytest

from agent.porting.check.check import check
from agent.porting.check.environments import drawn_environment
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.check.shrink import shrunk
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from agent.porting.check.verdict import Verdict


class Twice(Protocol):
    """A function."""

    @operation(effect=Effect.READS)
    def __call__(self, number: int, /) -> Any: ...


class Environment(Protocol):
    """Called like the word."""

    @operation(effect=Effect.READS)
    def __call__(self, number: int, /) -> Any: ...


TWICE = read_contract(Twice)


def _needs(number: int) -> int:
    if type(number) is not int:
        message = "an int is needed"
        raise TypeError(message)
    return number


def checked(look: Callable[[], Any], usual: Any, **options: Any) -> Verdict:
    """Compare what gives what it sees of its environment with what gives the usual."""

    def sees(number: int, /) -> Any:
        return _needs(number) * 0, look()

    def is_blind(number: int, /) -> Any:
        return _needs(number) * 0, usual

    pair = Loaded(TWICE, sees, is_blind)
    return check("twice", pair, CheckOptions(examples=12_000, seed=0, **options))


LOOKS: dict[str, Callable[[], Any]] = {
    "TZ": lambda: time.localtime(1_700_000_000).tm_hour,
    "decimal_precision": lambda: len(str(decimal.Decimal(1) / 3)),
    "decimal_rounding": lambda: str(decimal.Decimal("2.5").quantize(decimal.Decimal(1))),
    "int_max_str_digits": sys.get_int_max_str_digits,
    "recursion_limit": sys.getrecursionlimit,
    "folder": os.getcwd,
    "log_level": lambda: logging.getLogger("some").isEnabledFor(logging.DEBUG),
}


@pytest.mark.parametrize("setting", LOOKS)
def test_what_depends_on_the_environment_is_found(setting: str) -> None:
    look = LOOKS[setting]
    verdict = checked(look, look())
    (found,) = verdict.divergences
    first, call = found.script
    assert first.startswith(f"environment({setting}=")
    assert call == "twice(0)"


def test_the_locale_is_drawn_as_far_as_the_machine_has_others() -> None:
    def look() -> str:
        return locale.setlocale(locale.LC_CTYPE)

    before = look()
    lines = [drawn_environment(_Chance(["locale"], index), TWICE) for index in range(5)]
    there = [line for line in lines if before not in line]
    with Pair(TWICE, lambda _: look(), lambda _: look()) as pair:
        pair.run(there[0])
        assert pair.run("twice(1)").value != before
    assert look() == before


class _Chance(Random):
    """Draws what it was told to."""

    def __new__(cls, *_: Any) -> Self:
        return super().__new__(cls)

    def __init__(self, names: list[str], index: int) -> None:
        super().__init__()
        self._names = names
        self._index = index

    def randrange(self, start: int, *_: Any) -> int:
        return start - 1

    def sample(self, *_: Any, **__: Any) -> Any:
        return self._names

    def choice(self, seq: Any) -> Any:
        return seq[self._index % len(seq)]


def test_most_scripts_run_in_the_usual_environment() -> None:
    drawn = [drawn_environment(Random(seed), TWICE) for seed in range(600)]
    assert 60 < sum(map(bool, drawn)) < 140
    assert not any("umask" in line for line in drawn)  # for what touches files alone


def test_a_contract_that_is_called_so_has_no_such_word() -> None:
    contract = read_contract(Environment)
    assert all(not drawn_environment(_Chance(["TZ"], 0), contract) for _ in range(9))
    with Pair(contract, lambda number: number, lambda number: number) as pair:
        assert pair.run("environment(3)").value == 3
    assert pair.compared == 1


def test_the_word_is_no_call_of_the_contract() -> None:
    with Pair(TWICE, lambda number: number, lambda number: number) as pair:
        pair.run("environment(TZ='IST-5:30')")
        assert pair.compared == 0


def test_a_script_within_a_script_has_its_own() -> None:
    look = LOOKS["TZ"]
    usual = look()
    with Pair(TWICE, lambda _: look(), lambda _: look()) as pair:
        pair.run("environment(TZ='IST-5:30')")
        there = pair.run("twice(1)").value
        assert there != usual
        with Pair(TWICE, lambda _: look(), lambda _: look()) as inner:
            assert inner.run("twice(1)").value == usual
            inner.run("environment(TZ='<-11>11')")
            assert inner.run("twice(1)").value not in {there, usual}
        assert pair.run("twice(1)").value == there
    assert look() == usual


def test_an_example_sets_it_again(tmp_path: Path) -> None:
    example = "environment(decimal_precision=3)\ntwice(1)\n"
    (tmp_path / "a.py").write_text(example, encoding="utf-8")
    look = LOOKS["decimal_precision"]
    verdict = checked(look, look(), folder=tmp_path, brief=True)
    (found,) = verdict.divergences
    assert found.script == example.splitlines()


@pytest.mark.parametrize("setting", ["colour='red'", "locale='no_such'"])
def test_what_cannot_be_set_is_told(setting: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"environment({setting})\ntwice(1)\n", encoding="utf-8")
    verdict = checked(lambda: 1, 1, folder=tmp_path)
    assert verdict.verdict == "inconclusive"
    assert any(f"environment({setting}) cannot be set" in doubt for doubt in verdict.doubts)


def test_settings_are_left_out_but_not_changed() -> None:
    line = "environment(TZ='IST-5:30', decimal_precision=9)"
    short = shrunk([line, "twice(5)"], lambda lines: "TZ" in lines[0] and "5" in lines[-1])
    assert short == ["environment(TZ='IST-5:30')", "twice(5)"]


def test_variables_that_the_reference_asks_for_are_set() -> None:
    def greeting(number: int, /) -> str:
        return "Hallo" if os.environ.get("SOME_LANGUAGE", "").startswith("xy") else "Hello"

    def is_deaf(number: int, /) -> str:
        return "Hello"

    def sees(number: int, /) -> Any:
        return _needs(number) * 0, greeting(number)

    def is_blind(number: int, /) -> Any:
        return _needs(number) * 0, is_deaf(number)

    before = dict(os.environ)
    verdict = check("twice", Loaded(TWICE, sees, is_blind), CheckOptions(examples=6_000, seed=0))
    (found,) = verdict.divergences
    assert found.script == ["environment(variables={'SOME_LANGUAGE': 'xy'})", "twice(0)"]
    assert dict(os.environ) == before
