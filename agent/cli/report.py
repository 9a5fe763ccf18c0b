"""``agent report``: check and measure every component, and write a report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.output import say, tell
from agent.cli.project import current, current_registry

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

__all__ = ["configure", "run"]

_WAIT = 10.0
"""Seconds to wait for a quiet machine; then the report says that it was busy."""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--output",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help="write index.html there (default: report)",
    )
    parser.add_argument(
        "--processes",
        type=int,
        default=7,
        metavar="K",
        help="fresh processes for each component, from 2 to 100 (default: 7)",
    )


def run(arguments: Namespace) -> int:
    """Check, measure, write and print; return 0 if every pair is identical and agreed, else 1."""
    from agent.porting.benchmark.measure import MeasurementPlan  # noqa: PLC0415  # not for --help
    from agent.porting.evidence.survey import survey  # noqa: PLC0415
    from agent.porting.report.page import render  # noqa: PLC0415
    from agent.porting.report.summary import held, table  # noqa: PLC0415

    plan = MeasurementPlan(processes=arguments.processes, busy=True, wait=_WAIT)
    registry = current_registry()
    for name in registry.names:
        registry.implementation(name, "rust")  # explains best what it lacks
    components = [registry.component(name) for name in registry.names]
    entries = survey(components, current(), plan, tell)
    path = arguments.output / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(entries), encoding="utf-8")
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        content = {"components": [entry.to_json() for entry in entries], "page": str(path)}
        say(json.dumps(content, indent=2))
    else:
        say(table(entries))
    tell(f"the report is in {path}")
    return 0 if all(map(held, entries)) else 1
