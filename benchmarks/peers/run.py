"""Measure both sides of the components against what one would pick instead, in one run.

    python -m benchmarks.peers.run [cache ...] [--json] [--processes 5] [--seconds 0.6]
                                   [--row hit ...]

In each of a few fresh processes the contenders of a row take turns; a ratio is the median over the
processes of the median over the rounds. The exit status is 1 when a figure to reach is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from importlib import import_module
from math import exp
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from agent.porting.benchmark.lock import machine_lock, require_quiet
from agent.porting.benchmark.timing import take_turns
from agent.porting.report.figures import ABSENT, columns
from benchmarks.peers.comparison import NOISE, Comparison, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES = sorted(path.parent.name for path in Path(__file__).parent.glob("*/comparisons.py"))
"""What can be compared: each has a folder here."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and report which targets are met."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("name", nargs="*", help=f"what to compare, of {', '.join(NAMES)}")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--processes", type=int, default=5, metavar="K")
    parser.add_argument("--seconds", type=float, default=0.6, metavar="S", help="for each row")
    parser.add_argument("--row", nargs="*", metavar="ROW", help="these rows, and no other figure")
    parser.add_argument("--once", type=int, metavar="SEED", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if unknown := [name for name in arguments.name if name not in NAMES]:
        parser.error(f"no peers of {unknown[0]!r} are known, only of {', '.join(NAMES)}")
    names = arguments.name or NAMES
    comparisons = {name: _load(name) for name in names}
    known = [row for comparison in comparisons.values() for row in comparison.rows]
    if unknown := [row for row in arguments.row or [] if row not in known]:
        parser.error(f"no row {unknown[0]!r}; the rows are {', '.join(known)}")
    if arguments.once is not None:
        (comparison,) = comparisons.values()
        rows = [row for row in comparison.rows if arguments.row is None or row in arguments.row]
        print(json.dumps(_measure(comparison, rows, arguments.seconds, arguments.once)))
        return 0
    with machine_lock(_tell):
        busy = require_quiet(_tell, wait=20.0, refuse=False)
        told = {name: _compare(name, comparisons[name], arguments) for name in names}
    held = {
        name: comparisons[name].judge(found["rows"], found["figures"])
        for name, found in told.items()
    }
    if arguments.json:
        found = {
            name: {**found, "targets": [vars(target) for target in held[name]]}
            for name, found in told.items()
        }
        print(json.dumps({"busy": busy, **found}, indent=2))
    else:
        for name, found in told.items():
            _print(comparisons[name], found, held[name])
        print(f"Others kept {busy:.1f} cores busy just before.")
        print(f"A figure is held when it is reached within {NOISE:.0%}.")
    return 0 if all(target.held for targets in held.values() for target in targets) else 1


def _load(name: str) -> Comparison:
    comparison: Comparison = import_module(f"benchmarks.peers.{name}.comparisons").COMPARISON
    return comparison


def _compare(name: str, comparison: Comparison, arguments: argparse.Namespace) -> dict[str, Any]:
    """Return the rows of a comparison, over several processes, and its other figures."""
    told = []
    rows = [row for row in comparison.rows if arguments.row is None or row in arguments.row]
    for seed in range(arguments.processes if rows else 0):
        told.append(_in_a_fresh_process(name, rows, arguments.seconds, seed))
        _tell(f"{name}: rows measured in {seed + 1} of {arguments.processes} processes")
    figures = {} if arguments.row is not None else comparison.figures
    return {
        "rows": _merged(comparison, told),
        "figures": {title: measure() for title, measure in figures.items()},
    }


def _in_a_fresh_process(name: str, rows: list[str], seconds: float, seed: int) -> dict[str, Any]:
    settings = ["--once", str(seed), "--seconds", str(seconds), "--row", *rows]
    done = subprocess.run(  # noqa: S603  # this interpreter, this script
        [sys.executable, "-m", "benchmarks.peers.run", name, *settings],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _measure(
    comparison: Comparison, rows: Sequence[str], seconds: float, seed: int
) -> dict[str, Any]:
    """Return, for each row, each contender's time and the logarithm of its ratio."""
    result: dict[str, Any] = {}
    for name in rows:
        row = comparison.rows[name]
        timings = take_turns(row.arms(), block=row.block, seconds=seconds, seed=seed)
        ratios = row.ratios or {arm: (arm, "rust") for arm in timings.rounds[0]}
        result[name] = {
            contender: {"ns": timings.typical(pair[0]), "log_ratio": timings.log_ratio(*pair)}
            for contender, pair in ratios.items()
        }
    return result


def _merged(
    comparison: Comparison, told: list[dict[str, Any]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the medians over the processes; a time is Rust's times the ratio, so that both agree.

    In a row with ratios of its own, which are not to Rust, each time is a median.
    """
    merged: dict[str, dict[str, dict[str, float]]] = {}
    for row, cells in (told[0] if told else {}).items():
        times = {name: median(each[row][name]["ns"] for each in told) for name in cells}
        ratios = {
            name: exp(median(each[row][name]["log_ratio"] for each in told)) for name in cells
        }
        if comparison.rows[row].ratios is None:
            times = {name: times["rust"] * ratio for name, ratio in ratios.items()}
        merged[row] = {name: {"ns": times[name], "ratio": ratios[name]} for name in cells}
    return merged


def _print(comparison: Comparison, found: dict[str, Any], targets: list[Target]) -> None:
    table: list[tuple[str, ...]] = [
        ("ns an operation (time over Rust's)", *comparison.contenders),
    ]
    for name, cells in found["rows"].items():
        bare = comparison.rows[name].ratios is not None
        row = (_cell(cells.get(contender), bare=bare) for contender in comparison.contenders)
        table.append((name, *row))
    for title, numbers in found["figures"].items():
        row = (
            f"{numbers[name]:.4g}" if name in numbers else ABSENT for name in comparison.contenders
        )
        table.append((title, *row))
    print(columns(table), end="\n\n")
    rows = [("FIGURE", "REACHED", "TO REACH", "HELD")]
    rows += [
        (target.name, target.figure, target.bound, "yes" if target.held else "NO")
        for target in targets
    ]
    print(columns(rows), end="\n\n")


def _cell(cell: dict[str, float] | None, *, bare: bool) -> str:
    if cell is None:
        return ABSENT
    return f"{cell['ratio']:.2f}" if bare else f"{cell['ns']:.1f} ({cell['ratio']:.2f})"


def _tell(message: str) -> None:
    print(f"peers: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
