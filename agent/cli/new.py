"""``agent new``: begin a port of a function or class."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.cli.output import say

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from agent.porting.scaffold.new import Scaffold

__all__ = ["configure", "run"]

_NEXT = (
    "maturin develop --release",
    "agent check {name}",
    "agent bench {name}",
    "agent promote {name}",
)
"""What leads to a port that runs, once it is written."""


def configure(parser: ArgumentParser) -> None:
    """Add the arguments of the verb to `parser`."""
    parser.add_argument("name", metavar="NAME", help="the name of the component")
    parser.add_argument(
        "--from",
        dest="reference",
        required=True,
        metavar="PKG.MOD:OBJ",
        help="the function or class to port",
    )
    parser.add_argument("--init", action="store_true", help="set up a package that has no Rust yet")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--dry-run", action="store_true", help="show what would be written")
    parser.add_argument(
        "--no-decorate",
        action="store_true",
        help="print the lines to add to the module instead",
    )


def run(arguments: Namespace) -> int:
    """Write what the component needs, or show it; print what is to be done next."""
    from agent.porting.scaffold.new import scaffold  # noqa: PLC0415  # not for --help

    made = scaffold(
        arguments.name,
        arguments.reference,
        Path.cwd(),
        init=arguments.init,
        decorate=not arguments.no_decorate,
    )
    if not arguments.dry_run:
        made.changes.apply()
    following = [line.format(name=arguments.name) for line in _NEXT]
    if arguments.json:
        import json  # noqa: PLC0415  # only when asked for

        say(json.dumps(_as_json(made, following), indent=2))
        return 0
    parts = [made.changes.tree(), made.changes.diff()]
    if made.remarks:
        parts.append(_listed("Notes:", made.remarks))
    if not arguments.dry_run:
        parts.append(_listed(f"Write the port in {made.rust}; then:", following))
    say("\n\n".join(filter(None, parts)))
    return 0


def _as_json(made: Scaffold, following: list[str]) -> dict[str, Any]:
    return {
        "created": sorted(made.changes.created),
        "edited": sorted(made.changes.edited),
        "remarks": made.remarks,
        "rust": made.rust,
        "next": following,
    }


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join([title, *map("  {}".format, lines)])
