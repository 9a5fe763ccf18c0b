"""Measure again and again, and count how often a run falls into the interval of another.

    python benchmarks/repeat.py [--repeats 20] [--side pair itself] [--workload hit ...]

Each round measures the pair, and the reference against itself, whose true ratio is 1. Every run's
interval is then compared with the ratio of every other run. The exit status is 1 when fewer than
nine in ten fall in, over all workloads of the pair or of the reference against itself.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from dataclasses import asdict
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING

from agent import registry
from agent.components.cache.reference import Cache
from agent.porting.benchmark.measure import MeasurementPlan, measure

if TYPE_CHECKING:
    from agent.porting.records.measurement import Measurement

__all__ = ["Cache"]

__profile__ = "release"
"""What a build says of itself; the reference takes the place of one, as the other side."""

PROMISED = 0.9
SIDES = ("pair", "itself")


def main() -> int:
    """Measure, count, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--repeats", type=int, default=20, metavar="N")
    parser.add_argument("--side", nargs="+", choices=SIDES, default=SIDES)
    parser.add_argument("--workload", nargs="*", default=[], help="(default: all)")
    parser.add_argument("--records", metavar="FILE", help="keep what was measured there, as JSON")
    parser.add_argument("--processes", type=int, default=MeasurementPlan.processes, metavar="K")
    parser.add_argument("--seconds", type=float, default=MeasurementPlan.seconds, metavar="S")
    arguments = parser.parse_args()
    pair = registry.component("cache")
    components = {"pair": pair, "itself": pair._replace(rust="repeat:Cache")}
    sides = {side: components[side] for side in arguments.side}
    runs: dict[str, dict[str, list[Measurement]]] = {side: defaultdict(list) for side in sides}
    for number in range(arguments.repeats):
        for side, component in sides.items():
            plan = MeasurementPlan(
                processes=arguments.processes,
                seconds=arguments.seconds,
                seed=1000 * number,
                memory=False,
                busy=True,
                wait=0.0,
            )
            for row in measure(component, plan, _quietly, arguments.workload).workloads:
                runs[side][row.name].append(row)
        print(f"round {number + 1} of {arguments.repeats}", file=sys.stderr, flush=True)
    if arguments.records:
        rows = {
            side: {name: list(map(asdict, each)) for name, each in workloads.items()}
            for side, workloads in runs.items()
        }
        Path(arguments.records).write_text(json.dumps(rows), encoding="utf-8")
    shares = [_told(side, rows) for side, rows in runs.items()]
    return 0 if min(shares) >= PROMISED else 1


def _quietly(_message: str) -> None:
    pass


def _told(side: str, workloads: dict[str, list[Measurement]]) -> float:
    """Print a line for each workload; return the share that fell in, over all of them."""
    total = [0, 0]
    for name, rows in workloads.items():
        held = [
            low <= other.speedup <= high
            for one, other in permutations(rows, 2)
            if (low := one.speedup_low) and (high := one.speedup_high) and other.speedup
        ]
        ratios = sorted(row.speedup for row in rows if row.speedup)
        widths = sorted(
            row.speedup_high / row.speedup_low
            for row in rows
            if row.speedup_low and row.speedup_high
        )
        total = [total[0] + sum(held), total[1] + len(held)]
        print(
            f"{side:6} {name:12} {len(rows)} runs: ratio {ratios[0]:.3f} to {ratios[-1]:.3f}, "
            f"interval high/low {widths[len(widths) // 2]:.3f}, "
            f"{sum(held)} of {len(held)} fell in ({sum(held) / len(held):.1%})"
        )
    print(f"{side:6} {'all':12} {total[0]} of {total[1]} fell in ({total[0] / total[1]:.1%})")
    return total[0] / total[1]


if __name__ == "__main__":
    sys.exit(main())
