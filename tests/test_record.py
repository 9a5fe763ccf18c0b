"""The record of a measurement, and the line that a component gets from it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from agent.errors import ContractError
from agent.porting.benchmark.conditions import observe
from agent.porting.records.measurement import Conditions, Measurement, Record
from agent.porting.records.store import read_record, record_json
from agent.porting.report.figures import nanoseconds, size, table
from agent.porting.report.summary import Proof, ReportEntry, held, losses, summarise, unmeasured
from agent.porting.sources.build import Build

CONDITIONS = Conditions(
    date="2026-01-02T03:04:05+00:00",
    commit="0123456789ab",
    python="CPython 3.11.0",
    system="Linux 6.1, x86_64",
    processor="A <Processor>",
    cores=2,
    busy=0.1,
    processes=7,
    seconds=0.4,
    seed=0,
)
FAST = Measurement(
    "fast", 100, agreed=True, python_ns=400.0, rust_ns=50.0, core_ns=20.0, crossing_ns=25.0,
    speedup=8.0, speedup_low=6.0, speedup_high=10.0, python_bytes=2000, rust_bytes=1000,
    peak_rss_bytes=3000, python_peak_rss_bytes=4000, entries=10,
)  # fmt: skip
SLOW = replace(FAST, name="slow", speedup=0.5, speedup_low=0.4, speedup_high=0.6, entries=0)
WRONG = Measurement("wrong", 100, agreed=False)
RECORD = Record(
    "adder", Build("1.0", "release", "f" * 64, stale=False), CONDITIONS, workloads=(FAST, SLOW)
)
PROOF = Proof("identical", 1000, {"add": 900, "reset": 100}, (), (), 0)
ENTRY = ReportEntry("rust", PROOF, RECORD)


def with_rows(*rows: Measurement) -> Record:
    return replace(RECORD, workloads=rows)


def test_a_record_survives_json() -> None:
    assert read_record(json.loads(json.dumps(record_json(RECORD)))) == RECORD


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda data: data.pop("build"), "missing required field `build`"),
        (
            lambda data: data["build"].pop("digest"),
            r"field `digest` - at `\$.build`",
        ),
        (lambda data: data["build"].update(stale=0), r"Expected `bool \| null`, got `int`"),
        (lambda data: data["conditions"].update(mood="good"), r"field \$\.conditions\.mood"),
        (lambda data: data["workloads"][0].pop("agreed"), r"`agreed` - at `\$.workloads\[0\]`"),
        (lambda data: data["workloads"][1].update(x=0), r"unknown field \$\.workloads\[1\]\.x"),
        (lambda data: data["workloads"][1].update(size="9"), "Expected `int`, got `str`"),
        (lambda data: data.update(workloads={}), "Expected `array`, got `object`"),
        (lambda data: data.update(schema=2), "not a record of measurements of layout 1"),
    ],
)
def test_what_does_not_fit_the_schema_is_refused(spoil: object, what: str) -> None:
    data = json.loads(json.dumps(record_json(RECORD)))
    assert callable(spoil)
    spoil(data)
    with pytest.raises(ContractError, match=what):
        read_record(data)


def test_a_summary_is_means_and_medians() -> None:
    few = summarise(RECORD)
    assert few.speedup == pytest.approx((8.0 * 0.5) ** 0.5)
    assert few.speedup_low == pytest.approx((6.0 * 0.4) ** 0.5)
    assert few.speedup_high == pytest.approx((10.0 * 0.6) ** 0.5)
    assert (few.crossing_ns, few.crossing_share) == (25.0, 0.5)
    assert (few.python_bytes, few.rust_bytes) == (200.0, 100.0)


def test_one_wrong_workload_leaves_no_mean() -> None:
    few = summarise(with_rows(FAST, WRONG))
    assert (few.speedup, few.speedup_low, few.speedup_high) == (None, None, None)


def test_a_pair_has_held_when_proven_and_agreed_everywhere() -> None:
    assert held(ENTRY)
    assert not held(replace(ENTRY, record=with_rows(FAST, WRONG)))
    assert not held(replace(ENTRY, proof=replace(PROOF, verdict="inconclusive")))


def test_a_loss_is_where_rust_was_not_shown_to_be_faster() -> None:
    doubtful = replace(FAST, name="doubtful", speedup_low=0.99)
    assert [row.name for row in losses(with_rows(FAST, SLOW, doubtful))] == ["slow", "doubtful"]


def test_what_was_not_measured_is_reported() -> None:
    assert unmeasured(RECORD) == []
    bare = replace(FAST, crossing_ns=None, core_ns=None, rust_bytes=None)
    told = " ".join(unmeasured(with_rows(bare, WRONG)))
    assert "wrong: no speed" in told
    assert "no bench build" in told
    assert "no heap build" in told
    assert "core alone on fast" in " ".join(unmeasured(with_rows(replace(FAST, core_ns=None))))


def test_a_table_shows_a_dash_for_what_is_not_there() -> None:
    heading, fast, wrong = table(with_rows(FAST, WRONG)).splitlines()
    assert heading.startswith("WORKLOAD")
    assert fast.split()[:8] == ["fast", "yes", "400", "50", "20", "25", "8.00x", "6.00-10.00"]
    assert wrong.split() == ["wrong", "NO", *["-"] * 9]


def test_numbers_are_short() -> None:
    assert [nanoseconds(figure) for figure in (None, 0.1234, 12.34, 1234.5)] == [
        "-", "0.123", "12.3", "1234",
    ]  # fmt: skip
    assert [size(figure) for figure in (None, 999, 12_340, 1_540_216)] == [
        "-", "999 B", "12.3 kB", "1.54 MB",
    ]  # fmt: skip


def test_conditions_are_those_of_here_and_now() -> None:
    found = observe(0.123, 7, 0.4, 1)
    assert found.date.endswith("+00:00")
    assert found.python.endswith(".".join(map(str, __import__("sys").version_info[:3])))
    assert (found.busy, found.processes, found.seconds, found.seed) == (0.12, 7, 0.4, 1)
    assert found.cores >= 1
