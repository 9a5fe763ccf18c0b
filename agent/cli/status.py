"""``agent status``: what runs for each component, and why."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from agent.cli.project import current
from agent.porting.build import Build

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.registry import Status

__all__ = ["configure", "run"]

_HEADINGS = ("COMPONENT", "STAGE", "REQUESTED", "RUNS", "BUILD", "WHY")


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="a component (default: all)")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: Namespace) -> int:
    """Print a row for each component; then raise what keeps one from running, if anything does."""
    registry = current().registry
    rows = [registry.status(name) for name in arguments.names or registry.names]
    print(_as_json(rows) if arguments.json else _as_table(rows))
    for row in rows:
        if row.resolved is None:
            registry.resolve(row.name)
    return 0


def _as_json(rows: list[Status]) -> str:
    import json  # noqa: PLC0415  # only when asked for

    return json.dumps({"components": [_as_object(row) for row in rows]}, indent=2)


def _as_object(row: Status) -> dict[str, Any]:
    absent = dict.fromkeys(field.name for field in fields(Build))
    return asdict(row) | {"build": absent if row.build is None else asdict(row.build)}


def _as_table(rows: list[Status]) -> str:
    lines = [_HEADINGS]
    for row in rows:
        runs = row.resolved or "nothing"
        lines.append((row.name, row.stage, row.requested, runs, _described(row.build), row.reason))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _described(build: Build | None) -> str:
    if build is None:
        return "-"
    stale = {None: "", False: "", True: ", stale"}[build.stale]
    return f"{build.version} {build.profile} {(build.digest or '')[:12]}{stale}"
