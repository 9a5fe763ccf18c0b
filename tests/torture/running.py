"""Runs a case in a process of its own, and watches it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.conftest import CHOOSERS, ROOT
from tests.torture.check import place_in
from tests.torture.checks import CHECKS
from tests.torture.results import Result

if TYPE_CHECKING:
    from tests.torture.results import Case

__all__ = ["run_case"]

_SEEDED_LIMIT = 2.0
"""Seconds after which a fault's run hangs, which it is there for."""

_SLACK = 5.0
"""Seconds more than a run's limit in which a process, which has to start, tells something."""


@dataclass
class _Told:
    """What a process told so far."""

    done: int = 0
    finished: bool = False
    failures: list[str] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)

    def take(self, line: str) -> None:
        fact: dict[str, Any] = json.loads(line)
        self.done = fact.get("done", self.done)
        self.finished = fact.get("finished", False)
        if "failure" in fact:
            self.failures.append(fact["failure"])
        if "figure" in fact:
            name, value = fact["figure"]
            self.figures[name] = max(value, self.figures.get(name, value))


def run_case(case: Case, python: str, runs: int, seed: int, sources: str) -> Result:
    """Run a case with an interpreter, and count what came of it.

    A process that dies, or tells nothing for longer than a run may take, is one more failure.
    """
    check = CHECKS[case.check]
    limit = min(check.limit, _SEEDED_LIMIT) if case.seeded else check.limit
    job = {
        "check": case.check, "subject": case.subject, "side": case.side,
        "runs": runs, "seed": seed, "limit": limit, "most": 1 if case.seeded else 5,
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="torture.") as folder:
        report, said = Path(folder, "report"), Path(folder, "said")
        report.touch()
        with said.open("wb") as output:
            child = subprocess.Popen(
                [python, "-m", "tests.torture.child", json.dumps(job), str(report)],
                cwd=ROOT,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            silent = _watch(child, report, limit + _SLACK)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        told = _Told()
        for line in report.read_text(encoding="utf-8").splitlines():
            told.take(line)
        words = said.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    if not told.finished:
        told.failures.append(_end(child.returncode, silent, words, told.done))
        told.done += 1
    return Result(
        case, told.done, len(told.failures), (told.failures or [""])[0],
        runs, seed, sources, told.figures,
    )  # fmt: skip


def _environment(folder: str) -> dict[str, str]:
    """Return an environment that chooses no implementation, with temporary files in `folder`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(CHOOSERS)}
    return {
        **kept, "PYTHONPATH": str(ROOT), "TMPDIR": folder, "XDG_CACHE_HOME": folder,
        "XDG_RUNTIME_DIR": folder, "PYTHONFAULTHANDLER": "1",
    }  # fmt: skip


def _watch(child: subprocess.Popen[bytes], report: Path, patience: float) -> bool:
    """Wait for a process, which is not reaped; return whether it told nothing for too long.

    Until it is reaped, its group, which is killed afterwards, cannot be another's.
    """
    size, since = -1, time.monotonic()
    while True:
        if _is_over(child.pid):
            return False
        time.sleep(0.05)
        if (now := report.stat().st_size) != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since > patience:
            if sys.platform != "win32":
                child.send_signal(signal.SIGUSR2)  # its threads are written down: see `child`
                time.sleep(2)
            return True


def _is_over(pid: int) -> bool:
    return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _end(code: int | None, silent: bool, words: list[str], done: int) -> str:  # noqa: FBT001  # private
    if silent:
        return f"run {done} did not end; it was in {place_in(words)}"
    how = f"signal {signal.Signals(-code).name}" if code and code < 0 else f"status {code}"
    return f"the process ended in run {done} with {how}: {words[-1] if words else 'in silence'}"
