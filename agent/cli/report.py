"""``agent report``: check and measure every component, and write a report."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from agent.cli.progress import tell
from agent.cli.project import current, current_registry

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.project.table import Component
    from agent.porting.report.summary import Proof

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
    from agent.porting.benchmark.measure import (  # noqa: PLC0415  # not for --help
        MeasurementPlan,
        measure,
    )
    from agent.porting.project.table import split  # noqa: PLC0415
    from agent.porting.report.page import render  # noqa: PLC0415
    from agent.porting.report.summary import ReportEntry, held, table  # noqa: PLC0415
    from agent.porting.sources.build import require_measurable  # noqa: PLC0415

    chosen = MeasurementPlan(processes=arguments.processes, busy=True, wait=_WAIT)
    registry = current_registry()
    components = [registry.component(name) for name in registry.names]
    for component in components:  # refuse before the work, not after it
        registry.implementation(component.name, "rust")
        require_measurable(import_module(split(component.rust)[0]))
    entries = []
    for component in components:
        tell(f"{component.name}: comparing both sides, call by call")
        proof = _prove(component)
        tell(f"{component.name}: {proof.verdict}, {proof.examples:,} calls compared")
        entries.append(ReportEntry(component.stage, proof, measure(component, chosen, tell)))
    path = arguments.output / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(entries), encoding="utf-8")
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        content = {"components": [entry.to_json() for entry in entries], "page": str(path)}
        print(json.dumps(content, indent=2))
    else:
        print(table(entries))
    tell(f"the report is in {path}")
    return 0 if all(map(held, entries)) else 1


def _prove(component: Component) -> Proof:
    """Check `component` with the calls of every other time."""
    from agent.porting.check.component import check_component  # noqa: PLC0415  # not for --help
    from agent.porting.report.summary import Proof  # noqa: PLC0415

    current_registry().implementation(component.name, "rust")  # explains best what it lacks
    verdict = check_component(component, current())
    return Proof(
        verdict=verdict.verdict,
        examples=verdict.examples,
        operations=dict(verdict.operations),
        divergences=tuple(map(str, verdict.divergences)),
        doubts=tuple(verdict.doubts),
        seed=verdict.seed,
    )
