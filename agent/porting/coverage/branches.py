"""The lines and branches of Python files that run, from coverage.py as plain data."""

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
"""Lines for type checkers only."""


@dataclass(frozen=True)
class Reached:
    """The part of the files that was reached."""

    percent: float
    """The share of lines and branches together."""
    lines: int
    branches: int
    missing: list[str]
    """``file: line`` and ``file: line to line``; an exit is line 0 or below."""


def require_coverage() -> None:
    """Raise `EnvironmentLacking` if coverage.py is not installed."""
    if find_spec("coverage") is None:
        message = (
            "branches are counted by coverage.py, which is not installed: "
            'python -m pip install "agent-port[mutation]"'
        )
        raise EnvironmentLacking(message)


class Branches:
    """Counts the branches of `files` from now on, in this process.

    The import of a module counts only if it happens afterwards.
    """

    def __init__(self, files: Sequence[str]) -> None:
        import coverage  # noqa: PLC0415  # an extra

        self._measured = coverage.Coverage(
            branch=True, include=list(files), data_file=None, config_file=False, messages=False
        )
        self._measured.set_option("report:exclude_also", _NOT_CODE)
        self._measured.start()

    def reached(self, root: Path) -> Reached:
        """Return what was reached so far; paths are relative to `root`."""
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
        """Stop counting."""
        self._measured.stop()
