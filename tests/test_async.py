"""Asynchronous operations are compared as strictly as others: by the lines of a script."""

from __future__ import annotations

import pytest

from agent.porting.check.executor import Disagreement, Pair
from tests import async_depot as toys

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
]


def _run(twin: type, lines: list[str]) -> Disagreement | None:
    pair = Pair(toys.DEPOT, toys.Reference, twin)
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
