"""The ledger keeps the counts and findings of processes, however they end, with other writers."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from agent.errors import EnvironmentLacking
from agent.porting.ledger.ledger import Ledger, Sources
from agent.porting.ledger.ledger_path import sources_of
from agent.porting.project.table import load
from agent.porting.shadow import shadowed
from agent.porting.shadow.reporter import finish_all
from tests.conftest import ROOT
from tests.shadow_toys import component
from tests.shadowing import shadows

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shadowing import Shadows

__all__ = ["shadows"]

WRITER = """\
import sys, time
from agent.porting.shadow import shadowed
from agent.porting.project.table import load
from tests.shadow_toys import component
row = component("slug")
slug = shadowed(row, load(row.python), load(row.rust))
for number in range(int(sys.argv[1])):
    slug("wrong" if number % 10 == 0 else f"text {number}")
print("done", flush=True)
time.sleep(float(sys.argv[2]))
"""


PROGRAM = """\
from typing import Protocol
from agent.porting.project.settings import Shadow
from agent.porting.project.table import Component
from agent.porting.shadow import shadowed

class Slug(Protocol):
    def __call__(self, text: str) -> str: ...

def slug(text):
    return text.lower()

row = Component(name="slug", contract="__main__:Slug", python="__main__:slug",
                rust="__main__:slug", stage="shadow", shadow=Shadow())
assert shadowed(row, slug, slug)("A") == "a"
"""


ABOUT = {
    "component": "slug", "stage": "shadow", "pid": 1, "began": "2026-11-21T12:00:00+00:00",
    "rust": None, "reference": None,
}  # fmt: skip


def start(calls: int, seconds: float = 0.0) -> subprocess.Popen[str]:
    """Start a process that makes calls, every tenth with a difference, and then waits."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(calls), str(seconds)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def line(process: subprocess.Popen[str]) -> str:
    """Return a line that the process printed."""
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_process_leaves_its_counts(shadows: Shadows) -> None:
    _, errors = start(100).communicate()
    assert not [text for text in errors.splitlines() if not text.startswith("slug differs")]
    with closing(sqlite3.connect(shadows.ledger.path)) as database:
        assert database.execute("SELECT SUM(calls) FROM tally").fetchone() == (100,)
    assert not list(shadows.ledger.runs.iterdir())
    sums = shadows.sums("slug")
    assert (sums.matched, sums.mismatched, sums.calls) == (90, 10, 100)
    assert len(shadows.ledger.mismatches("slug")) == 10


def test_a_program_that_is_run_by_its_path_leaves_its_counts(tmp_path: Path) -> None:
    program, ledger = tmp_path / "program.py", tmp_path / "own.sqlite"
    program.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, str(program)], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(ROOT), "__MAIN___LEDGER": str(ledger)},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert Ledger(ledger).sums("slug").matched == 1


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal")
def test_a_process_that_is_killed_loses_nothing(shadows: Shadows) -> None:
    process = start(100, 60.0)
    assert line(process) == "done\n"
    process.kill()
    process.communicate()
    sums = shadows.sums("slug")
    assert (sums.matched, sums.mismatched, sums.calls) == (90, 10, 100)
    assert len(shadows.ledger.mismatches("slug")) == 10
    assert not list(shadows.ledger.runs.iterdir())


def test_what_runs_still_is_read_as_it_is(shadows: Shadows) -> None:
    function = shadows("slug")
    for number in range(1, 4):
        function("wrong")
        assert shadows.sums("slug").mismatched == number
        assert len(shadows.ledger.mismatches("slug")) == number
    assert len(list(shadows.ledger.runs.iterdir())) == 1


def test_several_processes_write_to_one_ledger(shadows: Shadows) -> None:
    processes = [start(500) for _ in range(3)]
    while any(process.poll() is None for process in processes):
        shadows.sums("slug")
    for process in processes:
        process.communicate()
    sums = shadows.sums("slug")
    assert (sums.matched, sums.mismatched, sums.calls) == (1350, 150, 1500)


