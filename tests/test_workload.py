"""The table of workloads: its answers, derived from definitions, and its plumbing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

import pytest

from agent.components.cache.reference import Cache
from agent.components.cache.workloads import TRACES, WORKLOADS, Answer, Trace
from agent.errors import ContractError, UsageError
from agent.porting.benchmark.workload import Workload, export, select

if TYPE_CHECKING:
    from pathlib import Path

    from agent.components.cache.traces import Inputs


def _within_reach(inputs: Inputs, capacity: int) -> list[bool]:
    """Return for each key of a warm run whether fewer than `capacity` others were used since.

    Mattson's stack distance: a tree of sums holds a one at the last use of each key, so that the
    number of other keys used since is a sum over a range.
    """
    history = [*inputs.fill, *inputs.keys, *inputs.keys]
    tree = [0] * (len(history) + 1)

    def add(place: int, amount: int) -> None:
        while place < len(tree):
            tree[place] += amount
            place += place & -place

    def before(place: int) -> int:
        total = 0
        while place:
            total += tree[place]
            place -= place & -place
        return total

    last: dict[str, int] = {}
    reach = []
    for place, key in enumerate(history, start=1):
        used = last.get(key)
        if used is None:
            reach.append(False)
        else:
            reach.append(len(last) - before(used) < capacity)
            add(used, -1)
        add(place, 1)
        last[key] = place
    return reach[-len(inputs.keys) :]


def _within_life(inputs: Inputs, ttl: float) -> list[bool]:
    """Return for each key of a run that starts empty whether it was stored within `ttl` ticks.

    The clock ticks once for each look-up and once for each store.
    """
    deadlines: dict[str, float] = {}
    alive, now = [], 0
    for key in inputs.keys:
        hit = deadlines.get(key, 0) > now
        alive.append(hit)
        now += 1
        if not hit:
            deadlines[key] = now + ttl
            now += 1
    return alive


def _kept(inputs: Inputs, trace: Trace) -> list[str]:
    """Return the keys that remain, least recently used first."""
    last = dict.fromkeys(reversed([*inputs.fill, *inputs.keys]))
    return list(last)[: trace.capacity][::-1]


def derived(trace: Trace) -> Answer:
    inputs = trace.draw()
    if trace.kind == "get" and not set(inputs.keys) & set(inputs.fill):
        return Answer(0, trace.size, 0, _digest(inputs, inputs.fill))
    left = None if trace.threads > 1 else _digest(inputs, _kept(inputs, trace))
    if trace.kind in {"set", "set_many"}:
        return Answer(0, 0, 0, left)
    if trace.ticking:
        hits = _within_life(inputs, trace.ttl or 0)
        left = _left_alive(inputs, trace, hits)
    else:
        hits = _within_reach(inputs, trace.capacity)
    total = sum(inputs.source[key] for key, hit in zip(inputs.keys, hits, strict=True) if hit)
    return Answer(sum(hits), len(hits) - sum(hits), total, left)


def _left_alive(inputs: Inputs, trace: Trace, hits: list[bool]) -> int:
    """Digest the keys whose deadline lies ahead, in the order of their last use."""
    now = 0
    deadlines: dict[str, float] = {}
    for key, hit in zip(inputs.keys, hits, strict=True):
        now += 1
        if not hit:
            deadlines[key] = now + (trace.ttl or 0)
            now += 1
    # Listing what remains reads the clock as well.
    return _digest(inputs, [key for key in _kept(inputs, trace) if deadlines[key] > now])


def _digest(inputs: Inputs, keys: list[str]) -> int:
    return crc32("\n".join(f"{key} {inputs.source[key]}" for key in keys).encode())


@pytest.mark.parametrize("trace", TRACES, ids=lambda trace: trace.name)
def test_the_expected_answer_follows_from_the_definition(trace: Trace) -> None:
    assert len(trace.draw().keys) == trace.size
    assert trace.expected == derived(trace)


@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda workload: workload.name)
def test_every_run_has_the_same_answer(workload: Workload) -> None:
    state = workload.prepare(workload.draw(), Cache)
    assert workload.answer(state) == workload.expected
    workload.run(state, 2)
    assert workload.answer(state) == workload.expected
    if workload.entries:
        assert len(state.cache) == workload.entries


def test_a_workload_is_selected_by_name_in_the_order_of_the_table() -> None:
    assert [workload.name for workload in select(WORKLOADS, ["zipf", "hit"])] == ["hit", "zipf"]
    assert select(WORKLOADS) == list(WORKLOADS)


def test_an_unknown_workload_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match=r"no workload is called 'hits'; .*hit, miss"):
        select(WORKLOADS, ["hits"])


def test_a_table_that_uses_a_name_twice_is_refused() -> None:
    with pytest.raises(ContractError, match="twice"):
        select([WORKLOADS[0], replace(WORKLOADS[0], about="another")])


def test_an_exported_trace_says_what_to_do_and_with_what(tmp_path: Path) -> None:
    (path,) = export(select(WORKLOADS, ["evict"]), tmp_path / "traces")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert path.name == "evict.trace"
    assert lines[:11] == [
        "agent-trace 1 cache",
        "name evict",
        "kind set",
        "capacity 10000",
        "ttl -",
        "clock real",
        "batch 1",
        "threads 1",
        "expected 0 0 0",
        "fill 0",
        "keys 20000",
    ]
    assert lines[11] == "key0\t0"
    assert len(lines) == 11 + 20_000
