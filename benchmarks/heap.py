"""Count the allocations of both sides on every workload: ``nox -s heap``.

    python benchmarks/heap.py [--json]

For each workload, what a prepared state holds, in bytes: the reference's from Python's allocator,
the Rust side's from Python's and, by the heap build, from Rust's.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path

from agent import registry
from agent.errors import ImplementationUnavailable
from agent.porting.benchmark.memory import held_bytes
from agent.porting.benchmark.workload import load_workloads
from agent.porting.project.table import split
from agent.porting.report.figures import columns, size
from agent.porting.sources.build import require_measurable
from agent.porting.sources.variants import find_extra, load_extra


def main() -> int:
    """Count and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    arguments = parser.parse_args()
    rows = {name: _count(name) for name in registry.names}
    if arguments.json:
        print(json.dumps(rows, indent=2))
        return 0
    table = [("WORKLOAD", "PYTHON HOLDS", "RUST HOLDS")]
    for counts in rows.values():
        table += [(name, size(each["python"]), size(each["rust"])) for name, each in counts.items()]
    print(columns(table))
    return 0


def _count(name: str) -> dict[str, dict[str, int]]:
    component = registry.component(name)
    registry.implementation(name, "rust")
    module_name, attribute = split(component.rust)
    module = import_module(module_name)
    require_measurable(module)
    path = find_extra(module, "heap")
    if path is None:
        message = f"there is no heap build of {module_name}'s sources in {Path('build', 'heap')}"
        raise ImplementationUnavailable(message)
    heap = load_extra(path)
    python, rust = registry.implementation(name, "python"), getattr(heap, attribute)
    found = {}
    for workload in load_workloads(component):
        inputs = workload.draw()
        with workload.opened() as prepare:
            held = held_bytes(lambda: prepare(inputs, python))  # noqa: B023  # at once
        with workload.opened() as prepare:
            held_by_rust = held_bytes(lambda: prepare(inputs, rust), heap)  # noqa: B023
        found[workload.name] = {"python": held, "rust": held_by_rust}
        print(f"heap: {workload.name} counted", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
