"""What every object has, though no contract lists it, is compared once per check."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from agent.cli import main
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.options import CheckOptions
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import OBJECT_PROTOCOL, Effect, operation, unpromised
from tests.object_twins import CONTRACT, TWINS, MakesPoints, Point, Points

if TYPE_CHECKING:
    from pathlib import Path

    from agent.porting.check.verdict import Verdict


class Same(Point):
    """Another class, with the same behaviour."""


def verdict(twin: type, contract: Any = CONTRACT) -> Verdict:
    """Check a twin; a few drawn calls do."""
    return check("point", Loaded(contract, Point, twin), CheckOptions(examples=1, guessed=True))


def test_a_twin_that_agrees_is_identical() -> None:
    found = verdict(Same)
    assert (found.verdict, found.divergences, found.doubts) == ("identical", [], [])
    assert set(found.probed) >= set(OBJECT_PROTOCOL) - {"fork"}


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.__name__)
def test_a_twin_that_lacks_something_differs(twin: type) -> None:
    found = verdict(twin)
    assert found.verdict == "divergent"
    topics = {each.topic for each in found.divergences}
    assert TWINS[twin] in topics
    (first, *_) = (each for each in found.divergences if each.topic == TWINS[twin])
    assert (first.sort, first.script[-1]) == ("protocol", first.call)
    assert f"object protocol, {TWINS[twin]}: " in str(first)


def test_a_contract_says_what_it_does_not_promise() -> None:
    @unpromised(weakref="no one refers to points weakly")
    class Unreferred(Points, Protocol):
        """A point that need not allow weak references."""

    contract = read_contract(Unreferred, MakesPoints)
    strong = next(twin for twin in TWINS if twin.__name__ == "Strong")
    found = verdict(strong, contract)
    assert "weakref" not in {each.topic for each in found.divergences}
    told = found.as_json()["object_protocol"]
    assert told["unpromised"] == {"weakref": "no one refers to points weakly"}
    assert "weakref" not in told["probed"]


class Part(Protocol):
    """What `Whole` gives."""

    def size(self) -> int: ...


@unpromised(copy="a", pickle="b")
class Whole(Protocol):
    """Gives another object."""

    def part(self) -> Part: ...


def test_what_is_not_promised_holds_for_what_operations_return() -> None:
    read = read_contract(Whole)
    assert read.unpromised == read.parts["Part"].unpromised == {"copy": "a", "pickle": "b"}


def test_topics_are_known_and_have_reasons() -> None:
    with pytest.raises(TypeError, match="no topic 'pickles': choose from pickle, copy"):
        unpromised(pickles="typo")
    with pytest.raises(ValueError, match="copy: say why"):
        unpromised(copy=" ")


class Function(Protocol):
    """A function."""

    @operation(effect=Effect.PURE)
    def __call__(self, text: str) -> int: ...


def size(text: str) -> int:
    """Return the size."""
    return len(str.__str__(text))


class Callable:
    """Is called like the function, and does not bind."""

    __name__ = __qualname__ = "size"

    def __call__(self, text: str) -> int:
        """Return the size."""
        return size(text)


def test_a_function_binds_on_both_sides() -> None:
    pair = Loaded(read_contract(Function), size, Callable())
    found = check("size", pair, CheckOptions(examples=1, guessed=True))
    assert "binding" in {each.topic for each in found.divergences}


def test_both_sides_pickle_by_names_of_which_one_is_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = """
def _load(n: int):
    return Tally(n)
class Tally:
    'A number.'
    def __init__(self, n: int = 0) -> None:
        self.n = n
    def up(self) -> int:
        'Go up.'
        self.n += 1
        return self.n
    def __reduce__(self):
        return _load, (self.n,)
Tally.__module__ = _load.__module__ = "tallies"
"""
    for name in ("slow_tallies", "fast_tallies"):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    installed = "from fast_tallies import Tally, _load"
    (tmp_path / "tallies.py").write_text(installed, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    sides = ["--python", "slow_tallies:Tally", "--rust", "fast_tallies:Tally", "--examples", "50"]
    main(["check", *sides, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["divergences"] == []
    assert found["object_protocol"]["probed"]["pickle"] > 0


def test_the_command_groups_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = """
class Tally:
    'A number.'
    def __init__(self, start: int = 0) -> None:
        self.n = start
    def up(self) -> int:
        'Go up.'
        self.n += 1
        return self.n
"""
    (tmp_path / "slow_tally.py").write_text(source, encoding="utf-8")
    more = "    def __reduce_ex__(self, protocol): raise TypeError('cannot pickle Tally')\n"
    (tmp_path / "fast_tally.py").write_text(source + more, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    sides = ["--python", "slow_tally:Tally", "--rust", "fast_tally:Tally", "--examples", "50"]
    assert main(["check", *sides]) == 1
    out = capsys.readouterr().out
    assert "== object protocol: what every object has, though no contract lists it ==" in out
    assert "object protocol, copy: copied = probing.copy(tally) differs in outcome" in out
    assert main(["check", *sides, "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert {each["sort"] for each in found["divergences"]} == {"protocol"}
