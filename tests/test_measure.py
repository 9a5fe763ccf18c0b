"""Measuring: answers come first, then ratios, their interval, and when not to measure at all."""

from __future__ import annotations

import gc
import json
import sys
from math import exp, log
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from agent.cli import main
from agent.components.cache.workloads import WORKLOADS
from agent.errors import InternalError, MeasurementRefused, UsageError
from agent.porting.benchmark import timing
from agent.porting.benchmark.interval import estimate
from agent.porting.benchmark.measure import MeasurementPlan, measure, merge
from agent.porting.benchmark.pool import run_jobs
from agent.porting.benchmark.timing import Arm, Timings, take_turns
from agent.porting.benchmark.worker import MeasurementJob, Times, compare
from agent.porting.benchmark.workload import select
from agent.porting.project.table import Component
from tests.subclassable import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from agent.porting.records.measurement import Record

ADDERS = """
    from typing import Protocol

    from agent.porting.benchmark.workload import Workload

    __profile__ = "release"

    class Adding(Protocol):
        def add(self, one: int, other: int) -> int: ...

    class Making(Protocol):
        def __call__(self) -> Adding: ...

    class Python:
        def add(self, one, other):
            return one + other

    class Rust(Python):
        pass

    class Wrong(Python):
        def add(self, one, other):
            return one + other + (one == 7)

    class Broken(Python):
        uses = 0

        def add(self, one, other):
            self.uses += 1
            if self.uses > 1500:
                raise OSError("out of order")
            return one + other

    def run(state, times):
        for number in range(1000 * times):
            state.add(number, 1)

    WORKLOADS = (
        Workload(
            name="sum",
            about="add numbers",
            size=1000,
            calls=1000,
            entries=0,
            expected=500_500,
            draw=lambda: None,
            prepare=lambda inputs, make: make(),
            run=run,
            answer=lambda state: sum(state.add(number, 1) for number in range(1000)),
        ),
    )
"""
FAST = MeasurementPlan(processes=2, seconds=0.001, memory=False, busy=True, wait=0.0)


