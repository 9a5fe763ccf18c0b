"""Measure both sides of the cache against what one would pick instead, in one run.

    python benchmarks/peers/run.py [--json] [--processes 5] [--seconds 0.6] [--row hit ...]

In each of a few fresh processes the contenders of a row take turns; a ratio is the median over the
processes of the median over the rounds. The exit status is 1 when a figure to reach is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from math import exp
from statistics import median
from typing import TYPE_CHECKING, Any

from agent.porting.figures import columns
from agent.porting.lock import machine_lock, require_quiet
from agent.porting.timing import take_turns
from benchmarks.peers.others import bytes_per_entry, resolve_in_lookups, start_up
from benchmarks.peers.rows import ROWS, SCALING
from benchmarks.peers.targets import NOISE, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agent.porting.timing import Timings

CONTENDERS = ("rust", "python", "cachebox", "cachetools", "lru-dict", "lru_cache", "dict")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print, and tell which figures hold."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--processes", type=int, default=5, metavar="K")
    parser.add_argument("--seconds", type=float, default=0.6, metavar="S", help="for each row")
    parser.add_argument("--row", nargs="*", default=[*ROWS, *SCALING], metavar="ROW")
    parser.add_argument("--once", type=int, metavar="SEED", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if unknown := set(arguments.row) - ROWS.keys() - SCALING.keys():
        parser.error(f"no row {unknown.pop()!r}; the rows are {', '.join([*ROWS, *SCALING])}")
    if arguments.once is not None:
        print(json.dumps(_measure(arguments.row, arguments.seconds, arguments.once)))
        return 0
    with machine_lock(_tell):
        busy = require_quiet(_tell, wait=20.0, refuse=False)
        told = []
        for seed in range(arguments.processes):
            told.append(_in_a_fresh_process(arguments, seed))
            _tell(f"rows measured in {seed + 1} of {arguments.processes} processes")
        result = {
            "busy": busy,
            "rows": _merged(told),
            "bytes_per_entry": bytes_per_entry(),
            "resolve_in_lookups": resolve_in_lookups(),
            "start_up": start_up(),
        }
    targets = judge(result)
    if arguments.json:
        print(json.dumps({**result, "targets": targets}, indent=2))
    else:
        _print(result, targets)
    return 0 if all(target["held"] for target in targets) else 1


def _measure(rows: Sequence[str], seconds: float, seed: int) -> dict[str, Any]:
    """Return, for each row, each contender's time and the logarithm of its ratio to Rust's."""
    result: dict[str, Any] = {}
    for row in rows:
        make, block = (ROWS[row], 0.005) if row in ROWS else (SCALING[row], 0.1)
        timings = take_turns(make(), block=block, seconds=seconds, seed=seed)
        result[row] = {
            name: {"ns": timings.typical(name), "log_ratio": _log_ratio(timings, name, row)}
            for name in timings.rounds[0]
        }
    return result


def _log_ratio(timings: Timings, name: str, row: str) -> float:
    """Return the logarithm of a contender's time over Rust's; of one thread's over two threads'."""
    if row in SCALING:
        return timings.log_ratio(f"{name.rpartition(' ')[0]} x1", name)
    return timings.log_ratio(name, "rust")


def _in_a_fresh_process(arguments: argparse.Namespace, seed: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--once", str(seed), "--seconds", str(arguments.seconds)]
    done = subprocess.run(  # noqa: S603  # this interpreter, this script
        [*command, "--row", *arguments.row], check=True, stdout=subprocess.PIPE, text=True
    )
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _merged(told: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, float]]]:
    return {
        row: {
            name: {
                "ns": median(each[row][name]["ns"] for each in told),
                "ratio": exp(median(each[row][name]["log_ratio"] for each in told)),
            }
            for name in told[0][row]
        }
        for row in told[0]
    }


def _print(result: dict[str, Any], targets: list[dict[str, Any]]) -> None:
    table: list[tuple[str, ...]] = [("ns an operation (time over Rust's)", *CONTENDERS)]
    for row, cells in result["rows"].items():
        if row not in SCALING:
            table.append((row, *(_cell(cells.get(name)) for name in CONTENDERS)))
    table.append(
        (
            "bytes an entry",
            *(f"{result['bytes_per_entry'].get(name, '-')}" for name in CONTENDERS),
        )
    )
    for row in SCALING.keys() & result["rows"].keys():
        cells = result["rows"][row]
        scaling = (cells.get(f"{name} x2") for name in CONTENDERS)
        table.append(
            (
                f"{row}, over one",
                *("-" if cell is None else f"{cell['ratio']:.2f}" for cell in scaling),
            )
        )
    print(columns(table))
    print(f"\nOthers kept {result['busy']:.1f} cores busy just before.")
    print(f"A figure is held when it is reached within {NOISE:.0%}.\n")
    rows = [("FIGURE", "REACHED", "TO REACH", "HELD")]
    rows += [
        (target["name"], target["figure"], target["bound"], "yes" if target["held"] else "NO")
        for target in targets
    ]
    print(columns(rows))


def _cell(cell: dict[str, float] | None) -> str:
    return "-" if cell is None else f"{cell['ns']:.1f} ({cell['ratio']:.2f})"


def _tell(message: str) -> None:
    print(f"peers: {message}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
