"""The parity check finds what is wrong, and only that."""

from __future__ import annotations

import itertools
import json
import random
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol

import pytest
from annotated_types import Ge, Le

from agent.components.cache.contract import Cache as CacheContract
from agent.components.cache.contract import CacheFactory
from agent.errors import UsageError
from agent.porting.check.boundary import EdgeScript
from agent.porting.check.budget import Budget
from agent.porting.check.check import check
from agent.porting.check.loading import Loaded
from agent.porting.check.operations import Drawing
from agent.porting.check.options import PROFILES, CheckOptions
from agent.porting.check.state_machine import run_twins
from agent.porting.contract.reader import read_contract
from agent.porting.contract.terms import Effect, operation
from agent.porting.strategies.call_writer import Caller
from tests.seeds import few_or_all
from tests.subclassable import Reference
from tests.twins import caches

if TYPE_CHECKING:
    from agent.porting.check.disagreement import Disagreement

CONTRACT = read_contract(CacheContract, CacheFactory)
SEEDS = random.Random("ten").sample(range(2**32), 10)
QUICK = PROFILES["quick"]


class Cache(Reference):
    """Another class, with the same behaviour."""


def caught(wrong: type, seed: int) -> bool:
    """Return whether drawn scripts alone, without those for edges, find a difference."""
    budget = Budget(30_000)
    found = []

    def note(lines: list[str], _: Disagreement) -> bool:
        found.append(lines)
        budget.calls = 0
        return False

    batches = itertools.count(seed, 1 << 32)
    drawing = Drawing(Caller(CONTRACT), 100)
    while not budget.spent:
        run_twins(
            drawing, Reference, wrong,
            seed=next(batches), programs=10, found=note, budget=budget,
        )  # fmt: skip
    return bool(found)


@pytest.mark.parametrize("seed", few_or_all(SEEDS))
@pytest.mark.parametrize("twin", caches.WRONG)
def test_a_wrong_twin_is_caught_whatever_is_drawn(twin: type, seed: int) -> None:
    assert caught(twin, seed)


@pytest.mark.parametrize("seed", few_or_all(SEEDS[:3]))
@pytest.mark.parametrize("twin", caches.SUBTLE)
def test_a_subtly_wrong_twin_is_caught_too(twin: type, seed: int) -> None:
    assert caught(twin, seed)


@pytest.mark.parametrize(
    ("twin", "where", "last"),
    [
        (caches.SaysTrueForOne, "result", "cache.get(1)"),
        (caches.ChangesAnArgument, "argument1 afterwards[0]", "cache.get_many("),
        (caches.WordsAnErrorOtherwise, "raised.args[0]", "cache.popitem()"),
    ],
)
def test_a_difference_is_shown_short(twin: type, where: str, last: str) -> None:
    verdict = check(
        "cache", Loaded(CONTRACT, Reference, twin), CheckOptions(profile="quick", seed=3)
    )
    assert verdict.verdict == "divergent"
    found = next(each for each in verdict.divergences if each.where == where)
    assert found.call.startswith(last)
    assert found.call == found.script[-1]
    assert len(found.script) <= 5
    assert found.repeats
    assert found.python != found.rust
    assert all(part in str(found) for part in (found.call, found.python, found.rust))


def test_a_plain_copy_is_identical() -> None:
    verdict = check(
        "cache", Loaded(CONTRACT, Reference, Cache), CheckOptions(profile="quick", seed=1)
    )
    assert (verdict.verdict, verdict.divergences, verdict.doubts) == ("identical", [], [])
    assert verdict.examples == sum(verdict.operations.values()) >= QUICK.examples
    assert set(verdict.operations) == {"Cache", *CONTRACT.operations}


class Counting(Protocol):
    """A contract small enough to check in no time."""

    def add(self, step: Annotated[int, Ge(1), Le(9)]) -> int: ...

    @operation(effect=Effect.READS)
    def total(self) -> int: ...