@pytest.fixture(autouse=True)
def own_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other measurements on this machine are not waited for."""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


@pytest.fixture(name="adders")
def _adders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return a module, outside this package, with two sides and a workload."""
    (tmp_path / "adders.py").write_text(dedent(ADDERS), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield "adders"
    sys.modules.pop("adders", None)


def measured(module: str, rust: str = "Rust", plan: MeasurementPlan = FAST) -> Record:
    component = Component(
        name="adder",
        contract=f"{module}:Adding",
        factory=f"{module}:Making",
        python=f"{module}:Python",
        rust=f"{module}:{rust}",
        workloads=f"{module}:WORKLOADS",
        stage="rust",
    )
    return measure(component, plan, lambda message: None)


def test_a_pair_that_agrees_gets_a_speedup_within_its_interval(adders: str) -> None:
    (row,) = measured(adders).workloads
    assert row.agreed
    assert row.python_ns is not None
    assert row.python_ns > 0
    assert row.speedup_low is not None
    assert row.speedup is not None
    assert row.speedup_high is not None
    assert row.speedup_low < row.speedup < row.speedup_high
    assert row.rust_ns is not None
    assert row.python_ns / row.rust_ns == pytest.approx(row.speedup)


ROUNDS = [
    {"python": python, "rust": rust, "core": rust / 2}
    for python, rust in ((300, 256), (400, 500), (467, 565), (661, 565), (1000, 800))
]
"""Of a busy machine: on its own, the median of Python is the smaller; of the ratios it is 1.17."""


def test_times_have_the_ratio_of_neighbouring_blocks() -> None:
    timings = Timings(ROUNDS)
    assert timings.typical("python") < timings.typical("rust")
    times = timings.beside("rust")
    assert times["rust"] == 565
    assert times["python"] / times["rust"] == pytest.approx(661 / 565)
    assert times["core"] / times["rust"] == pytest.approx(1 / 2)


def test_a_row_does_not_contradict_itself() -> None:
    """Processes that met a busy machine at different times give one row all the same."""
    answers = []
    for factor in (1.0, 5.0, 0.2):
        timings = Timings([{arm: factor * ns for arm, ns in row.items()} for row in ROUNDS])
        times = timings.beside("rust")
        answers.append(
            Times(
                "hit",
                agreed=True,
                log_ratio=timings.log_ratio("python", "rust") + factor / 9,
                python_ns=times["python"] * exp(factor / 9),
                rust_ns=times["rust"],
            )
        )
    row = merge(WORKLOADS[0], answers, {})
    assert row.python_ns is not None
    assert row.rust_ns is not None
    assert row.python_ns / row.rust_ns == pytest.approx(row.speedup)


def test_what_was_not_measured_is_none(adders: str) -> None:
    (row,) = measured(adders).workloads
    assert (row.core_ns, row.crossing_ns) == (None, None)
    assert (row.python_bytes, row.rust_bytes, row.peak_rss_bytes) == (None, None, None)


@pytest.mark.parametrize("rust", ["Wrong", "Broken"])
def test_a_side_that_is_wrong_gets_no_figure_of_time(adders: str, rust: str) -> None:
    (row,) = measured(adders, rust).workloads
    assert not row.agreed
    assert (row.python_ns, row.rust_ns) == (None, None)
    assert (row.speedup, row.speedup_low, row.speedup_high) == (None, None, None)


class ForgetsOne(Reference):
    """A cache that has lost one key when it is read."""

    def get(self, key: Any, /, default: Any = None) -> Any:
        return default if key == "key7" else super().get(key, default)


class WearsOut(Reference):
    """A cache that is right until it has been used for a while."""

    uses = 0

    def get(self, key: Any, /, default: Any = None) -> Any:
        WearsOut.uses += 1
        return default if WearsOut.uses > 50_000 else super().get(key, default)


@pytest.mark.parametrize("wrong", [ForgetsOne, WearsOut])
def test_a_defect_spoils_the_workloads_that_meet_it_and_no_other(wrong: type[Reference]) -> None:
    agreed = {
        workload.name: compare(workload, Reference, wrong, seconds=0.001, seed=0).agreed
        for workload in select(WORKLOADS, ["hit", "overwrite"])
    }
    assert agreed == {"hit": False, "overwrite": True}


def test_one_process_that_disagrees_spoils_the_row() -> None:
    workload = WORKLOADS[0]
    good = Times(workload.name, agreed=True, log_ratio=1.0, python_ns=2.0, rust_ns=1.0)
    assert merge(workload, [good, good], {}).speedup == pytest.approx(exp(1))
    row = merge(workload, [good, good, Times(workload.name, agreed=False)], {})
    assert not row.agreed
    assert row.speedup is None


def test_a_module_that_is_no_release_build_is_refused(
    adders: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = (tmp_path / "adders.py").read_text(encoding="utf-8")
    (tmp_path / "adders.py").write_text(source.replace('"release"', '"debug"'), encoding="utf-8")
    with pytest.raises(MeasurementRefused, match="adders is a debug build"):
        measured(adders)
    assert capfd.readouterr().out == ""


def test_the_ratio_is_the_geometric_mean_of_the_processes() -> None:
    found = estimate([log(2), log(8)], 0.1)
    assert found is not None
    assert found.ratio == pytest.approx(4)
    assert found.low * found.high == pytest.approx(16)


def test_the_interval_is_students_for_the_mean_of_as_many_further_processes() -> None:
    found = estimate([0.0, 0.1, 0.2], 0.3)
    assert found is not None
    # t(2 degrees of freedom, 97.5 %) = 4.303; the deviation is 0.1.
    student = 4.303 * 0.1 * (2 / 3) ** 0.5
    assert log(found.high) - 0.1 == pytest.approx((student**2 + 0.3**2) ** 0.5)


def test_processes_that_agree_still_leave_the_drift() -> None:
    found = estimate([0.0] * 7, 0.02)
    assert found is not None
    assert found.low == pytest.approx(exp(-0.02))
    assert found.high == pytest.approx(exp(0.02))


def test_one_process_alone_gives_no_ratio() -> None:
    assert estimate([0.5], 0.1) is None


def test_arms_take_turns_in_changing_order_without_the_collector(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(timing, "perf_counter", lambda: len(ran) / 1024)  # about 1 ms a run
    monkeypatch.setattr(timing, "perf_counter_ns", lambda: len(ran) * 1_000_000)

    def arm(name: str) -> Arm:
        def run(times: int) -> None:
            assert not gc.isenabled()
            assert times == 1
            ran.append(name)

        return Arm(run, size=10)

    timings = take_turns({"a": arm("a"), "b": arm("b")}, block=0.0005, seconds=50 / 1024, seed=0)
    rounds = ["".join(pair) for pair in zip(ran[2::2], ran[3::2], strict=True)]
    assert set(rounds) == {"ab", "ba"}
    assert len(rounds) == len(timings.rounds) == 25
    assert gc.isenabled()


def test_an_arm_may_report_its_own_time() -> None:
    arms = {
        "slow": Arm(lambda times: 3_000_000 * times, size=1000),
        "fast": Arm(lambda times: 1_000_000 * times, size=1000),
    }
    timings = take_turns(arms, block=0.004, seconds=0.001, seed=0)
    assert timings.typical("slow") == 3000
    assert timings.log_ratio("slow", "fast") == pytest.approx(log(3))


def test_a_worker_that_dies_is_not_overlooked() -> None:
    job = MeasurementJob("time", "nowhere:A", "nowhere:B", "nowhere:WORKLOADS", [])
    with pytest.raises(InternalError, match="ended with status 1"):
        list(run_jobs([job]))


def test_an_unknown_workload_is_refused_before_anything_is_measured(adders: str) -> None:
    component = Component(
        "adder", "", "", f"{adders}:Rust", "rust", workloads=f"{adders}:WORKLOADS"
    )
    with pytest.raises(UsageError, match="'nothing'; the known ones are sum"):
        measure(component, FAST, pytest.fail, ["nothing"])


@pytest.mark.parametrize(
    "arguments",
    [["--processes", "1"], ["--seconds", "0"], ["--seconds", "nan"]],
    ids=" ".join,
)
def test_a_plan_that_makes_no_sense_is_wrong_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "cache", *arguments]) == 2
    assert f"{arguments[0][2:]} must be" in capsys.readouterr().err


def test_bench_prints_the_record_with_null_for_what_was_not_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    options = ["--json", "--busy", "--no-memory", "--processes", "2", "--seconds", "0.001"]
    assert main(["bench", "cache", *options, "--workload", "hit"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["component"] == "cache"
    (row,) = data["workloads"]
    assert {
        "name", "size", "agreed", "python_ns", "rust_ns", "core_ns", "crossing_ns", "speedup",
        "speedup_low", "speedup_high", "python_bytes", "rust_bytes", "peak_rss_bytes",
    } <= row.keys()  # fmt: skip
    assert (row["name"], row["size"], row["agreed"]) == ("hit", 20_000, True)
    assert row["speedup_low"] < row["speedup"] < row["speedup_high"]
    assert row["python_bytes"] is None


def test_bench_exports_traces(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "cache", "--export", str(tmp_path), "--workload", "words"]) == 0
    assert capsys.readouterr().out.split() == [str(tmp_path / "cache" / "words.trace")]
