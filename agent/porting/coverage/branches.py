"""Which lines and branches of Python files run: coverage.py, read as plain data."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import EnvironmentLacking

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Branches", "Reached", "require_coverage"]

_NOT_CODE = [r"if TYPE_CHECKING:", r"@overload", r"^\s*\.\.\.$"]
"""Lines that are only there for type checkers."""


@dataclass(frozen=True)
class Reached:
    """How much of the files was reached."""

    percent: float
    """Of its lines and branches together."""
    lines: int
    branches: int
    missing: list[str]
    """``file: line`` and ``file: line to line``; an exit is line 0 or below."""


def require_coverage() -> None:
    """Raise `EnvironmentLacking` where coverage.py is not installed."""
    if find_spec("coverage") is None:
        message = (
            "branches are counted by coverage.py, which is not installed: "
            'python -m pip install "agent-port[mutation]"'
        )
        raise EnvironmentLacking(message)


class Branches:
    """Counts the branches of `files` from now on, in this process.

    What a module does while it is imported counts only if it is imported afterwards.
    """

    def __init__(self, files: Sequence[str]) -> None:
        import coverage  # noqa: PLC0415  # an extra

        self._measured = coverage.Coverage(
            branch=True, include=list(files), data_file=None, config_file=False, messages=False
        )
        self._measured.set_option("report:exclude_also", _NOT_CODE)
        self._measured.start()

    def reached(self, root: Path) -> Reached:
        """Return what was reached so far; places are given relative to `root`."""
        self._measured.stop()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "report.json"
            self._measured.json_report(outfile=str(path))
            told = json.loads(path.read_text(encoding="utf-8"))
        self._measured.start()
        missing = []
        for file, each in sorted(told["files"].items()):
            name = Path(file).resolve()
            shown = name.relative_to(root) if name.is_relative_to(root) else name
            gone = set(each["missing_lines"])
            missing += [f"{shown}:{line}" for line in each["missing_lines"]]
            missing += [
                f"{shown}:{start} to {end}"
                for start, end in each["missing_branches"]
                if start not in gone and end not in gone
            ]
        totals = told["totals"]
        return Reached(
            totals["percent_covered"], totals["num_statements"], totals["num_branches"], missing
        )

    def stop(self) -> None:
        """Count no longer."""
        self._measured.stop()
