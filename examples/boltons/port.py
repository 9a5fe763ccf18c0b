"""Runs the commands of docs/porting-guide.md in a new folder.

    python examples/boltons/port.py FOLDER

Requires `pip install --group test`, the extra `check`, and cargo.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
from argparse import ArgumentParser
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Done", "Place", "Step", "steps"]

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "porting-guide.md"

_LONGEST = 600.0
"""Seconds that a command may take."""


@dataclass(frozen=True)
class Step:
    """A command of the guide."""

    command: str
    shown: tuple[str, ...]
    """Lines of its output, in order; three dots mark omitted lines."""

    @property
    def status(self) -> int:
        """What the command has to end with: 1 where the guide shows that something differs."""
        return int(any(": divergent" in line for line in self.shown))


@dataclass(frozen=True)
class Done:
    """The result of a command."""

    output: str
    status: int
    seconds: float


def steps() -> Iterator[Step]:
    """Yield the commands of the guide's console blocks."""
    text = GUIDE.read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *shown = part.splitlines()
            yield Step(command, tuple(line for line in shown if line.strip()))


class Place:
    """A folder in which commands are run one after the other.

    Its Python has what this one has, this checkout's `agent`, and the library that is ported, as an
    editable install would give it.
    """

    def __init__(self, folder: Path) -> None:
        self._here = folder
        self._note = folder / ".here"
        programs = folder / ".venv" / ("Scripts" if sys.platform == "win32" else "bin")
        self._environment = _environment(programs)
        venv.create(folder / ".venv", symlinks=sys.platform != "win32")
        packages = sysconfig.get_path("purelib", vars={"base": str(folder / ".venv")})
        given = sysconfig.get_path("purelib")
        library = folder / f"boltons-{version('boltons')}"
        lines = [str(ROOT), str(library), f"import site; site.addsitedir({given!r})"]
        (Path(packages) / "given.pth").write_text("\n".join(lines), encoding="utf-8")
        command = programs / "agent"
        command.write_text('#!/bin/sh\nexec python -P -m agent "$@"\n', encoding="utf-8")
        command.chmod(0o755)

    def run(self, command: str, *, busy: bool = False) -> Done:
        """Run a command where the one before it ended.

        With `busy`, what measures does so on a busy machine, too.
        """
        if busy and command.startswith(("agent bench ", "agent promote ")):
            command += " --busy"
        begun = perf_counter()
        done = subprocess.run(  # noqa: S603  # the guide's own
            ["bash", "-c", f'{command}\nstatus=$?; pwd > "{self._note}"; exit $status'],  # noqa: S607
            cwd=self._here,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=_LONGEST,
        )
        self._here = Path(self._note.read_text(encoding="utf-8").strip())
        return Done(done.stdout, done.returncode, perf_counter() - begun)


def _environment(programs: Path) -> dict[str, str]:
    """Return the environment of the guide's reader, who has chosen nothing."""
    apart = ("AGENT_", "BOLTONS_", "PURE_PYTHON", "PYTHONPATH", "PYTHONHOME")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(apart)}
    path = [str(programs), str(Path(sys.executable).parent), kept["PATH"]]
    return kept | {
        "CARGO_TARGET_DIR": str(ROOT / "target" / "example"),  # what one run built, the next has
        "EXAMPLE": str(Path(__file__).resolve().parent),
        "PATH": os.pathsep.join(path),
        "PYTHONIOENCODING": "utf-8",
        "VIRTUAL_ENV": str(programs.parent),
    }


def main() -> int:
    """Run every step, print its output and time, and stop at the first failure."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="a new folder")
    parser.add_argument("--busy", action="store_true", help="measure on a busy machine too")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True)
    place = Place(arguments.folder.resolve())
    for step in steps():
        print(f"$ {step.command}", flush=True)
        done = place.run(step.command, busy=arguments.busy)
        print(f"{done.output}[{done.seconds:.1f} s]", flush=True)
        if done.status != step.status:
            print(f"This ended with {done.status}, not with {step.status}.")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
