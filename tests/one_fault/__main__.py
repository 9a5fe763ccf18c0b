"""Checks the faults: ``python -m tests.one_fault``; ``nox -s one_fault`` writes the page."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from tests.agreeing.pairs import agreeing_pairs
from tests.one_fault.corpus import faults
from tests.one_fault.report import line, page, totals
from tests.one_fault.results import Results
from tests.one_fault.running import ROOT, Pair, run_all

if TYPE_CHECKING:
    from tests.one_fault.running import Result


def main() -> int:
    """Check what is asked for; return 1 if pairs that agree were found to differ."""
    chosen = _arguments()
    asked = [
        fault
        for fault in faults()
        if (not chosen.kind or chosen.kind in {fault.kind, fault.sort})
        and (not chosen.names or fault.name in chosen.names)
    ]
    different = [Pair(each.name, each.kind, each.python, each.rust) for each in asked]
    same = [Pair(each.name, each.kind, each.python, each.same) for each in asked]
    agreeing = [pair for pair in agreeing_pairs() if not chosen.names or pair.name in chosen.names]
    seeds = range(chosen.seed, chosen.seed + chosen.seeds)
    results = Results(chosen.results)
    lock = Lock()

    def tell(result: Result) -> None:
        with lock:
            results.add(result)
            print(line(result), flush=True)

    def run(pairs: list[Pair], seeds: range) -> list[Result]:
        return run_all(pairs, seeds, chosen.jobs, tell, results.get)

    made = run(agreeing if chosen.agreeing else same if chosen.same else different, seeds)
    print(totals(made))
    if chosen.write:
        chosen.write.write_text(page(made, run(agreeing, seeds[:1])))
    wrong = chosen.agreeing or chosen.same
    return int(wrong and any(result.answer in {"found", "failed"} for result in made))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.one_fault", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a fault (default: all)")
    parser.add_argument("--kind", help="a kind, or `functions` or `classes`")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--seeds", type=int, default=1, help="how many seeds (default: 1)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="checks at a time")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FILE",
        default=ROOT / "build" / "one_fault.jsonl",
        help="where results are kept, so that a run goes on where one ended (default: in build/)",
    )
    parser.add_argument("--write", type=Path, metavar="PAGE", help="write the results to a page")
    other = parser.add_mutually_exclusive_group()
    other.add_argument("--agreeing", action="store_true", help="check pairs that agree instead")
    other.add_argument("--same", action="store_true", help="compare each reference with its copy")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
