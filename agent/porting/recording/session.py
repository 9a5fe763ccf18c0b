"""Runs a program with recording, and combines what its processes wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from agent.porting.files.reading import parse_json, read_text
from agent.porting.recording.import_hook import PLAN
from agent.porting.recording.trace_file import LIVES, TraceSample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.recording.plan import RecordingPlan

__all__ = ["Recording", "record"]

_TROUBLE = "trouble"

_STARTUP = f'''\
"""Starts a recording, and runs the ``sitecustomize`` that this one hides."""

import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
before = set(sys.modules)
path = list(sys.path)
sys.path.append({{root!r}})
try:
    from pathlib import Path

    from agent.porting.recording.import_hook import start

    start(Path(folder))
except Exception as error:  # the program is to run all the same
    with open(os.path.join(folder, f"{{{{os.getpid()}}}}.{_TROUBLE}"), "w") as file:
        file.write(f"{{{{sys.executable}}}}: {{{{type(error).__name__}}}}: {{{{error}}}}")
finally:
    # The program may have an `agent` of its own, or another version of this one.
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == "agent":
            del sys.modules[name]
    sys.path[:] = [each for each in path if each != folder]
    del sys.modules["sitecustomize"]
import sitecustomize
'''


@dataclass
class Recording:
    """The result of a recording."""

    status: int
    """The program's exit status, as a shell shows it."""
    scripts: list[list[str]] = field(default_factory=list)
    """Lives of objects."""
    calls: dict[str, list[str]] = field(default_factory=dict)
    """Calls of functions, by operation, each a line of its own."""
    seen: Counter[str] = field(default_factory=Counter)
    """Calls that the program made, by operation."""
    dropped: Counter[str] = field(default_factory=Counter)
    """Calls that could not be recorded, by operation and reason."""
    repeated: int = 0
    """Calls that would have been recorded twice."""
    processes: int = 0
    """Processes that imported what was to be recorded."""
    troubles: list[str] = field(default_factory=list)
    """Why a process did not record."""

    @property
    def all_scripts(self) -> list[list[str]]:
        """Lives, and calls by operation."""
        return [*self.scripts, *self.calls.values()]

    @property
    def lines(self) -> int:
        """Lines that were recorded."""
        return sum(map(len, self.all_scripts))


def record(plan: RecordingPlan, command: Sequence[str]) -> Recording:
    """Run `command` until it ends, and return what was recorded of it.

    Raises `OSError` if it cannot be started.
    """
    folder = Path(mkdtemp(prefix="agent-recording-"))
    ended = folder.with_name(f"{folder.name}-ended")
    try:
        (folder / PLAN).write_text(plan.as_json(), encoding="utf-8")
        root = str(Path(__file__).parents[3])
        (folder / "sitecustomize.py").write_text(_STARTUP.format(root=root), encoding="utf-8")
        before = os.environ.get("PYTHONPATH")
        path = os.pathsep.join([str(folder), *([before] if before else [])])
        status = _run(command, {**os.environ, "PYTHONPATH": path})
        folder.rename(ended)  # what the program has left running finds no folder to write to
        return _put_together(ended, plan, status)
    finally:
        rmtree(folder, ignore_errors=True)
        rmtree(ended, ignore_errors=True)


def _run(command: Sequence[str], environment: dict[str, str]) -> int:
    sys.stdout.flush()
    process = subprocess.Popen(command, env=environment)  # noqa: S603  # what the user asked for
    while True:
        try:
            status = process.wait()
        except KeyboardInterrupt:  # the program has been interrupted too, and decides
            continue
        return status if status >= 0 else 128 - status


def _put_together(folder: Path, plan: RecordingPlan, status: int) -> Recording:
    recording = Recording(status)
    for path in folder.glob(f"*.{_TROUBLE}"):
        recording.troubles.append(read_text(path))
    samples: dict[str, TraceSample] = {}
    for path in sorted(folder.glob("*.tape")):
        tape = parse_json(read_text(path))
        recording.processes += 1
        recording.seen.update(tape["seen"])
        recording.dropped.update(tape["dropped"])
        recording.repeated += tape["repeated"]
        for name, later, lines in tape["scripts"]:
            sample = samples.setdefault(name, TraceSample(plan.limit))
            recording.repeated += 0 if sample.add(lines, later) else len(lines)
    for name, sample in samples.items():
        scripts = [lines for _, lines in sample.scripts()]
        if name == LIVES:
            recording.scripts = scripts
        else:
            recording.calls[name] = [line for lines in scripts for line in lines]
    return recording
