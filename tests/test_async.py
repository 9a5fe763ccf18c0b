"""Asynchronous operations are compared as strictly as others: by the lines of a script."""

from __future__ import annotations

import gc
import time
from collections import Counter
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from agent.errors import ContractError, UsageError
from agent.porting.benchmark.scripted import scripted
from agent.porting.check.budget import Budget
from agent.porting.check.check import check
from agent.porting.check.disagreement import Disagreement
from agent.porting.check.executor import Pair
from agent.porting.check.loading import Loaded
from agent.porting.check.operations import Drawing
from agent.porting.check.options import PROFILES, CheckOptions
from agent.porting.check.state_machine import run_twins
from agent.porting.check.supervisor import supervised_check
from agent.porting.mutation.suite import difference_in, drawn_scripts
from agent.porting.retire.golden_tests import golden_tests
from agent.porting.script.asynchronous import NeverCompleted, TimedOut
from agent.porting.strategies.call_writer import Caller
from tests import async_depot as toys
from tests.seeds import few_or_all

if TYPE_CHECKING:
    from agent.porting.check.verdict import Verdict

BEFORE = ["depot = Depot()"]

CANCELLED = ["task = start(depot.load(5))", "settle()", "cancel(task)", "await task"]

SHOWN = [
    (toys.SwallowsCancellation, CANCELLED, "outcome"),
    (
        toys.ResultAfterCancellation,
        [*CANCELLED, "await sleep(1.0)", "depot.loaded()"],
        "len(result)",
    ),
    (toys.LosesAnItem, ["await drain(depot.items(5))"], "len(items)"),
    (toys.AnotherOrder, ["await gather(depot.load(5), depot.load(2))"], "order"),
    (toys.RaisesAtTheCall, ["await depot.load(12)"], "when it raised"),
    (
        toys.NeverWakes,
        ["task = start(depot.take())", "await depot.put(1)", "await task"],
        "outcome",
    ),
    (toys.NeverWakes, ["await gather(depot.take(), depot.put(1))"], "[0]: outcome"),
    (toys.Spins, ["await depot.put(1)", "await depot.take()"], "outcome"),
    (toys.LeavesTasks, ["await depot.load(1)", "finish()"], "tasks left running"),
    (
        toys.FailsLater,
        ["await depot.load(1)", "finish()"],
        "len(what the loop's exception handler was given)",
    ),
    (toys.GivesAFuture, ["await depot.load(1)"], "what the call gave"),
]


def _run(twin: type, lines: list[str]) -> Disagreement | None:
    with Pair(toys.DEPOT, toys.Reference, twin) as pair:
        for line in BEFORE + lines[:-1]:
            pair.run(line)
        try:
            pair.run(lines[-1])
        except Disagreement as found:
            return found
    return None


@pytest.mark.parametrize(("twin", "lines", "where"), SHOWN)
def test_what_is_wrong_is_shown_by_a_script(twin: type, lines: list[str], where: str) -> None:
    found = _run(twin, lines)
    assert found is not None
    assert found.difference.where == where
    assert _run(toys.Twin, lines) is None


def test_an_await_that_never_completes_is_the_same_on_both_sides() -> None:
    with Pair(toys.DEPOT, toys.Reference, toys.Twin) as pair:
        pair.run("depot = Depot()")
        assert isinstance(pair.run("await depot.take()").raised, NeverCompleted)
        pair.run("await depot.put(2)")
        assert pair.run("await depot.take()").value == 2  # the await before was cancelled


def test_a_side_that_blocks_its_loop_is_named_with_the_operation() -> None:
    options = CheckOptions(examples=2000, seed=1, call_limit=10.0, brief=True)
    verdict = supervised_check("depot", toys.load_blocking, options)
    found = verdict.divergences[0]
    assert found.operation == "load"
    assert found.rust == "did not return within 10 s"


def test_an_instant_of_cancellation_is_the_other_sides_own() -> None:
    """The twin needs more turns: the reference may be cancelled earlier or later than it says."""
    for turns in (0, 1, 2, 3, 8):
        lines = ["task = start(depot.load(0))", f"turns({turns})", "cancel(task)", "await task"]
        assert _run(toys.Twin, [*lines, "depot.loaded()"]) is None
        found = _run(toys.ResultAfterCancellation, [*lines, "await sleep(1.0)", "depot.loaded()"])
        assert (found is None) == (turns in {0, 8}), turns


