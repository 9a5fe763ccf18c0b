"""A check ends with a verdict, whatever a call does."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import sys
import threading
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import pytest

from agent.errors import InternalError, UsageError
from agent.porting.check import supervisor
from agent.porting.check.heartbeat import Phase, Watchdog
from agent.porting.check.options import CheckOptions
from agent.porting.check.supervisor import supervised_check
from tests import stuck_pairs as stuck
from tests import toy_pairs as toys

if TYPE_CHECKING:
    from agent.porting.check.loading import Reload

CALL = f"slug({stuck.WORD!r})"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of examples, the second of which has a call that is not come back from."""
    (tmp_path / "a.py").write_text("slug('at first')\n", encoding="utf-8")
    script = f"slug('as ever')\n{CALL}\nslug('never reached')\n"
    (tmp_path / "b.py").write_text(script, encoding="utf-8")
    return tmp_path


def limit_only(monkeypatch: pytest.MonkeyPatch, phase: Phase) -> None:
    """Let no other call reach its limit: on a busy machine, any may take a second."""
    over = Watchdog.over

    def over_in_phase(watchdog: Watchdog) -> str:
        running = watchdog.heartbeat.read()
        if running is None or (running.phase, running.lines[-1]) != (phase, CALL):
            return ""
        return over(watchdog)

    monkeypatch.setattr(Watchdog, "over", over_in_phase)


def test_nothing_is_lost_of_a_pair_that_agrees() -> None:
    told: list[int] = []
    verdict = supervised_check(
        "slug",
        toys.load_slugs,
        CheckOptions(examples=1000),
        progress=lambda verdict: told.append(verdict.examples),
    )
    assert (verdict.verdict, verdict.doubts) == ("identical", [])
    assert told == sorted(told)
    assert told[-1] == verdict.examples > 1000


@pytest.mark.parametrize("load", [stuck.load_stuck, stuck.load_holding_the_lock])
def test_a_call_that_only_the_reference_comes_back_from_is_a_difference(
    load: Reload, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_only(monkeypatch, Phase.RUST)
    verdict = supervised_check(
        "slug", load, CheckOptions(folder=folder, call_limit=1.0, examples=1000)
    )
    assert verdict.verdict == "divergent"
    (found,) = verdict.divergences
    assert found.script == ["slug('as ever')", CALL]
    assert (found.call, found.operation) == (CALL, "slug")
    assert (found.where, found.rust) == ("outcome", "did not return within 1 s")
    assert verdict.costly == {CALL: "Rust did not return within 1 s"}
    assert verdict.examples > 1000  # it began anew, without that call


def test_a_call_that_ends_the_process_is_a_difference(folder: Path) -> None:
    options = CheckOptions(folder=folder, examples=1000)
    verdict = supervised_check("slug", stuck.load_ending, options)
    assert verdict.examples > 1000
    (found,) = verdict.divergences
    assert found.script == ["slug('as ever')", CALL]
    assert found.rust.startswith("ended the process")
    if sys.platform != "win32":
        assert found.rust.endswith("by SIGSEGV")


def test_it_is_kept_as_an_example(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limit_only(monkeypatch, Phase.RUST)
    verdict = supervised_check(
        "slug",
        stuck.load_stuck,
        CheckOptions(folder=folder, call_limit=1.0, pinning=True, examples=1000),
    )
    (found,) = verdict.divergences
    assert found.example is not None
    assert CALL in (folder / found.example).read_text(encoding="utf-8")


def test_where_the_reference_does_not_come_back_nothing_is_proven(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_only(monkeypatch, Phase.PYTHON)
    verdict = supervised_check(
        "slug", stuck.load_stuck_python, CheckOptions(folder=folder, call_limit=1.0, examples=1000)
    )
    assert (verdict.verdict, verdict.divergences) == ("inconclusive", [])
    assert f"the reference did not return within 1 s in {CALL}" in verdict.doubts[0]
    assert verdict.examples > 1000  # it began anew, without that call
    assert "\n    slug('as ever')" in verdict.doubts[0]


def test_one_of_several_jobs_is_reported_as_well() -> None:
    verdict = supervised_check(
        "slug", stuck.load_stuck_elsewhere, CheckOptions(examples=2000, jobs=2, call_limit=10.0)
    )
    assert [found.rust for found in verdict.divergences] == ["did not return within 10 s"]
    assert all("the check ended there" not in doubt for doubt in verdict.doubts)


def test_what_loading_raises_is_raised_here() -> None:
    with pytest.raises(UsageError, match="there is no such pair") as raised:
        supervised_check("slug", stuck.load_badly)
    assert "in load_badly" in raised.value.__notes__[0]


def test_an_error_that_cannot_be_printed_is_described() -> None:
    with pytest.raises(InternalError, match="OddError: it is odd"):
        supervised_check("slug", stuck.load_odd_error)


def test_a_process_that_ends_outside_of_a_call_leaves_a_doubt() -> None:
    verdict = supervised_check("slug", toys.load_nothing)
    assert verdict.verdict == "inconclusive"
    assert "exit status 3" in verdict.doubts[0]


def _is_deaf(process: int | None) -> bool:
    """Return whether a process hears no interruption; where nothing tells, after ten seconds."""
    statuses = Path(f"/proc/{process}/task").glob("*/status")
    if not Path("/proc/self").exists():
        sleep(10)
        return True
    try:
        texts = [each.read_text(encoding="ascii") for each in statuses]
    except OSError:  # it ends
        return False
    blocked = [int(mask, 16) for mask in re.findall(r"SigBlk:\t(\w+)", "".join(texts))]
    # `multiprocessing` blocks SIGTERM with it, for a moment, where it starts processes.
    both = 1 << signal.SIGINT - 1 | 1 << signal.SIGTERM - 1
    return any(mask & both == 1 << signal.SIGINT - 1 for mask in blocked)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGINT for one process there")
def test_an_interruption_ends_a_call_that_hears_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_PATIENCE", 0.5)
    over = threading.Event()

    def interrupt() -> None:
        while not over.wait(0.05):
            if any(_is_deaf(each.pid) for each in multiprocessing.active_children()):
                os.kill(os.getpid(), signal.SIGINT)
                over.wait(10)  # one that comes in a callback of the collector's is lost

    thread = threading.Thread(target=interrupt)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # xdist ignores it
    thread.start()
    try:
        verdict = supervised_check(
            "slug", stuck.load_deaf, CheckOptions(folder=folder, call_limit=600.0)
        )
    finally:
        over.set()
        thread.join()
        signal.signal(signal.SIGINT, before)
    assert "the check was interrupted" in verdict.doubts
    assert [found.call for found in verdict.divergences] == [CALL]
