"""``agent bench``: measure both sides of a component against each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.output import say, tell
from agent.cli.project import current, current_registry
from agent.porting.report.figures import table

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.project.table import Component

__all__ = ["configure", "run"]


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("name", metavar="NAME", help="a component")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--workload",
        action="append",
        default=[],
        metavar="NAME",
        help="a workload; may be given more than once (default: all)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=7,
        metavar="K",
        help="fresh processes, from 2 to 100: more make the interval narrower (default: 7)",
    )
    parser.add_argument(
        "--seconds",
        type=float,
        default=0.4,
        metavar="S",
        help="seconds for a workload in each process (default: 0.4)",
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the random order (default: 0)")
    parser.add_argument("--no-memory", action="store_true", help="measure times only")
    parser.add_argument(
        "--busy", action="store_true", help="measure on a busy machine too, at once"
    )
    parser.add_argument("--list", action="store_true", help="measure nothing; list the workloads")
    parser.add_argument(
        "--export",
        type=Path,
        metavar="DIR",
        help="measure nothing; write the workloads' traces for criterion to DIR/NAME",
    )


def run(arguments: Namespace) -> int:
    """Measure, print, and return 0 if both sides agreed on every workload, else 1."""
    component = current().component(arguments.name)
    if arguments.list:
        return _list(component, arguments)
    if arguments.export is not None:
        return _export(component, arguments)
    from agent.porting.benchmark.measure import (  # noqa: PLC0415  # not for --help
        MeasurementPlan,
        measure,
    )

    chosen = MeasurementPlan(
        processes=arguments.processes,
        seconds=arguments.seconds,
        seed=arguments.seed,
        memory=not arguments.no_memory,
        busy=arguments.busy,
        wait=0.0 if arguments.busy else MeasurementPlan.wait,
    )
    current_registry().implementation(arguments.name, "rust")  # says why, if it cannot be loaded
    record = measure(component, chosen, tell, arguments.workload)
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        from agent.porting.records.store import record_json  # noqa: PLC0415

        say(json.dumps(record_json(record), indent=2))
    else:
        say(table(record))
    return 0 if all(row.agreed for row in record.workloads) else 1


def _list(component: Component, arguments: Namespace) -> int:
    from agent.porting.benchmark.workload import load_workloads  # noqa: PLC0415  # not for --help

    rows = load_workloads(component, arguments.workload)
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        from agent.porting.records.store import RECORD_SCHEMA  # noqa: PLC0415

        about = [{"name": row.name, "about": row.about, "size": row.size} for row in rows]
        content = {"schema": RECORD_SCHEMA, "component": component.name, "workloads": about}
        say(json.dumps(content, indent=2))
    else:
        say("\n".join(f"{row.name}  {row.about}" for row in rows))
    return 0


def _export(component: Component, arguments: Namespace) -> int:
    from agent.porting.benchmark.workload import export, load_workloads  # noqa: PLC0415

    folder = arguments.export / component.name
    for path in export(load_workloads(component, arguments.workload), folder):
        say(str(path))
    return 0