def test_time_passes_at_once() -> None:
    before = time.monotonic()
    with Pair(toys.DEPOT, toys.Reference, toys.Twin) as pair:
        pair.run("depot = Depot()")
        pair.run("await sleep(100000.0)")
        assert isinstance(pair.run("await within(5000.0, depot.take())").raised, TimedOut)
        assert pair.run("await within(5000.0, depot.load(1))").value == "item 1"
    assert time.monotonic() - before < 5000


def test_several_processes_draw() -> None:
    options = CheckOptions(examples=1_000, seed=1, jobs=2)
    verdict = supervised_check("depot", toys.load_twin, options)
    assert verdict.verdict == "identical", (verdict.divergences, verdict.doubts)


def test_the_scripts_of_mutation_runs_tell_twins_apart() -> None:
    drawing = Drawing(Caller(toys.DEPOT), 40)
    scripts = list(islice(drawn_scripts(drawing, toys.Reference, calls=1000, seed=1), 20))
    found = {
        twin: any(difference_in(toys.DEPOT, toys.Reference, twin, script) for script in scripts)
        for twin in (toys.Twin, *toys.WRONG)
    }
    assert found == {twin: twin is not toys.Twin for twin in found}


def test_no_warning_of_a_coroutine_is_left(recwarn: pytest.WarningsRecorder) -> None:
    for line in (
        "depot.load(1)",
        "await gather(depot.load(1), depot.load(), depot.load(2))",
        "await gather(depot.load(1), 2)",
        "await depot.load(depot.load(1))",
        "late = depot.load(1)",
    ):
        assert _run(toys.Twin, [line]) is None
    gc.collect()
    assert [str(each.message) for each in recwarn.list] == []


def test_what_cannot_be_asynchronous_says_so() -> None:
    with pytest.raises(UsageError, match="depot is asynchronous: its examples await"):
        golden_tests("depot", toys.DEPOT, toys.Reference, "tests.async_depot:Twin", [])
    with pytest.raises(ContractError, match=r"takes awaits: agent\.porting\.benchmark\.awaiting"):
        scripted("takes", "takes an item", "depot", [("await depot.take()", "1")])


@pytest.mark.parametrize("seed", few_or_all(range(10)))
def test_the_equivalent_twin_is_identical(seed: int) -> None:
    found, counts = _drawn(toys.Twin, seed, calls=800)
    assert found == []
    assert set(counts) > set(toys.DEPOT.operations)


@pytest.mark.parametrize("seed", few_or_all(range(10)))
@pytest.mark.parametrize("twin", [each for each in toys.WRONG if each is not toys.RaisesAtTheCall])
def test_each_wrong_twin_is_caught(twin: type, seed: int) -> None:
    """The scripts are those of the profile ``quick``, whose other parts do not depend on a seed."""
    found, _ = _drawn(twin, seed)
    assert found


@pytest.mark.parametrize("seed", few_or_all(range(10)))
def test_an_exception_at_the_call_is_caught(seed: int) -> None:
    """A whole check, as arguments outside of a domain are tried first."""
    assert _check(toys.RaisesAtTheCall, seed).verdict == "divergent"


def test_a_whole_check_says_identical() -> None:
    assert _check(toys.Twin, seed=0, examples=200).verdict == "identical"


def _drawn(
    twin: type, seed: int, calls: int = PROFILES["quick"].examples
) -> tuple[list[str], Counter[str]]:
    """Draw as a check does until there is a difference; return it and the calls by operation."""
    budget = Budget(calls)
    differences: list[str] = []
    counts: Counter[str] = Counter()

    def found(_: list[str], difference: Disagreement) -> bool:
        differences.append(str(difference))
        budget.calls = 0
        return False

    drawing = Drawing(Caller(toys.DEPOT), PROFILES["quick"].steps)
    for batch in range(100):
        if not budget.spent:
            counts += run_twins(
                drawing, toys.Reference, twin,
                seed=seed + (batch << 32), programs=10, found=found, budget=budget,
            ).reach.counts  # fmt: skip
    return differences, counts


def _check(twin: type, seed: int, examples: int | None = None) -> Verdict:
    options = CheckOptions(profile="quick", examples=examples, seed=seed, brief=True)
    return check("depot", Loaded(toys.DEPOT, toys.Reference, twin), options)
