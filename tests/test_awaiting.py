"""Workloads of awaits: one after another and gathered, with what the event loop itself costs."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from agent.porting.benchmark.awaiting import awaited
from agent.porting.benchmark.measure import merge
from agent.porting.benchmark.worker import Times, compare
from agent.porting.report.figures import table
from tests.async_depot import Reference, Twin
from tests.test_record import RECORD


class Ready(Twin):
    """Loads without a delay."""

    async def _work(self, key: int) -> None:
        await asyncio.sleep(0)


class Wrong(Ready):
    """Loads something else."""

    async def load(self, key: int) -> str:
        """Load the key after it."""
        return await super().load((key + 1) % 10)


ROWS = awaited(
    "load",
    "loads what is there",
    draw=lambda: [0] * 20,
    prepare=lambda _, make: make(),
    call=lambda depot, key: depot.load(key),
    expected=["item 0"] * 20,
)


def test_both_rows_are_timed_beside_the_loop_itself() -> None:
    assert [row.name for row in ROWS] == ["load_sequential", "load_gathered"]
    for row in ROWS:
        times = compare(row, Reference, Ready, seconds=0.01, seed=0)
        assert times.agreed
        assert times.python_ns
        assert times.rust_ns
        assert times.loop_ns


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_wrong_answer_has_no_time(row: object) -> None:
    times = compare(row, Reference, Wrong, seconds=0.01, seed=0)  # type: ignore[arg-type]
    assert times == Times(times.name, agreed=False)


def test_calls_are_gathered() -> None:
    most = 0
    now = 0

    async def call(_: object, key: int) -> int:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return key

    for row, expected in zip(
        awaited(
            "call", "calls", draw=lambda: [1, 2, 3], prepare=lambda _, make: make(), call=call,
            expected=[1, 2, 3],
        ),
        (1, 3),
        strict=True,
    ):  # fmt: skip
        most = 0
        state = row.prepare(row.draw(), object)
        assert row.answer(state) == [1, 2, 3]
        assert row.run(state, 2) is not None
        assert most == expected


def test_what_the_loop_costs_is_a_column_of_its_own() -> None:
    times = Times("load_gathered", agreed=True, log_ratio=0.1, python_ns=30.0, rust_ns=20.0,
                  loop_ns=4.0)  # fmt: skip
    row = merge(ROWS[1], [times, times], {})
    assert row.loop_ns == pytest.approx(4.0)
    shown = table(replace(RECORD, workloads=(row,)))
    assert "LOOP NS" in shown
    assert "LOOP NS" not in table(RECORD)