class MakesCounting(Protocol):
    """Its factory."""

    def __call__(self) -> Counting: ...


COUNTING = read_contract(Counting, MakesCounting)


class Counter:
    """Keeps to the contract."""

    def __init__(self) -> None:
        self._total = 0

    def add(self, step: int) -> int:
        if type(step) is not int:
            message = "step must be an int"
            raise TypeError(message)
        if not 1 <= step <= 9:
            message = "step must be from 1 to 9"
            raise ValueError(message)
        self._total += step
        return self._total

    def total(self) -> int:
        return self._total


class Other(Counter):
    """Keeps to it too."""


class Lenient(Counter):
    """Accepts what the contract does not allow."""

    def add(self, step: int) -> int:
        self._total += int(step)
        return self._total


class LenientToo(Lenient):
    """The same."""


class Forgetful(Counter):
    """Differs now and then."""

    def total(self) -> int:
        return random.SystemRandom().randrange(10**9)


def test_the_seed_decides_what_is_drawn() -> None:
    first, again, other = (
        check(
            "counting", Loaded(COUNTING, Counter, Other), CheckOptions(profile="quick", seed=seed)
        ).operations
        for seed in (1, 1, 2)
    )
    assert first == again != other


def test_the_ci_profile_is_the_same_each_time() -> None:
    first, again = (
        check("counting", Loaded(COUNTING, Counter, Other), CheckOptions(examples=500))
        for _ in range(2)
    )
    assert (first.seed, first.operations) == (again.seed, again.operations)


def test_both_must_refuse_what_is_outside_the_domain() -> None:
    verdict = check("counting", Loaded(COUNTING, Lenient, LenientToo), CheckOptions(examples=1))
    assert {found.where for found in verdict.divergences} == {"domain"}
    assert {"counting.add(10)", "counting.add(0)"} <= {found.call for found in verdict.divergences}


def test_what_does_not_repeat_is_a_difference_all_the_same() -> None:
    verdict = check("counting", Loaded(COUNTING, Counter, Forgetful), CheckOptions(examples=500))
    assert verdict.verdict == "divergent"


def test_an_implementation_is_not_compared_with_itself() -> None:
    with pytest.raises(UsageError, match="proves nothing"):
        check("counting", Loaded(COUNTING, Counter, Counter))
    verdict = check(
        "counting", Loaded(COUNTING, Counter, Counter), CheckOptions(examples=500, itself=True)
    )
    assert verdict.verdict == "identical"


def test_an_unknown_profile_lists_the_known() -> None:
    with pytest.raises(UsageError, match="quick, ci, deep"):
        check("counting", Loaded(COUNTING, Counter, Other), CheckOptions(profile="thorough"))


def test_nothing_compared_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.porting.check.campaign.edge_scripts", lambda contract: iter(()))
    verdict = check("counting", Loaded(COUNTING, Counter, Other), CheckOptions(seconds=1e-9))
    assert (verdict.verdict, verdict.examples) == ("inconclusive", 0)
    assert any(
        "nothing was compared: the time was over while comparing" in doubt
        for doubt in verdict.doubts
    )


def test_an_operation_that_was_left_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    script = EdgeScript(["counting = Counting()", "counting.total()"])
    monkeypatch.setattr(
        "agent.porting.check.campaign.edge_scripts", lambda contract: iter([script])
    )
    monkeypatch.setattr("agent.porting.check.check.draw", lambda *arguments: None)
    for name in ("explore", "repeat_calls", "try_sizes", "count_branches"):
        monkeypatch.setattr(f"agent.porting.check.check.{name}", lambda *arguments: None)
    verdict = check("counting", Loaded(COUNTING, Counter, Other))
    assert (verdict.verdict, verdict.unexercised) == ("inconclusive", {"add": "never called"})
    assert verdict.doubts[0] == "not exercised: add: never called"


