"""Every component's workloads under asv, commit by commit.

asv runs this file as it is now against every commit. So it uses nothing of a commit but its
command line: what ``agent status --json`` and ``agent bench NAME --json`` print. Modules of the
framework may move; the history goes on. A workload that a commit has not has no figure there.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SCHEMAS = {1}
"""Layouts of the record that are read here; a record of before they were numbered is the first."""

PLAN = ("--busy", "--processes", "3", "--seconds", "0.2")
"""Trends need less than figures that are quoted; asv's own machine is as busy as it is."""

FIGURES = {
    "python_ns": "ns",
    "rust_ns": "ns",
    "speedup": "times",
    "python_bytes": "bytes",
    "python_peak_rss_bytes": "bytes",
    "peak_rss_bytes": "bytes",
}
"""Figures of a row of the record, each with its unit."""

Rows = dict[str, dict[str, Any]]


def agent(*arguments: str, checkout: bool = False) -> Any:
    """Return what the command prints as JSON: the installed package's, or the checkout's own.

    Raises `RuntimeError` with what it says on standard error when it fails. Status 1, of a workload
    on which both sides disagree, comes with a record and is no failure.
    """
    variables = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    if checkout:
        variables["PYTHONPATH"] = str(ROOT)
    with tempfile.TemporaryDirectory() as folder:  # in a checkout, that would be measured
        done = subprocess.run(  # noqa: S603  # this interpreter
            [sys.executable, "-m", "agent", *arguments, "--json"],
            cwd=ROOT if checkout else folder,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode not in {0, 1} or not done.stdout:
        message = f"agent {' '.join(arguments)} failed: {done.stderr}"
        raise RuntimeError(message)
    return json.loads(done.stdout)


def rows_of(record: Any) -> Rows:
    """Return the rows of a record that agreed, by component and workload.

    Raises `ValueError` for a layout that is not known here.
    """
    if record.get("schema", 1) not in SCHEMAS:
        message = f"a record of layout {record['schema']} is not read here"
        raise ValueError(message)
    return {
        f"{record['component']}.{row['name']}": row for row in record["workloads"] if row["agreed"]
    }


def workloads() -> list[str]:
    """Return the workloads of this checkout, which are the rows of the history."""
    table = tomllib.loads((ROOT / "agent" / "components.toml").read_text(encoding="utf-8"))
    lists = [agent("bench", name, "--list", checkout=True) for name in table["components"]]
    return [f"{each['component']}.{row['name']}" for each in lists for row in each["workloads"]]


class Workload:
    """What ``agent bench`` says of a workload. Each ``track_`` is one figure."""

    params = (workloads(),)
    param_names = ("workload",)

    def setup_cache(self) -> Rows:
        """Measure every component of the commit, once."""
        found: Rows = {}
        for component in agent("status")["components"]:
            found |= rows_of(agent("bench", component["name"], *PLAN))
        return found

    setup_cache.timeout = 3600  # type: ignore[attr-defined]

    def setup(self, rows: Rows, workload: str) -> None:
        """Skip what the commit has not, or has wrong."""
        if workload not in rows:
            raise NotImplementedError


def _tracker(figure: str, unit: str) -> Any:
    def track(self: Workload, rows: Rows, workload: str) -> float:  # noqa: ARG001  # a method
        value = rows[workload].get(figure)
        return float("nan") if value is None else float(value)

    track.unit = unit  # type: ignore[attr-defined]
    track.version = "1"  # type: ignore[attr-defined]  # else any edit here would begin a history
    return track


for _figure, _unit in FIGURES.items():
    setattr(Workload, f"track_{_figure}", _tracker(_figure, _unit))