def test_readers_at_once_count_nothing_twice(shadows: Shadows) -> None:
    function = shadows("slug")
    for _ in range(5):
        function("wrong")
    with ThreadPoolExecutor(4) as pool:
        sums = list(pool.map(lambda _: shadows.sums("slug"), range(12)))
    assert {each.mismatched for each in sums} == {5}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize("worker", [False, True])
def test_a_fork_writes_a_run_of_its_own(shadows: Shadows, worker: bool) -> None:  # noqa: FBT001
    function = shadows("slug", worker=worker)
    for _ in range(3):
        function("fine")
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for _ in range(5):
                function("wrong")
            finish_all()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    for _ in range(2):
        function("fine")
    finish_all()
    sums = shadows.sums("slug")
    assert (sums.matched, sums.mismatched, sums.calls) == (5, 5, 10)


def _work(calls: int, ledger: str) -> None:
    os.environ["TESTS_LEDGER"] = ledger  # a fork server may be older than the test
    row = component("slug")
    function = shadowed(row, load(row.python), load(row.rust))
    for _ in range(calls):
        function("wrong")


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_multiprocessing_works(
    shadows: Shadows, method: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    context, ledger = multiprocessing.get_context(method), str(shadows.ledger.path)
    processes = [context.Process(target=_work, args=(calls, ledger)) for calls in (3, 4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert shadows.sums("slug").mismatched == shadows.sums("slug").calls == 7


def test_only_so_many_differences_are_stored_in_full(shadows: Shadows) -> None:
    function = shadows("slug")
    for _ in range(150):
        function("wrong")
    found = shadows.ledger.mismatches("slug")
    assert shadows.sums("slug").mismatched == 150
    assert len(found) == 100
    assert [bool(each.script) for each in found] == [True] + [False] * 99


def test_reasons_without_number_take_no_room(shadows: Shadows) -> None:
    run = shadows.ledger.begin("run", ABOUT)
    for number in range(1_000):
        run.count("refused", f"reason {number}")
        run.count("skipped", f"reason {number}")
        run.count("matched")
    run.close()
    sums = shadows.sums("slug")
    assert (sums.matched, sums.refused.total(), sums.skipped.total()) == (1000, 1000, 1000)
    assert sums.refused["other reasons"] > 900
    assert len(run.counts) < 100


def test_reasons_that_begin_alike_are_all_told(shadows: Shadows) -> None:
    run = shadows.ledger.begin("run", ABOUT)
    for number in range(1_219):
        run.count("skipped", f"{'long ' * 40}{number % 7}")
    assert shadows.sums("slug").skipped.total() == 1_219
    run.close()
    assert shadows.sums("slug").skipped.total() == 1_219


def test_a_signal_handler_may_make_a_call_while_one_is_counted(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = shadows.ledger.begin("run", ABOUT)
    place = run._slot

    def interrupted(outcome: str, reason: str) -> int:  # as by a handler, with the lock held
        monkeypatch.setattr(run, "_slot", place)
        run.count("matched")
        return place(outcome, reason)

    monkeypatch.setattr(run, "_slot", interrupted)
    run.count("matched")
    run.close()
    assert shadows.sums("slug").matched == 2


CHILDREN = """\
import os, signal, sys
from agent.porting.shadow import shadowed
from agent.porting.project.table import load
from tests.shadow_toys import GATE, component
row = component("slug", worker=sys.argv[1] == "worker", sample=float(sys.argv[2]))
slug = shadowed(row, load(row.python), load(row.rust))
slug("one")
GATE.clear()
child = os.fork() if sys.argv[3] == "fork" else 0
if not child:
    for number in range(100):
        slug("wait")  # on the other side, for as long as the process lives
    if sys.argv[3] == "fork":
        os._exit(0)
    os.kill(os.getpid(), signal.SIGKILL)
os.waitpid(child, 0)
slug("one")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks")
@pytest.mark.parametrize("end", ["fork", "kill"])
@pytest.mark.parametrize("options", [("worker", "1"), ("at once", "1e-9")])
def test_what_was_answered_is_in_the_ledger_however_the_process_ends(
    shadows: Shadows, options: tuple[str, str], end: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILDREN, *options, end],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    assert shadows.sums("slug").calls == 101 + (end == "fork")


def test_counts_are_those_of_the_sources_asked_for(shadows: Shadows) -> None:
    shadows("slug")("fine")
    now = sources_of(component("slug"))
    assert shadows.ledger.sums("slug", now).matched == 1
    assert shadows.ledger.sums("slug", Sources("other", now.reference)).matched == 0
    assert shadows.ledger.sums("slug", Sources(now.rust, None)).matched == 0


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="nothing is forbidden here")
def test_a_folder_that_cannot_be_written_is_harmless(shadows: Shadows, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    _warns_once(shadows)


def test_a_ledger_that_cannot_be_created_is_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shadows: Shadows
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("TESTS_LEDGER", str(tmp_path / "file" / "ledger.sqlite"))
    _warns_once(shadows)


def test_a_full_disk_is_harmless(shadows: Shadows, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agent.porting.ledger.process_log.os.write", full)
    _warns_once(shadows)


def _warns_once(shadows: Shadows) -> None:
    function = shadows("slug")
    with pytest.warns(RuntimeWarning, match="cannot be written"):
        assert function("wrong") == "wrong"
    assert function("wrong") == "wrong"


def test_a_disk_that_fills_up_keeps_the_counts(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    function = shadows("slug")
    function("wrong")
    write = os.write

    def full(*_: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("agent.porting.ledger.process_log.os.write", full)
    with pytest.warns(RuntimeWarning, match="cannot be written"):
        function("wrong")
    monkeypatch.setattr("agent.porting.ledger.process_log.os.write", write)
    function("wrong")
    assert shadows.sums("slug").mismatched == 3
    assert len(shadows.ledger.mismatches("slug")) == 2


def test_no_caller_waits_for_the_database(
    shadows: Shadows, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*_: Any, **__: Any) -> None:
        message = "database is locked"
        raise sqlite3.OperationalError(message)

    function = shadows("slug")
    with monkeypatch.context() as patch:
        patch.setattr("agent.porting.ledger.ledger.sqlite3.connect", locked)
        assert function("wrong") == "wrong"
        with pytest.raises(EnvironmentLacking, match="database is locked"):
            shadows.sums("slug")
        finish_all()
    assert shadows.sums("slug").mismatched == 1


def test_a_file_that_is_no_ledger_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_text("nothing of the kind, but long enough to be read as one" * 100)
    with pytest.raises(EnvironmentLacking, match="cannot be read: file is not a database"):
        Ledger(path).sums("slug")


def test_a_ledger_with_damaged_pages_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).gather()
    with closing(Ledger(path).begin("one", ABOUT)) as log:
        log.count("matched")
    assert Ledger(path).sums("slug").matched == 1
    content = path.read_bytes()
    path.write_bytes(content[:100] + content[150:])
    with pytest.raises(EnvironmentLacking, match=r"ledger\.sqlite cannot be read"):
        Ledger(path).sums("slug")


def test_a_finding_that_lacks_something_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with closing(Ledger(path).begin("one", ABOUT)) as log:
        log.enter("mismatch", {"at": "now"})
        log.enter("demotion", {"at": "now"})
    for read in (Ledger(path).mismatches, Ledger(path).demotions):
        with pytest.raises(EnvironmentLacking, match=r"ledger\.sqlite cannot be read"):
            read("slug")


def test_a_run_with_a_number_that_no_database_holds_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).begin("one", ABOUT | {"pid": 1 << 70}).close()
    assert Ledger(path).sums("slug").calls == 0
    assert [each.name for each in Ledger(path).runs.iterdir()] == ["one.damaged"]


def test_a_ledger_that_is_not_there_is_empty(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "none" / "ledger.sqlite")
    assert ledger.sums("slug").calls == 0
    assert not ledger.mismatches("slug")
    assert not ledger.demotions("slug")
    assert not ledger.path.parent.exists()