def test_an_interruption_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(contract: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("agent.porting.check.campaign.edge_scripts", interrupt)
    verdict = check("counting", Loaded(COUNTING, Counter, Other))
    assert verdict.verdict == "inconclusive"
    assert "the check was interrupted" in verdict.doubts


def test_a_pinned_difference_is_replayed_first(tmp_path: Path) -> None:
    found = check(
        "counting",
        Loaded(COUNTING, Counter, Lenient),
        CheckOptions(examples=1, folder=tmp_path, pinning=True),
    ).divergences[0]
    assert found.example is not None
    text = Path(found.example).read_text(encoding="utf-8")
    assert text.splitlines()[-1] == found.call
    later = check(
        "counting", Loaded(COUNTING, Counter, Lenient), CheckOptions(examples=1, folder=tmp_path)
    )
    assert found in later.divergences
    assert later.divergences[0].example is not None
    repaired = check(
        "counting", Loaded(COUNTING, Counter, Other), CheckOptions(examples=500, folder=tmp_path)
    )
    assert repaired.verdict == "identical"


def test_an_example_that_is_not_python_is_named(tmp_path: Path) -> None:
    (tmp_path / "broken.py").write_text("cache = (", encoding="utf-8")
    with pytest.raises(UsageError, match=r"broken\.py is not a script"):
        check("counting", Loaded(COUNTING, Counter, Other), CheckOptions(folder=tmp_path))


def test_the_json_has_the_promised_shape() -> None:
    verdict = check("counting", Loaded(COUNTING, Counter, Lenient), CheckOptions(examples=1))
    shape = json.loads(json.dumps(verdict.as_json()))
    assert list(shape) == [
        "component", "verdict", "examples", "operations", "reach", "unexercised", "branches",
        "build", "recorded", "varied", "world_calls", "redrawn", "refused", "share", "divergences",
        "beyond", "registered", "one_sided", "shadow", "outdated", "object_protocol",
        "unsteady", "bounded", "costly", "stopped", "interrupted", "hidden_state", "doubts", "seed",
    ]  # fmt: skip
    assert shape["verdict"] == "divergent"
    assert shape["divergences"][0]["script"]


def test_recorded_scripts_are_replayed_and_varied(tmp_path: Path) -> None:
    script = tmp_path / "real.py"
    script.write_text("counting = Counting()\ncounting.add(7)\ncounting.total()\n", "utf-8")
    verdict = check(
        "counting", Loaded(COUNTING, Counter, Other), CheckOptions(examples=500, corpus=tmp_path)
    )
    none = check("counting", Loaded(COUNTING, Counter, Other), CheckOptions(examples=500))
    assert (verdict.verdict, verdict.recorded) == ("identical", 3)
    assert verdict.examples == none.examples + 3 + verdict.varied
    assert verdict.varied >= 100


def test_a_recorded_call_must_be_within_the_contract(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text("counting = Counting()\ncounting.add(70)\n", "utf-8")
    verdict = check(
        "counting", Loaded(COUNTING, Counter, Other), CheckOptions(examples=500, corpus=tmp_path)
    )
    assert verdict.verdict == "inconclusive"
    assert "add: step does not allow 70" in verdict.doubts[0]


class MakesPickyCounting(Protocol):
    """A factory that says nothing of what it takes."""

    def __call__(self, start: Any) -> Counting: ...


class Picky(Counter):
    """Is made of few values alone."""

    def __init__(self, start: Any) -> None:
        if type(start) is not int or start < 2:
            message = f"no start: {start!r}"
            raise ValueError(message)
        super().__init__()


def test_an_object_that_is_hard_to_make_is_made_all_the_same() -> None:
    contract = read_contract(Counting, MakesPickyCounting)
    findings = run_twins(
        Drawing(Caller(contract), 10), Picky, Picky, seed=1, programs=20, found=lambda *_: False
    )
    assert findings.reach.counts["add"] > 50
