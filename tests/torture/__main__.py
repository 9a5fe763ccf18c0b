"""Runs the checks: ``python -m tests.torture``; ``nox -s torture`` prepares what it needs."""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from tests.conftest import ROOT
from tests.torture.checks import CHECKS
from tests.torture.plan import Wish, digest, plan, version_of
from tests.torture.report import write_page
from tests.torture.results import load, save
from tests.torture.running import run_case
from tests.torture.subject import SIDES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.torture.results import Case, Result

RESULTS = ROOT / "docs" / "reliability.json"
"""The results of the long form."""


class _Run:
    """A run: its cases, one after another on each of several threads."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        self._pythons = {version_of(path): path for path in chosen.python}
        self._full: bool = chosen.full
        self._seed: int = chosen.seed
        self._runs: int | None = chosen.runs
        self._until = time.monotonic() + 60 * chosen.minutes
        self._lock = Lock()
        self._kept: dict[Case, Result] = {}
        if self._full:
            self._kept = {each.case: each for each in load(chosen.results)}
        self._path: Path = chosen.results
        self.made: list[Result] = []
        self.left: list[Case] = []

    def all(self, cases: Sequence[Case], jobs: int) -> None:
        """Run the cases; with the long form, those that have no result for these sources."""
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(self._one, cases))

    def _one(self, case: Case) -> None:
        check = CHECKS[case.check]
        runs = self._runs or (check.full if self._full and not case.seeded else check.short)
        before = self._kept.get(case)
        sources = digest(case.subject)
        same = (sources, self._seed)
        if before and (before.sources, before.seed) == same and before.wanted >= runs:
            with self._lock:
                self.made.append(before)
            return
        if time.monotonic() > self._until:
            with self._lock:
                self.left.append(case)
            return
        start = time.monotonic()
        result = run_case(case, self._pythons[case.python], runs, self._seed, sources)
        seconds = time.monotonic() - start
        with self._lock:
            self.made.append(result)
            _tell(result, seconds)
            if self._full:
                self._kept[case] = result
                save(self._path, list(self._kept.values()))


def _tell(result: Result, seconds: float) -> None:
    case = result.case
    mark = "ok  " if result.good else "FAIL"
    what = f"{case.check:12} {case.subject:16} {case.side:6} {case.python:5}"
    counts = f"{result.runs:6,} runs {result.failures:3,} failures {seconds:6.1f} s"
    caught = " (a seeded fault)" if case.seeded else ""
    print(f"{mark} {what} {counts}{caught}", flush=True)
    if not result.good:
        told = "the seeded fault was not caught" if case.seeded else result.first
        print(f"       {told}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments ask for; return 0 if nothing failed and every fault was caught."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    add = parser.add_argument
    add("--full", action="store_true", help="the long form; its results are kept and gone on with")
    add("--check", action="append", choices=list(CHECKS), default=[], help="this check alone")
    add("--component", action="append", default=[], help="this component or kind of file alone")
    add("--side", action="append", choices=SIDES, default=[], help="this implementation alone")
    add("--python", action="append", default=[], help="an interpreter; this one by default")
    add("--seed", type=int, default=0, help="another seed makes other runs")
    add("--runs", type=int, help="as many runs of each case")
    add("--minutes", type=float, default=1e6, help="start no case after as many minutes")
    add("--jobs", type=int, default=1, help="as many cases at a time")
    add("--no-seeded", action="store_true", help="leave out the faults that must be caught")
    add("--table", action="store_true", help="run nothing; write the page of the kept results")
    add("--results", type=Path, default=RESULTS, help="the file of the long form's results")
    chosen = parser.parse_args(arguments)
    if chosen.table:
        write_page(load(RESULTS))
        return 0
    chosen.python = chosen.python or [sys.executable]
    run = _Run(chosen)
    versions = [version_of(path) for path in chosen.python]
    wish = Wish(chosen.check, chosen.component, chosen.side, seeded=not chosen.no_seeded)
    run.all(plan(versions, wish), chosen.jobs)
    if chosen.full and chosen.results == RESULTS:
        write_page(load(RESULTS))
    bad = [each for each in run.made if not each.good]
    total = sum(each.runs for each in run.made)
    print(f"{len(run.made)} cases, {total:,} runs, {len(bad)} bad cases, {len(run.left)} not run")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
